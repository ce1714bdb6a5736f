/** Named arrays of numbers, as every reader of weights gives them. */
import { FormatError, type FormatProblem } from '../../core/errors.ts';

export interface Tensor {
  readonly shape: readonly number[];
  /** Row-major, as long as the product of `shape`; the caller owns it. */
  readonly data: Float32Array<ArrayBuffer>;
}

/** In the order of the file. */
export type NamedTensors = ReadonlyMap<string, Tensor>;

/** The most bytes of a file that is read into memory as a whole. */
export const MAX_FILE_BYTES = 2 ** 30;
/** PyTorch and NumPy 1 allow 64 and 32; an image network has 4. */
export const MAX_RANK = 16;

/** The number of elements; of absurd shapes too, where a product would overflow before it meets a 0. */
export function elementsOf(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((all, n) => all * n, 1);
}

/**
 * Copies a strided view, row-major.
 * @param strides steps between neighbours along each axis, in elements
 * @param read the element at a place, counted in elements
 */
export function gather(
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
  read: (at: number) => number,
): Float32Array<ArrayBuffer> {
  const data = new Float32Array(elementsOf(shape));
  const index = shape.map(() => 0);
  let at = offset;
  for (let i = 0; i < data.length; i++) {
    data[i] = read(at);
    // To the next element as an odometer goes, last axis first.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      const stride = strides[axis] ?? 0;
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next;
        at += stride;
        break;
      }
      at -= (next - 1) * stride;
      index[axis] = 0;
    }
  }
  return data;
}

/** A name out of a file, short enough for a sentence and without characters that don't print. */
export function shown(name: string): string {
  const printable = name.slice(0, 80).replace(/[^\x20-\x7e]/g, '?');
  return name.length > 80 ? `${printable}…` : printable;
}

/**
 * A network with a NaN in it gives NaN everywhere, and nobody would know why.
 * @throws FormatError `problem`, with the tensor's name and the element's place.
 */
export function refuseNonFinite(
  file: string,
  name: string,
  data: Float32Array,
  problem: FormatProblem = 'bad-weights',
): void {
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new FormatError(
    problem,
    file,
    `has ${data[at]} in the tensor ${shown(name)}, at element ${at}: the training that made it diverged, or the file is damaged.`,
  );
}
