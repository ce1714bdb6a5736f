import { beforeAll, expect, test } from 'vitest';
import { GpuContext } from '../../../src/gpu/context.ts';
import type { Conv2dKernelName } from '../../../src/gpu/ops/conv2d.ts';
import { outputName } from '../../../src/nn/layers.ts';
import type { NetworkOptions } from '../../../src/nn/network.ts';
import { runNetwork } from '../../reference/layers.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { weightsFor } from '../../unit/nn/weights.ts';
import { type CatalogueCase, convolutions, others, packedKernels, telling } from './catalogue.ts';
import { randomImage, runOnGpu } from './running.ts';

/** CRYOLITE_FULL=1 forces each kernel on every case, at seconds a compilation. */
const isThorough = process.env.CRYOLITE_FULL === '1';
/** What takes lavapipe ten seconds and more to compile is left to SwiftShader. */
const isSlow = process.env.CRYOLITE_ADAPTER === 'lavapipe' && !isThorough;
const longest = 'of a value and a plane, mirrored, both up-sampled';
if (isSlow) console.log(`lavapipe: ${longest}: not forced; nor is what only a real GPU gets.`);

describeGpu('every layer equals f64 to 2e-5', (gpu) => {
  // One for all, so that nothing is compiled twice.
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });

  const isPacked = ({ graph }: CatalogueCase): boolean =>
    graph.layers.some((layer) => layer.op === 'conv' && layer.in > 1 && layer.out > 1);
  type Entry = [string, CatalogueCase, Conv2dKernelName | undefined];
  const asChosen = (one: CatalogueCase): Entry => [one.name, one, undefined];
  const forced = convolutions
    .filter((one) => isPacked(one) && (isThorough || telling.includes(one.name)))
    .filter(({ name }) => !isSlow || name !== longest)
    .flatMap((one) => packedKernels.map((kernel): Entry => [`by ${kernel}: ${one.name}`, one, kernel]));
  const all = [...convolutions.map(asChosen), ...forced, ...others.map(asChosen)];
  test.each(all)('%s', async (_, one, preferred) => {
    await expectReference(one, { preferred });
  });

  test.skipIf(isSlow)('as chosen and unrolled for a GPU that no processor plays', async () => {
    const wide = convolutions.find(({ name }) => name === '1 × 1, 97 → 48');
    if (!wide) throw new Error('The catalogue has lost a case.');
    await expectReference(wide, { capabilities: { ...context.capabilities, isProcessor: false } });
  });

  const expectReference = async (
    { graph, image: size }: CatalogueCase,
    options: NetworkOptions,
  ): Promise<void> => {
    const tensors = weightsFor(graph, 7);
    const image = randomImage(graph.channels, size.width, size.height, 8);
    const expected = runNetwork(graph.layers, image, tensors).get(outputName(graph));
    if (!expected) throw new Error('There is no result.');
    const found = await runOnGpu(context, graph, tensors, image, options);
    expect([found.channels, found.width, found.height]).toEqual([
      expected.channels,
      expected.width,
      expected.height,
    ]);
    expect(largestDifference(found.data, expected.data)).toBeLessThan(2e-5);
    expect(context.memory().bytes).toBe(0);
  };
});
