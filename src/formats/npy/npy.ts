/**
 * NumPy's `.npy` files of plain arrays (format versions 1 to 3,
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). Record arrays are cryoSPARC's: `../cs/npy.ts`.
 */
import { FormatError } from '../../core/errors.ts';
import { NPY_MAGIC } from '../cs/npy.ts';
import { elementsOf, gather } from '../weights/tensors.ts';
import { npyType } from './dtypes.ts';
import { parseNpyHeader } from './header.ts';

export interface NpyArray {
  /** Empty for a single number. */
  readonly shape: readonly number[];
  /** The type in NumPy's words: "<f4". */
  readonly dtype: string;
  /** Row-major (C order), whatever the order in the file; as long as the product of `shape`; owned by the caller. */
  readonly data: Float32Array<ArrayBuffer>;
}

/** Arrays are read into memory as a whole. */
const MAX_BYTES = 2 ** 31;

/**
 * Reads an array of real numbers as float32: f2, f4, f8, i1 to i8, u1 to u8 and booleans, of either byte order and in C or
 * Fortran order. Numbers that float32 can't hold are rounded to it; NaN and infinity are kept.
 * @throws FormatError empty, bad-npy, truncated.
 */
export function readNpyArray(file: string, bytes: Uint8Array): NpyArray {
  const { dtype, shape, fortranOrder, dataOffset } = parseNpyHeader(file, bytes);
  const type = npyType(dtype);
  if (!type) {
    throw new FormatError(
      'bad-npy',
      file,
      `has numbers of the type ${dtype}: save it as float32 (array.astype("float32")).`,
    );
  }
  const needed = elementsOf(shape) * type.bytes;
  const available = bytes.length - dataOffset;
  if (needed > MAX_BYTES) throw new FormatError('bad-npy', file, `has ${needed} bytes of numbers, too many.`);
  if (needed > available) {
    throw new FormatError(
      'truncated',
      file,
      `is cut off: ${needed} bytes of numbers should follow its header, but ${available} do.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataOffset, needed);
  const strides = stridesOf(shape, fortranOrder);
  return { shape, dtype, data: gather(shape, strides, 0, (at) => type.read(view, at * type.bytes)) };
}

/**
 * A file of version 1.0 with little-endian float32 in C order, byte for byte as `numpy.save` writes it.
 * @throws RangeError when `data` is not as long as `shape` says.
 */
export function writeNpyArray(shape: readonly number[], data: Float32Array): Uint8Array<ArrayBuffer> {
  if (shape.length > 32 || data.length !== elementsOf(shape)) {
    throw new RangeError(`An array of shape [${shape}] has not ${data.length} elements.`);
  }
  const sides = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${sides}, }`;
  // NumPy leaves room for the first side to grow to 21 digits (`_write_array_header`), and fills up with 1 to 64 blanks.
  const growth = shape.length === 0 ? 0 : Math.max(0, 21 - String(shape[0]).length);
  const length = Math.floor((10 + header.length + growth + 1) / 64) * 64 + 64;
  const file = new Uint8Array(length + data.length * 4);
  file.set([...NPY_MAGIC, 1, 0]);
  const view = new DataView(file.buffer);
  view.setUint16(8, length - 10, true);
  file.set(new TextEncoder().encode(`${header.padEnd(length - 11)}\n`), 10);
  for (let i = 0; i < data.length; i++) view.setFloat32(length + 4 * i, data[i] ?? 0, true);
  return file;
}

/** Steps between neighbours along each axis, in elements. */
function stridesOf(shape: readonly number[], fortranOrder: boolean): number[] {
  const axes = shape.map((_, axis) => (fortranOrder ? axis : shape.length - 1 - axis));
  const strides = shape.map(() => 1);
  let step = 1;
  for (const axis of axes) {
    strides[axis] = step;
    step *= shape[axis] ?? 1;
  }
  return strides;
}
