import { beforeAll, expect, test } from 'vitest';
import { GpuUnavailableError } from '../../../src/core/errors.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import type { Conv2dKernelName } from '../../../src/gpu/ops/conv2d.ts';
import { outputName } from '../../../src/nn/layers.ts';
import { Network } from '../../../src/nn/network.ts';
import { runNetwork } from '../../reference/layers.ts';
import { largestDifference, rms } from '../../support/compare.ts';
import { adapterHas, describeGpu, withDevice } from '../../support/gpu.ts';
import { smallUnet } from '../../unit/nn/networks.ts';
import { weightsFor } from '../../unit/nn/weights.ts';
import { type CatalogueCase, convolutions, others } from './catalogue.ts';
import { randomImage, runOnGpu } from './running.ts';
import { hasTopaz, readPlane, readTopaz } from './topaz.ts';

/** A few of each kind: what is told apart by the type of storage is the same few lines everywhere. */
const some = [
  '3 × 3, 3 → 97',
  'stride 3, dilation 2',
  'with a residual',
  'of a value and a plane, mirrored, both up-sampled',
  'a plane, mirrored → 3',
  '1 × 1, 97 → a plane',
  'transposed, with output padding, activated',
  'maximum of odd sizes',
  'linear to an odd size',
  'normalised, then activated',
  'a sum of values that lie differently',
];

const hasHalves = adapterHas('shader-f16');
if (!hasHalves) {
  console.log('SKIPPED "networks in half precision": this GPU has no shader-f16; its refusal is tested.');
}

describeGpu('networks in half precision', (gpu) => {
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'this GPU');
  });
  const options = { storage: 'f16' } as const;

  const chosen = [...convolutions, ...others]
    .filter(({ name }) => some.includes(name))
    .map((one): [string, CatalogueCase, Conv2dKernelName?] => [one.name, one]);
  const forced = convolutions
    .filter(({ name }) => name === '3 × 3, 3 → 97')
    .flatMap((one) =>
      (['gemm', 'quads'] as const).map((kernel): [string, CatalogueCase, Conv2dKernelName?] => [
        `by ${kernel}: ${one.name}`,
        one,
        kernel,
      ]),
    );
  test.skipIf(!hasHalves).each([...chosen, ...forced])(
    '%s: to 2⁻⁸ of float64',
    async (_, { graph, image: size }, preferred) => {
      const tensors = weightsFor(graph, 7);
      const image = randomImage(graph.channels, size.width, size.height, 8);
      const expected = runNetwork(graph.layers, image, tensors).get(outputName(graph));
      if (!expected) throw new Error('There is no result.');
      const found = await runOnGpu(context, graph, tensors, image, { ...options, preferred });
      // A few values of 11 bits, of about 1 to 4, added up.
      expect(largestDifference(found.data, expected.data)).toBeLessThan(2 ** -6);
      expect(rms(found.data.map((value, i) => value - (expected.data[i] ?? 0)))).toBeLessThan(2 ** -9);
      expect(found.data).not.toEqual(Float64Array.from(expected.data));
      expect(context.memory().bytes).toBe(0);
    },
  );

  test.skipIf(!hasHalves)('a U-net: the same bits whole and in tiles, with half the memory', async () => {
    const graph = smallUnet(12, 3);
    const tensors = weightsFor(graph, 1);
    const image = randomImage(1, 45, 61, 2);
    const whole = await runOnGpu(context, graph, tensors, image, options);
    const full = await runOnGpu(context, graph, tensors, image);
    const difference = largestDifference(whole.data, full.data);
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThan(2 ** -6);
    const tiled = await runOnGpu(context, graph, tensors, image, { ...options, longestTile: 20 });
    expect(tiled.tiles).toBeGreaterThan(1);
    expect(tiled.data).toEqual(whole.data);
    const bytes = await Promise.all(
      (['f16', 'f32'] as const).map(async (storage) => {
        const network = new Network(context, graph, tensors, { storage });
        const run = await network.prepare(image);
        run.destroy();
        network.destroy();
        return run.arenaBytes;
      }),
    );
    // But for the image, which is a plane of float32.
    expect((bytes[0] ?? 0) / (bytes[1] ?? 1)).toBeLessThan(0.6);
  });

  // Tolerances of ../shared/reference/README.md. On lavapipe compiling a detector alone takes a minute.
  const isThorough = process.env.CRYOLITE_FULL === '1';
  test
    .skipIf(!hasHalves || !hasTopaz)
    .each([
      ['unet_L2_v0.2.1', 1e-2, 1e-3],
      ...(isThorough ? ([['resnet8_u32', 1e-1, 1e-2]] as const) : []),
    ] as const)('%s: to %d of PyTorch’s float32', async (name, largest, mean) => {
    const { graph, tensors } = readTopaz(name);
    const image = readPlane('inputs/bgal_200x312');
    const expected = readPlane(`outputs/bgal_200x312.${name}`);
    const cut = { columns: [{ from: 0, to: 40 }], rows: [{ from: 180, to: 200 }] };
    const found = await runOnGpu(context, graph, tensors, image, { ...options, cut: () => cut });
    const inside = (i: number): boolean => i % 312 < 40 && Math.floor(i / 312) >= 180;
    const all = found.data.map((value, i) => value - (expected.data[i] ?? 0));
    const differences = all.filter((_, i) => inside(i));
    expect(differences).toHaveLength(800);
    expect(rms(differences)).toBeLessThan(mean);
    expect(largestDifference(differences, new Float64Array(differences.length))).toBeLessThan(largest);
  });
});

test('a GPU without halves says so', async () => {
  await withDevice(
    ({ device }) => {
      const context = new GpuContext(device, 'this GPU');
      const graph = smallUnet(4);
      const open = () => new Network(context, graph, weightsFor(graph, 1), { storage: 'f16' });
      expect(open).toThrow(GpuUnavailableError);
      expect(open).toThrow('this GPU has no 16-bit floats (shader-f16): run small U-net with 32 bits.');
    },
    { features: [], backend: 'null' },
  );
});
