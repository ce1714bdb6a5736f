import { createRandom } from '../../../src/core/random.ts';
import type { GpuContext } from '../../../src/gpu/context.ts';
import type { Planes } from '../../../src/gpu/ops/planes.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import {
  Network,
  type NetworkOptions,
  type RunOptions,
  type WeightTensors,
} from '../../../src/nn/network.ts';
import { type FeatureMap, featureMap, makeMap } from '../../reference/layers.ts';

export function randomImage(channels: number, width: number, height: number, seed: number): FeatureMap {
  const random = createRandom(seed);
  return makeMap(channels, width, height, () => Math.fround(random.normal()));
}

/** Runs a network on a whole image, tile by tile; `tiles` counts them. */
export async function runOnGpu(
  context: GpuContext,
  graph: Graph,
  tensors: WeightTensors,
  image: FeatureMap,
  options: NetworkOptions & RunOptions = {},
): Promise<FeatureMap & { readonly tiles: number }> {
  const network = new Network(context, graph, tensors, options);
  const buffers: GPUBuffer[] = [];
  try {
    const run = await network.prepare(image, options);
    try {
      const { width, height } = network.resultSize(image);
      const input = context.upload('test', Float32Array.from(image.data));
      const output = context.buffer('test', width * height * network.outputChannels * 4);
      buffers.push(input, output);
      const origin = { x: 0, y: 0 };
      const planes: Planes = { buffer: output, width, height, origin };
      for (const tile of run.tiles) {
        run.run(tile, { buffer: input, width: image.width, height: image.height, origin }, planes);
      }
      const data = new Float32Array(await context.read(output, width * height * network.outputChannels * 4));
      return { ...featureMap(network.outputChannels, width, height, data), tiles: run.tiles.length };
    } finally {
      run.destroy();
    }
  } finally {
    network.destroy();
    context.free(...buffers);
  }
}
