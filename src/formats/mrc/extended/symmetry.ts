/** CCP4: lines of 80 characters, the symmetry operations of a crystal or just text. */
import { fieldsOf } from '../layout.ts';
import type { ExtendedHeader, ExtendedInput } from './record.ts';

const LINE = 80;
/** More than any space group has operations. */
const MOST_LINES = 200;

export function readSymmetry({ bytes }: ExtendedInput): ExtendedHeader {
  const fields = fieldsOf(bytes, true);
  const count = Math.min(MOST_LINES, Math.floor(bytes.length / LINE));
  const lines = Array.from({ length: count }, (_, i) => fields.text(i * LINE, LINE).trim()).filter(
    (line) => line !== '',
  );
  const facts = lines.map((value, i) => ({
    name: `Symmetry ${i + 1}`,
    value,
    meaning: /^[-+XYZ0-9/,*. ]+$/i.test(value)
      ? 'A symmetry operation; the picture is shown as stored.'
      : 'Text.',
    verdict: 'good' as const,
  }));
  return { acquisition: {}, facts };
}
