import { beforeAll, expect, test } from 'vitest';
import { GpuContext } from '../../../src/gpu/context.ts';
import type { Conv2dKernelName } from '../../../src/gpu/ops/conv2d.ts';
import { outputName } from '../../../src/nn/layers.ts';
import { runNetwork } from '../../reference/layers.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { weightsFor } from '../../unit/nn/weights.ts';
import { type CatalogueCase, convolutions, others, packedKernels, telling } from './catalogue.ts';
import { randomImage, runOnGpu } from './running.ts';

/** CRYOLITE_FULL=1 forces each kernel on every case, at seconds a compilation. */
const isThorough = process.env.CRYOLITE_FULL === '1';

describeGpu('every layer equals f64 to 2e-5', (gpu) => {
  // One for all, so that nothing is compiled twice.
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });

  const isPacked = ({ graph }: CatalogueCase): boolean =>
    graph.layers.some((layer) => layer.op === 'conv' && layer.in > 1 && layer.out > 1);
  const forced = convolutions
    .filter((one) => isPacked(one) && (isThorough || telling.includes(one.name)))
    .flatMap((one) => packedKernels.map((preferred) => ({ ...one, preferred })));
  const all = [...convolutions, ...forced, ...others].map(
    (one: CatalogueCase & { readonly preferred?: Conv2dKernelName }) => ({
      ...one,
      name: one.preferred ? `${one.name}, by ${one.preferred}` : one.name,
    }),
  );
  test.each(all)('$name', async ({ graph, image: size, preferred }) => {
    const tensors = weightsFor(graph, 7);
    const image = randomImage(graph.channels, size.width, size.height, 8);
    const expected = runNetwork(graph.layers, image, tensors).get(outputName(graph));
    if (!expected) throw new Error('There is no result.');
    const found = await runOnGpu(context, graph, tensors, image, { preferred });
    expect([found.channels, found.width, found.height]).toEqual([
      expected.channels,
      expected.width,
      expected.height,
    ]);
    expect(largestDifference(found.data, expected.data)).toBeLessThan(2e-5);
    expect(context.memory().bytes).toBe(0);
  });
});
