import { expect, test } from 'vitest';
import { GpuContext } from '../../../src/gpu/context.ts';
import { conv, pool, upsample } from '../../../src/nn/build.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import { Network } from '../../../src/nn/network.ts';
import { defaultBufferBytes, planRun, tileFacts } from '../../../src/nn/plan.ts';
import { compile } from '../../../src/nn/program.ts';
import { describeGpu } from '../../support/gpu.ts';
import { weightsFor } from '../../unit/nn/weights.ts';
import { randomImage, runOnGpu } from './running.ts';

/** Its first value alone is as large as 1 GiB on the picture below. */
const graph: Graph = {
  name: 'wide',
  channels: 1,
  layers: [
    conv('a', 'input', 1, 16, 3, { padding: 'same' }),
    pool('maxPool', 'p', 'a', 2),
    upsample('u', 'p', 'a'),
    conv('b', 'u', 16, 1, 3, { padding: 'same' }),
  ],
};
const edge = 4096;
const picture = { width: edge, height: edge };

/** The lower right part of a picture. */
function cornerOf(data: ArrayLike<number>, rowLength: number, width: number, height: number): number[] {
  const rows = data.length / rowLength;
  return Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return data[(rows - height + y) * rowLength + rowLength - width + x] ?? Number.NaN;
  });
}

describeGpu(
  "a device with WebGPU's default limits",
  (gpu) => {
    test('has room for a network over 4096², in the bytes that were planned', async () => {
      expect(gpu.device.limits.maxStorageBufferBindingSize).toBe(defaultBufferBytes);
      const context = new GpuContext(gpu.device, 'test');
      const tensors = weightsFor(graph, 1);
      const network = new Network(context, graph, tensors);
      const { bytes: weights } = context.memory();
      const run = await network.prepare(picture);
      const program = compile(graph);
      const plan = planRun(program, picture, { bufferBytes: defaultBufferBytes, bytesPerNumber: 4 });
      const tiles = tileFacts(program, plan);
      expect([run.tiles.length, run.arenaBytes]).toEqual([tiles.count, tiles.bytes]);
      expect(tiles.count).toBeGreaterThan(8);
      const { bytes, byOwner } = context.memory();
      expect(byOwner.get('network activations')).toBe(tiles.bytes);
      expect(bytes - weights - tiles.bytes).toBe(byOwner.get('network uniforms'));
      expect(bytes + 2 * edge * edge * 4).toBeLessThan(2 ** 30);
      run.destroy();

      // The last of many small tiles of that picture is a corner like any other.
      const small = await network.prepare(picture, { longestTile: 32 });
      const tile = small.tiles.at(-1);
      if (!tile) throw new Error('There are no tiles.');
      const { region, input } = tile;
      expect([region.x + region.width, region.y + region.height]).toEqual([edge, edge]);
      // The same corner of a picture so small that it is run at once; both begin at an even pixel, as pools do.
      const before = { x: input.x % 2, y: input.y % 2 };
      const image = randomImage(1, before.x + input.width, before.y + input.height, 3);
      const part = cornerOf(image.data, image.width, input.width, input.height);
      const made = small.run(tile, Float32Array.from(part));
      const found = new Float32Array(await context.read(made.buffer, region.width * region.height * 4));
      small.destroy();
      network.destroy();
      expect(context.memory().bytes).toBe(0);
      const { data } = await runOnGpu(context, graph, tensors, image);
      const expected = cornerOf([...data], image.width, region.width, region.height);
      expect([...found]).toEqual(expected);
    });
  },
  { limits: {} },
);
