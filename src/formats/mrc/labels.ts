import { FIELD, type Fields, LABEL_BYTES, LABELS } from './layout.ts';

/** The notes in a header, without those that are blank. */
export function readLabels(fields: Fields): string[] {
  return Array.from({ length: LABELS }, (_, i) =>
    fields.text(FIELD.labels + LABEL_BYTES * i, LABEL_BYTES).trim(),
  ).filter((label) => label !== '');
}
