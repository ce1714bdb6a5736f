/** The header of a `.npy` file: a Python dictionary in text, read by a parser and never run. */
import { FormatError } from '../../core/errors.ts';
import { parseLiteral } from '../cs/literal.ts';
import { NPY_MAGIC } from '../cs/npy.ts';

export interface NpyHeader {
  /** "<f4" */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** The first axis runs fastest. */
  readonly fortranOrder: boolean;
  /** Where the numbers begin, bytes. */
  readonly dataOffset: number;
}

/** NumPy itself reads no more than 10 000 characters. */
const MAX_HEADER_BYTES = 2 ** 16;
const MAX_RANK = 32;

/** @throws FormatError empty, truncated, bad-npy. */
export function parseNpyHeader(file: string, bytes: Uint8Array): NpyHeader {
  const bad = (explanation: string) => new FormatError('bad-npy', file, explanation);
  if (bytes.length === 0) throw new FormatError('empty', file, 'is empty (0 bytes).');
  if (!NPY_MAGIC.every((byte, i) => bytes[i] === byte)) throw bad('is not a NumPy file (.npy).');
  if (bytes.length < 12) throw new FormatError('truncated', file, `is cut off after ${bytes.length} bytes.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(6);
  if (version < 1 || version > 3) throw bad(`is a NumPy file of version ${version}; 1 to 3 can be read.`);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES) throw bad(`has a NumPy header of ${length} bytes, too long to be true.`);
  const dataOffset = start + length;
  if (dataOffset > bytes.length) throw new FormatError('truncated', file, 'is cut off within its header.');

  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(start, dataOffset));
  const header = parseLiteral(text);
  if (!(header instanceof Map)) throw bad("is damaged: its NumPy header can't be read.");
  const dtype: unknown = header.get('descr');
  const fortranOrder: unknown = header.get('fortran_order');
  const shape: unknown = header.get('shape');
  if (Array.isArray(dtype)) throw bad('is a NumPy table of records, not an array of numbers.');
  if (typeof dtype !== 'string' || dtype.length > 64 || typeof fortranOrder !== 'boolean') {
    throw bad('is damaged: its NumPy header has no type or no order.');
  }
  if (!isShape(shape)) throw bad('is damaged: its NumPy header has no good shape.');
  return { dtype, shape, fortranOrder, dataOffset };
}

function isShape(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_RANK &&
    value.every((side: unknown) => typeof side === 'number' && Number.isSafeInteger(side) && side >= 0)
  );
}
