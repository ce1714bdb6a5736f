import { UsageError } from '../../core/errors.ts';
import { complexField } from '../../fft/cpuField.ts';
import { Fourier2d } from '../../fft/cpuFourier.ts';
import { nextFastSize } from '../../fft/sizes.ts';

/** A square picture on the CPU, row-major; its centre is at pixel side/2 (whole part) of both axes. */
export interface Square {
  readonly side: number;
  readonly pixelSizeAngstrom: number;
  readonly data: Float32Array;
}

/** Pixel sizes that differ more are mistakes, and take memory without bound. */
const mostRatio = 64;
/** Room for what a filter spreads, as a part of the side. */
const padding = 1.5;

/**
 * Filters a picture on an empty ground and samples it anew.
 * @param transfer against frequency in 1/Å; what the coarser of both samplings does not have is left out.
 * @param pixelSizeAngstrom that is wanted; the result's is near it, as sides with small factors allow.
 * @throws UsageError as `checkResampling`.
 */
export function filteredSquare(
  square: Square,
  transfer: (perAngstrom: number) => number,
  pixelSizeAngstrom: number,
): Square {
  const { side, data } = square;
  checkResampling(square.pixelSizeAngstrom, pixelSizeAngstrom);
  const from = nextFastSize(
    Math.max(padding * side, leastSide * (pixelSizeAngstrom / square.pixelSizeAngstrom)),
  );
  const to = nextFastSize(Math.round((from * square.pixelSizeAngstrom) / pixelSizeAngstrom));
  const field = complexField(from * from);
  const offset = from / 2 - Math.floor(side / 2);
  for (let row = 0; row < side; row++)
    field.re.set(data.subarray(row * side, (row + 1) * side), (row + offset) * from + offset);
  new Fourier2d(from, from).forward(field);
  const result = complexField(to * to);
  const half = Math.min(from, to) / 2;
  const lengthAngstrom = from * square.pixelSizeAngstrom;
  const scale = 1 / (from * from);
  // The Nyquist frequency itself has no sign and is left out.
  for (let u = 1 - half; u < half; u++) {
    for (let v = 1 - half; v < half; v++) {
      const factor = scale * transfer(Math.hypot(u, v) / lengthAngstrom);
      const source = ((u + from) % from) * from + ((v + from) % from);
      const target = ((u + to) % to) * to + ((v + to) % to);
      result.re[target] = factor * (field.re[source] ?? 0);
      result.im[target] = factor * (field.im[source] ?? 0);
    }
  }
  new Fourier2d(to, to).backward(result);
  return { side: to, pixelSizeAngstrom: lengthAngstrom / to, data: result.re };
}

/** @throws UsageError where pixels of a reference would become so much larger or smaller that one of both sizes must be wrong. */
export function checkResampling(fromAngstrom: number, toAngstrom: number): void {
  const ratio = toAngstrom / fromAngstrom;
  if (ratio <= mostRatio && ratio >= 1 / mostRatio) return;
  throw new UsageError(
    `A reference with pixels of ${Number(fromAngstrom.toPrecision(3))} Å can't be matched at ${Number(toAngstrom.toPrecision(3))} Å a pixel: check its pixel size and the diameter.`,
  );
}

/** Fewer samples a side would not come near to a wanted size of pixels. */
const leastSide = 64;

/** Value at a place of a picture, between pixels by cubic convolution (Keys 1981); 0 beyond its edge. */
export function sampleAt({ side, data }: Square, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  if (left < 1 || top < 1 || left > side - 3 || top > side - 3) return 0;
  const [u, v] = [x - left, y - top];
  const [a0, a1, a2, a3] = keys(u);
  const row = (y: number): number => {
    const at = y * side + left;
    return (
      a0 * (data[at - 1] ?? 0) + a1 * (data[at] ?? 0) + a2 * (data[at + 1] ?? 0) + a3 * (data[at + 2] ?? 0)
    );
  };
  const [b0, b1, b2, b3] = keys(v);
  return b0 * row(top - 1) + b1 * row(top) + b2 * row(top + 1) + b3 * row(top + 2);
}

/** Weights of the samples at −1, 0, 1 and 2 for a place between 0 and 1. */
function keys(t: number): readonly [number, number, number, number] {
  const [t2, t3] = [t * t, t * t * t];
  return [
    -0.5 * t3 + t2 - 0.5 * t,
    1.5 * t3 - 2.5 * t2 + 1,
    -1.5 * t3 + 2 * t2 + 0.5 * t,
    0.5 * t3 - 0.5 * t2,
  ];
}
