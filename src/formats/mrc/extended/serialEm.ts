/**
 * SerialEM: `nint` bytes for each section, which hold what the bits of `nreal` say, in the order of the bits (IMOD's
 * mrc_format.txt, "extended header").
 */
import type { FileFact } from '../../image.ts';
import { FIELD, type Fields, fieldsOf } from '../layout.ts';
import { common, type ExtendedHeader, type ExtendedInput, range, tidy, within } from './record.ts';

/** Bytes of the item of each bit: tilt, piece of a montage, stage, magnification, intensity, dose, and reserved ones. */
const ITEM_BYTES = [2, 6, 4, 2, 2, 4, 2, 4, 2, 4, 2] as const;
const BIT = { tilt: 0, magnification: 3, dose: 5 } as const;

/** The test that IMOD makes: the items of the flags fill exactly the bytes. */
export function areFlagsOfSerialEm(nint: number, nreal: number): boolean {
  return (
    nint > 0 && nreal > 0 && nreal < 1 << ITEM_BYTES.length && offsetOf(nreal, ITEM_BYTES.length) === nint
  );
}

export function readSerialEm({ header, kind, bytes }: ExtendedInput): ExtendedHeader {
  const [nint, nreal] = [header.fields.short(FIELD.nint), header.fields.short(FIELD.nreal)];
  if (!areFlagsOfSerialEm(nint, nreal)) {
    const meaning = 'The flags and the number of bytes do not fit: it is not read.';
    const fact: FileFact = {
      name: 'SERI',
      value: `${nint} bytes, flags ${nreal}`,
      meaning,
      verdict: 'doubtful',
    };
    return { acquisition: {}, facts: [fact] };
  }
  const fields = fieldsOf(bytes, header.littleEndian);
  const sections = Math.min(header.sections, Math.floor(bytes.length / nint));
  const values = (bit: number, read: (offset: number) => number | undefined): number[] => {
    if ((nreal & (1 << bit)) === 0) return [];
    return Array.from({ length: sections }, (_, i) => read(i * nint + offsetOf(nreal, bit)) ?? []).flat();
  };
  const tilts = values(BIT.tilt, (at) => within(fields.short(at) / 100, -180, 180));
  const magnifications = values(BIT.magnification, (at) => within(fields.short(at) * 100, 1, 1e8));
  const doses = values(BIT.dose, (at) => within(doubleOfShorts(fields, at), 1e-6, 1e6));

  const facts: FileFact[] = [];
  const say = (name: string, unit: string, numbers: readonly number[]) => {
    if (numbers.length > 0) {
      const value = String(numbers[0]);
      facts.push({ name: `SERI ${name}`, value, meaning: range(numbers, unit), verdict: 'good' });
    }
  };
  say('tilt', '°', tilts);
  say('magnification', ' ×', magnifications);
  say('dose', ' electrons per Å²', doses);
  // Of a movie the frames' doses add up; each picture of a tilt series is an exposure of its own.
  const total = tidy(doses.reduce((sum, dose) => sum + dose, 0));
  const isOneExposure = kind === 'image' || kind === 'movie';
  const acquisition = {
    tiltDegrees: common(tilts, 0.005),
    magnification: common(magnifications, 0),
    doseElectronsPerSquareAngstrom: isOneExposure && doses.length > 0 ? total : undefined,
  };
  return { acquisition, facts };
}

/** Bytes of a section's items before the item of `bit`. */
function offsetOf(flags: number, bit: number): number {
  return ITEM_BYTES.reduce((sum, bytes, i) => (i < bit && flags & (1 << i) ? sum + bytes : sum), 0);
}

/** SerialEM's float of two shorts: sign(a) · (256 |a| + |b| mod 256) · 2^(sign(b) · ⌊|b| / 256⌋). */
function doubleOfShorts(fields: Fields, at: number): number {
  const [a, b] = [fields.short(at), fields.short(at + 2)];
  const value = Math.abs(a) * 256 + (Math.abs(b) % 256);
  const exponent = Math.sign(b) * Math.floor(Math.abs(b) / 256);
  return (a < 0 ? -value : value) * 2 ** exponent;
}
