import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { GpuContext } from '../../../src/gpu/context.ts';
import { outputName } from '../../../src/nn/layers.ts';
import { runNetwork } from '../../reference/layers.ts';
import { largestDifference, rms } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { networks, smallUnet } from '../../unit/nn/networks.ts';
import { weightsFor } from '../../unit/nn/weights.ts';
import { randomImage, runOnGpu } from './running.ts';

/** Compiling takes a second a kernel on lavapipe, a fifth of it on SwiftShader. */
const count = process.env.CRYOLITE_ADAPTER === 'lavapipe' ? 6 : 24;

describeGpu('networks', (gpu) => {
  // One for all, so that nothing is compiled twice.
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });

  test.each(
    fc.sample(networks(9, 24), { seed: 31, numRuns: count }).map((chosen, i) => [i, chosen] as const),
  )(
    'random network %i gives what f64 gives, and the same bits in tiles',
    async (i, { graph, image: size }) => {
      const tensors = weightsFor(graph, i);
      const image = randomImage(graph.channels, size.width, size.height, i);
      const expected = runNetwork(graph.layers, image, tensors).get(outputName(graph));
      if (!expected) throw new Error('There is no result.');
      const found = await runOnGpu(context, graph, tensors, image);
      expect([found.channels, found.width, found.height]).toEqual([
        expected.channels,
        expected.width,
        expected.height,
      ]);
      expect(largestDifference(found.data, expected.data)).toBeLessThan(
        1e-5 * Math.max(1, rms(expected.data)),
      );
      // Single pixels among them.
      for (const longestTile of [7, 1 + ((5 * i) % 13)]) {
        const tiled = await runOnGpu(context, graph, tensors, image, { longestTile });
        expect(tiled.tiles).toBeGreaterThan(Math.max(found.width, found.height) > 7 * 16 ? 1 : 0);
        expect(tiled.data).toEqual(found.data);
      }
      expect(context.memory().bytes).toBe(0);
    },
  );

  test.each([
    { gather: true, width: 61, height: 45 },
    { gather: false, width: 61, height: 45 },
    { gather: true, width: 24, height: 40 },
  ])(
    'a U-net on $width × $height: the same bits whole, in tiles of any size, and twice (gather: $gather)',
    async ({ gather, width, height }) => {
      const graph = smallUnet(12, 4);
      const tensors = weightsFor(graph, 1);
      const image = randomImage(1, width, height, 2);
      const expected = runNetwork(graph.layers, image, tensors).get(outputName(graph));
      const options = { fusion: { gather } };
      const whole = await runOnGpu(context, graph, tensors, image, options);
      expect(largestDifference(whole.data, expected?.data ?? [])).toBeLessThan(1e-5);
      expect((await runOnGpu(context, graph, tensors, image, options)).data).toEqual(whole.data);
      for (const longestTile of [8, 16, 24]) {
        const tiled = await runOnGpu(context, graph, tensors, image, { ...options, longestTile });
        expect(tiled.tiles).toBeGreaterThan(1);
        expect(tiled.data).toEqual(whole.data);
      }
      expect(context.memory().bytes).toBe(0);
    },
  );
});
