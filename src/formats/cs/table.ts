/** Typed columns of a cryoSPARC data set, still as bytes: nothing is lost, and only what is asked for is decoded. */
import { FormatError } from '../../core/errors.ts';

/** NumPy's letters: signed, unsigned, float, boolean, bytes, UTF-32, raw, complex, and object (in CSDAT a text). */
export type CsKind = 'i' | 'u' | 'f' | 'b' | 'S' | 'U' | 'V' | 'c' | 'O';

export interface CsField {
  readonly name: string;
  readonly kind: CsKind;
  /** Bytes of one element. */
  readonly size: number;
  readonly littleEndian: boolean;
  /** Sides of what one row holds; empty for one element. */
  readonly shape: readonly number[];
}

/** One column: element i of row r stands at offset + r · stride + i · size. */
export interface CsColumn extends CsField {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly offset: number;
  readonly stride: number;
}

export interface CsTable {
  readonly file: string;
  readonly length: number;
  readonly columns: readonly CsColumn[];
  /** Texts that columns of kind O point into. */
  readonly heap?: Uint8Array<ArrayBuffer> | undefined;
}

/** A type as NumPy writes it, "<f4" or "|S61"; undefined for what is none, or for nested types. */
export function parseType(type: string): Pick<CsField, 'kind' | 'size' | 'littleEndian'> | undefined {
  const match = /^([<>|=]?)([iufbSUVcO?])(\d{0,6})$/.exec(type);
  const [, order, letter, digits = ''] = match ?? [];
  if (letter === undefined) return undefined;
  const littleEndian = order !== '>';
  if (letter === '?') return { kind: 'b', size: 1, littleEndian };
  if (letter === 'O') return { kind: 'O', size: 8, littleEndian };
  const kind = (['i', 'u', 'f', 'b', 'S', 'U', 'V', 'c'] as const).find((one) => one === letter);
  const size = Number(digits) * (letter === 'U' ? 4 : 1);
  const isNumber = kind === 'i' || kind === 'u' || kind === 'f' || kind === 'c';
  const isGood = isNumber ? [1, 2, 4, 8, 16].includes(size) : digits !== '';
  return kind !== undefined && isGood ? { kind, size, littleEndian } : undefined;
}

/** Elements in one row of a field. */
export function elementCount({ shape }: CsField): number {
  return shape.reduce((product, side) => product * side, 1);
}

export function findColumn(table: CsTable, name: string): CsColumn | undefined {
  return table.columns.find((column) => column.name === name);
}

/** Element `index` of a row as a number; 64-bit integers lose what a double can't hold. @throws FormatError bad-cs. */
export function numberAt(table: CsTable, column: CsColumn, row: number, index = 0): number {
  const { kind, size, littleEndian } = column;
  const { view, at } = locate(table, column, row, index);
  if (kind === 'f' && size === 4) return view.getFloat32(at, littleEndian);
  if (kind === 'f' && size === 8) return view.getFloat64(at, littleEndian);
  if ((kind === 'u' || kind === 'b') && size === 1) return view.getUint8(at);
  if (kind === 'u' && size === 2) return view.getUint16(at, littleEndian);
  if (kind === 'u' && size === 4) return view.getUint32(at, littleEndian);
  if (kind === 'u' && size === 8) return Number(view.getBigUint64(at, littleEndian));
  if (kind === 'i' && size === 1) return view.getInt8(at);
  if (kind === 'i' && size === 2) return view.getInt16(at, littleEndian);
  if (kind === 'i' && size === 4) return view.getInt32(at, littleEndian);
  if (kind === 'i' && size === 8) return Number(view.getBigInt64(at, littleEndian));
  throw new FormatError('bad-cs', table.file, `holds no numbers in ${column.name}.`);
}

/** A `uid` whole. @throws FormatError bad-cs. */
export function uidAt(table: CsTable, column: CsColumn, row: number): bigint {
  if (column.size !== 8 || (column.kind !== 'u' && column.kind !== 'i')) {
    throw new FormatError('bad-cs', table.file, `has no 64-bit numbers in ${column.name}.`);
  }
  const { view, at } = locate(table, column, row, 0);
  return view.getBigUint64(at, column.littleEndian);
}

/** A text, without the zeros that fill it up. @throws FormatError bad-cs. */
export function textAt(table: CsTable, column: CsColumn, row: number): string {
  const { view, at } = locate(table, column, row, 0);
  const { kind, size, littleEndian } = column;
  if (kind === 'S') return decode(new Uint8Array(view.buffer, view.byteOffset + at, size));
  if (kind === 'U') {
    let text = '';
    for (let i = 0; i < size; i += 4) {
      const code = view.getUint32(at + i, littleEndian);
      if (code > 0x10ffff) break;
      text += String.fromCodePoint(code);
    }
    return text.split('\0')[0] ?? '';
  }
  if (kind === 'O' && table.heap) {
    const start = view.getBigUint64(at, littleEndian);
    if (start < BigInt(table.heap.length)) return decode(table.heap.subarray(Number(start)));
  }
  throw new FormatError('bad-cs', table.file, `holds no text in ${column.name}.`);
}

function locate(
  table: CsTable,
  column: CsColumn,
  row: number,
  index: number,
): { view: DataView; at: number } {
  const { bytes, offset, stride, size } = column;
  const at = offset + row * stride + index * size;
  const isThere = row >= 0 && row < table.length && index >= 0 && index < elementCount(column);
  if (!isThere || at + size > bytes.length) {
    throw new FormatError('bad-cs', table.file, `has no element ${index} of ${column.name} in row ${row}.`);
  }
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at };
}

/** UTF-8 up to the first zero; names of files are never longer than 64 KiB. */
function decode(bytes: Uint8Array): string {
  const piece = bytes.subarray(0, 65536);
  const end = piece.indexOf(0);
  return new TextDecoder().decode(Uint8Array.from(end < 0 ? piece : piece.subarray(0, end)));
}
