/**
 * NumPy's .npy files of record arrays, which cryoSPARC's .cs files are (format versions 1 to 3,
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 */
import { concatBytes } from '../../core/bytes.ts';
import { FormatError } from '../../core/errors.ts';
import { type Literal, parseLiteral } from './literal.ts';
import { type CsColumn, type CsField, type CsTable, elementCount, parseType } from './table.ts';

export const NPY_MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;
/** No data set of cryoSPARC has a tenth as many fields. */
const MAX_FIELDS = 4096;

/** @throws FormatError bad-cs, truncated. */
export function readNpy(file: string, bytes: Uint8Array<ArrayBuffer>): CsTable {
  const fail = (explanation: string): never => {
    throw new FormatError('bad-cs', file, explanation);
  };
  const [major] = bytes.subarray(6, 8);
  if (bytes.length < 12) throw new FormatError('truncated', file, `is cut off after ${bytes.length} bytes.`);
  if (major !== 1 && major !== 2 && major !== 3) {
    return fail(`is a NumPy file of version ${major}, which is not known here.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = major === 1 ? 10 : 12;
  const headerLength = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const offset = start + headerLength;
  if (offset > bytes.length) throw new FormatError('truncated', file, 'is cut off inside its header.');
  const text = new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(start, offset));
  const header = parseLiteral(text);
  if (!(header instanceof Map)) return fail("is damaged: its NumPy header can't be read.");

  const shape: unknown = header.get('shape');
  const length: unknown = Array.isArray(shape) && shape.length === 1 ? shape[0] : undefined;
  if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0) {
    return fail('is a NumPy file, but not a table: its shape is not one number of rows.');
  }
  const fields = readFields(header.get('descr') ?? null);
  if (!fields) {
    return fail('is a NumPy file, but not a cryoSPARC table: it has no named columns of plain types.');
  }
  const stride = fields.reduce((sum, field) => sum + field.size * elementCount(field), 0);
  if (!Number.isSafeInteger(stride) || stride * length > bytes.length - offset) {
    throw new FormatError(
      'truncated',
      file,
      `is cut off: ${length} rows of ${stride} bytes should follow its header, but ${bytes.length - offset} bytes do.`,
    );
  }
  let at = offset;
  const columns = fields.map((field): CsColumn => {
    const column = { ...field, bytes, offset: at, stride };
    at += field.size * elementCount(field);
    return column;
  });
  return { file, length, columns };
}

/** Fields from `descr`: a list of (name, type) or (name, type, shape); undefined when it is something else. */
export function readFields(descr: Literal): CsField[] | undefined {
  if (!Array.isArray(descr) || descr.length === 0 || descr.length > MAX_FIELDS) return undefined;
  const fields: CsField[] = [];
  for (const entry of descr as readonly Literal[]) {
    if (!Array.isArray(entry)) return undefined;
    const [name, type, sides = []] = entry as readonly Literal[];
    const parsed = typeof type === 'string' ? parseType(type) : undefined;
    const shape = typeof sides === 'number' ? [sides] : sides;
    if (typeof name !== 'string' || !parsed || !isShape(shape)) return undefined;
    fields.push({ name, ...parsed, shape });
  }
  return fields;
}

function isShape(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length <= 8 &&
    value.every(
      (side: unknown) => typeof side === 'number' && Number.isSafeInteger(side) && side >= 0 && side < 1e6,
    )
  );
}

/** A column to write: one row's bytes at a time. */
export interface NpyColumn {
  readonly name: string;
  /** "<u8", "|S40". */
  readonly type: string;
  /** Sides of one row's value; a plain element without. */
  readonly shape?: readonly number[];
  /** Bytes of one row. */
  readonly size: number;
  write(view: DataView, at: number, row: number): void;
}

/** A record array, version 1.0, or 2.0 where the header is too long for that. */
export function writeNpy(columns: readonly NpyColumn[], length: number): Uint8Array<ArrayBuffer> {
  const descr = columns.map(({ name, type, shape }) => {
    const sides = shape === undefined ? '' : `, (${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
    return `('${name}', '${type}'${sides})`;
  });
  const text = `{'descr': [${descr.join(', ')}], 'fortran_order': False, 'shape': (${length},), }`;
  const isLong = text.length > 65000;
  const before = isLong ? 12 : 10;
  // NumPy aligns the data to 64 bytes and ends the header with a line end.
  const padded = `${text.padEnd(Math.ceil((before + text.length + 1) / 64) * 64 - before - 1)}\n`;
  const head = new Uint8Array(before);
  head.set([...NPY_MAGIC, isLong ? 2 : 1, 0]);
  const headView = new DataView(head.buffer);
  if (isLong) headView.setUint32(8, padded.length, true);
  else headView.setUint16(8, padded.length, true);

  const stride = columns.reduce((sum, { size }) => sum + size, 0);
  const body = new Uint8Array(stride * length);
  const view = new DataView(body.buffer);
  let offset = 0;
  for (const column of columns) {
    for (let row = 0; row < length; row++) column.write(view, row * stride + offset, row);
    offset += column.size;
  }
  return concatBytes([head, new TextEncoder().encode(padded), body]);
}
