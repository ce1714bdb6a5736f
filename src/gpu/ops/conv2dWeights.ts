import type { Conv2dKernelName, Conv2dSpec } from './conv2d.ts';

/** Weights as a kernel reads them. */
export interface PackedWeights {
  readonly weights: Float32Array<ArrayBuffer>;
  /** One number for each stored output channel, at least four. */
  readonly bias: Float32Array<ArrayBuffer>;
}

/** The place of a weight, given its output channel, the place of its input channel, and its tap. */
type Place = (o: number, i: number, ky: number, kx: number) => number;

/**
 * Puts weights into the order of a kernel, zeros where a stored channel is none of the network's.
 * @param weights [output][input][ky][kx], as PyTorch has them.
 * @param bias [output]
 * @param places for each input channel its place among the stored ones of all sources, one after another.
 */
export function packConv2dWeights(
  kernel: Conv2dKernelName,
  spec: Conv2dSpec,
  weights: ArrayLike<number>,
  bias: ArrayLike<number>,
  places: readonly number[],
): PackedWeights {
  const { x: KX, y: KY } = spec.kernel;
  const storedIn = spec.sources.reduce((sum, { groups }) => sum + groups, 0);
  const storedOut = 4 * spec.groups;
  const rowsOfTaps = {
    length: KY * KX * storedIn * 4 * storedOut,
    at: (o: number, i: number, ky: number, kx: number) =>
      (((ky * storedIn + (i >> 2)) * KX + kx) * 4 + (i & 3)) * storedOut + o,
  };
  const layouts: Record<Conv2dKernelName, { readonly length: number; readonly at: Place }> = {
    direct: rowsOfTaps,
    quads: rowsOfTaps,
    gemm: {
      length: KY * KX * storedIn * 4 * storedOut,
      at: (o, i, ky, kx) => ((ky * KX + kx) * storedIn * 4 + i) * storedOut + o,
    },
    oneIn: { length: KY * KX * storedOut, at: (o, _, ky, kx) => (ky * KX + kx) * storedOut + o },
    oneOut: {
      length: KY * KX * storedIn * 4,
      at: (_, i, ky, kx) => ((ky * storedIn + (i >> 2)) * KX + kx) * 4 + (i & 3),
    },
    oneOne: { length: KY * KX, at: (_o, _i, ky, kx) => ky * KX + kx },
  };
  const { length, at } = layouts[kernel];
  const packed = new Float32Array(length);
  for (let o = 0; o < bias.length; o++) {
    for (const [i, place] of places.entries()) {
      for (let ky = 0; ky < KY; ky++) {
        for (let kx = 0; kx < KX; kx++) {
          packed[at(o, place, ky, kx)] = weights[((o * places.length + i) * KY + ky) * KX + kx] ?? 0;
        }
      }
    }
  }
  const paddedBias = new Float32Array(storedOut);
  paddedBias.set(Array.from(bias));
  return { weights: packed, bias: paddedBias };
}
