import type { Region, TensorView } from '../gpu/ops/view.ts';
import type { Pair } from '../gpu/ops/window.ts';
import type { ConvTranspose } from './layers.ts';

/**
 * One of the ordinary convolutions that a transposed one is made of: it makes the pixels (stride·q + phase) of the result,
 * with every stride-th tap, in reverse order.
 */
export interface TransposedPhase {
  readonly kernel: Pair;
  /** The source pixel under the first tap of q = (0, 0). */
  readonly first: Pair;
  /** Its weights, out of [output][input][ky][kx] of the whole. */
  pick(weights: Float64Array): Float64Array;
  /** Which q make a part of the result; undefined for none. */
  region(part: Region): Region | undefined;
  /** Where q = (0, 0) and its neighbours lie. */
  view(view: TensorView): TensorView;
}

/** Along one axis. */
interface AxisPhase {
  readonly phase: number;
  readonly stride: number;
  readonly first: number;
  /** For each tap its place in the whole kernel; -1 stands for a weight of 0. */
  readonly taps: readonly number[];
}

function axisPhases(kernel: number, stride: number, crop: number): AxisPhase[] {
  return Array.from({ length: stride }, (_, phase) => {
    // Result pixel stride·q + phase gets source pixel q + shift − t by tap offset + stride·t.
    const shift = Math.floor((phase + crop) / stride);
    const offset = phase + crop - shift * stride;
    const count = Math.max(0, Math.ceil((kernel - offset) / stride));
    const taps = Array.from({ length: count }, (_, i) => offset + stride * (count - 1 - i));
    // A stride that is longer than the kernel leaves pixels that are the bias alone.
    return count === 0
      ? { phase, stride, first: shift, taps: [-1] }
      : { phase, stride, first: shift - (count - 1), taps };
  });
}

export function transposedPhases({ kernel, stride, crop }: ConvTranspose): TransposedPhase[] {
  const rows = axisPhases(kernel.y, stride.y, crop.top);
  const columns = axisPhases(kernel.x, stride.x, crop.left);
  return rows.flatMap((y) => columns.map((x) => phaseOf(kernel, x, y)));
}

function phaseOf(kernel: Pair, x: AxisPhase, y: AxisPhase): TransposedPhase {
  return {
    kernel: { x: x.taps.length, y: y.taps.length },
    first: { x: x.first, y: y.first },
    pick: (weights) => {
      const own = y.taps.flatMap((v) => x.taps.map((u) => (u < 0 || v < 0 ? -1 : v * kernel.x + u)));
      const whole = kernel.x * kernel.y;
      return Float64Array.from({ length: (weights.length / whole) * own.length }, (_, at) => {
        const tap = own[at % own.length] ?? -1;
        return tap < 0 ? 0 : (weights[Math.floor(at / own.length) * whole + tap] ?? 0);
      });
    },
    region: (part) => {
      const [left, right] = along(x, part.x, part.width);
      const [top, bottom] = along(y, part.y, part.height);
      if (left >= right || top >= bottom) return undefined;
      return { x: left, y: top, width: right - left, height: bottom - top };
    },
    view: ({ buffer, row, pixel, base }) => ({
      buffer,
      row: row * y.stride,
      pixel: pixel * x.stride,
      base: base + y.phase * row + x.phase * pixel,
    }),
  };
}

/** The q, from and to, whose pixels lie in a part. */
function along({ phase, stride }: AxisPhase, from: number, length: number): readonly [number, number] {
  return [Math.ceil((from - phase) / stride), Math.ceil((from + length - phase) / stride)];
}
