import { createRandom } from '../../../src/core/random.ts';
import type { Graph } from '../../../src/nn/layers.ts';

export interface TestTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** Random tensors for every layer, of a size that keeps values near 1. */
export function weightsFor(graph: Graph, seed: number): Map<string, TestTensor> {
  const random = createRandom(seed);
  const tensors = new Map<string, TestTensor>();
  const set = (name: string | undefined, shape: readonly number[], value: () => number): void => {
    if (name === undefined) return;
    const length = shape.reduce((all, one) => all * one, 1);
    tensors.set(name, { shape, data: Float32Array.from({ length }, value) });
  };
  for (const layer of graph.layers) {
    if (layer.op === 'conv' || layer.op === 'convTranspose') {
      const { kernel, in: inputs, out } = layer;
      const shape =
        layer.op === 'conv' ? [out, inputs, kernel.y, kernel.x] : [inputs, out, kernel.y, kernel.x];
      set(layer.weight, shape, () => random.normal() / Math.sqrt(inputs * kernel.x * kernel.y));
      set(layer.bias, [out], () => 0.3 * random.normal());
    } else if (layer.op === 'batchNorm') {
      const shape = [layer.channels];
      set(layer.weight, shape, () => random.between(0.5, 1.5));
      set(layer.bias, shape, () => 0.3 * random.normal());
      set(layer.mean, shape, () => 0.3 * random.normal());
      set(layer.variance, shape, () => random.between(0.5, 2));
    }
  }
  return tensors;
}
