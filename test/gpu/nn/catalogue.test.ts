import { beforeAll, expect, test } from 'vitest';
import { GpuContext } from '../../../src/gpu/context.ts';
import { outputName } from '../../../src/nn/layers.ts';
import { runNetwork } from '../../reference/layers.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { weightsFor } from '../../unit/nn/weights.ts';
import { type CatalogueCase, convolutions, others } from './catalogue.ts';
import { randomImage, runOnGpu } from './running.ts';

describeGpu('every layer equals f64 to 2e-5', (gpu) => {
  // One for all, so that nothing is compiled twice.
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });

  const all: [string, CatalogueCase][] = [...convolutions, ...others].map((one) => [one.name, one]);
  test.each(all)('%s', async (_, { graph, image: size }) => {
    const tensors = weightsFor(graph, 7);
    const image = randomImage(graph.channels, size.width, size.height, 8);
    const expected = runNetwork(graph.layers, image, tensors).get(outputName(graph));
    if (!expected) throw new Error('There is no result.');
    const found = await runOnGpu(context, graph, tensors, image);
    expect([found.channels, found.width, found.height]).toEqual([
      expected.channels,
      expected.width,
      expected.height,
    ]);
    expect(largestDifference(found.data, expected.data)).toBeLessThan(2e-5);
    expect(context.memory().bytes).toBe(0);
  });
});
