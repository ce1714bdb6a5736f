/**
 * Which numbers the convolutions of a training step add up. A `Correlation` maps a fine picture to a coarse one; a convolution is
 * one, and a transposed convolution is its transpose, so that each one's input gradient is the other's forward pass. Weights lie as
 * [ky][kx][fine channel][coarse channel].
 */
import type { PictureShape } from './trainCall.ts';
import { depth } from './trainTile.ts';
import type { Pair, Window } from './window.ts';

export interface Correlation extends Window {
  /** Pixels beyond the fine picture's left and upper edge, where the first window begins. */
  readonly left: number;
  readonly top: number;
  readonly fine: PictureShape;
  readonly coarse: PictureShape;
}

/** A table of taps (dy, dx, channel, weight) as train/gather_gemm.wgsl reads it, filled up with taps far outside. */
export type TapTable = Int32Array<ArrayBuffer>;

interface Tap {
  readonly dy: number;
  readonly dx: number;
  readonly channel: number;
  readonly weight: number;
}

const far = 2 ** 28;
/** Outside as a tap, and a source of ones in train/weight_gemm.wgsl. */
const ones: Tap = { dy: far, dx: far, channel: -1, weight: 0 };
const outside: Tap = { dy: far, dx: far, channel: 0, weight: 0 };

function table(taps: readonly Tap[]): TapTable {
  const length = Math.max(1, Math.ceil(taps.length / depth)) * depth;
  const numbers = new Int32Array(4 * length);
  for (let k = 0; k < length; k++) {
    const { dy, dx, channel, weight } = taps[k] ?? outside;
    numbers.set([dy, dx, channel, weight], 4 * k);
  }
  return numbers;
}

/** Numbers of a weight tensor; so many taps the forward sum of a convolution has. */
export function weightCount({ kernel, fine, coarse }: Correlation): number {
  return fineTaps(kernel, fine) * coarse.channels;
}

/** Taps of a convolution: products of a forward sum. */
export const fineTaps = (kernel: Pair, fine: PictureShape): number => kernel.x * kernel.y * fine.channels;

/**
 * The taps of a correlation and, after them, one of ones for the bias' gradient.
 * @param weight where its weights begin among the parameters.
 */
export function correlationTaps(
  { kernel, dilation, left, top, fine, coarse }: Correlation,
  weight: number,
): TapTable {
  const taps: Tap[] = [];
  for (let ky = 0; ky < kernel.y; ky++)
    for (let kx = 0; kx < kernel.x; kx++)
      for (let channel = 0; channel < fine.channels; channel++) {
        taps.push({
          dy: ky * dilation.y - top,
          dx: kx * dilation.x - left,
          channel,
          weight: weight + taps.length * coarse.channels,
        });
      }
  return table([...taps, ones]);
}

/** One tap of ones: for the gradient of a bias alone. */
export function onesTaps(): TapTable {
  return table([ones]);
}

/** The fine pixels with the same remainder by the stride: which of them, and the coarse pixels that reach them. */
export interface Phase {
  readonly first: Pair;
  readonly width: number;
  readonly height: number;
  readonly taps: number;
  readonly table: TapTable;
}

/** What a transposed correlation has to compute, a phase of its stride at a time. */
export function transposedPhases(
  { kernel, stride, dilation, left, top, fine, coarse }: Correlation,
  weight: number,
): Phase[] {
  const phases: Phase[] = [];
  for (let py = 0; py < Math.min(stride.y, fine.height); py++)
    for (let px = 0; px < Math.min(stride.x, fine.width); px++) {
      const taps: Tap[] = [];
      for (let ky = 0; ky < kernel.y; ky++)
        for (let kx = 0; kx < kernel.x; kx++) {
          // Coarse row · stride + tap − top = fine row.
          const dy = (py + top - ky * dilation.y) / stride.y;
          const dx = (px + left - kx * dilation.x) / stride.x;
          if (!Number.isInteger(dy) || !Number.isInteger(dx)) continue;
          const tap = (ky * kernel.x + kx) * fine.channels;
          for (let channel = 0; channel < coarse.channels; channel++)
            taps.push({ dy, dx, channel, weight: weight + tap * coarse.channels + channel });
        }
      phases.push({
        first: { x: px, y: py },
        width: Math.ceil((fine.width - px) / stride.x),
        height: Math.ceil((fine.height - py) / stride.y),
        taps: taps.length,
        table: table(taps),
      });
    }
  return phases;
}
