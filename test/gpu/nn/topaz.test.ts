import { beforeAll, describe, expect, test } from 'vitest';
import { GpuContext } from '../../../src/gpu/context.ts';
import type { Cut } from '../../../src/nn/tiling.ts';
import { type FeatureMap, valueAt } from '../../reference/layers.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu, sparesSwiftShader } from '../../support/gpu.ts';
import { runOnGpu } from './running.ts';
import {
  hasTopaz,
  readPlane,
  readTopaz,
  type TopazName,
  toleranceOf,
  topazInputs,
  topazNetworks,
} from './topaz.ts';

/** Every picture as a whole: some 700 GFLOP, minutes on a software GPU. */
const isThorough = process.env.CRYOLITE_FULL === '1';
/** Which software GPU has which half of the work: SwiftShader compiles quickly, lavapipe computes quickly. */
const isQuickToCompile = process.env.CRYOLITE_ADAPTER !== 'lavapipe';

/** The four corners of a picture, each with two of its borders. */
const corners = ({ width, height }: FeatureMap, side: number): Cut => ({
  columns: [
    { from: 0, to: side },
    { from: width - side, to: width },
  ],
  rows: [
    { from: 0, to: side },
    { from: height - side, to: height },
  ],
});
/** A part that begins anywhere, off all grids of pooling. */
const middle = ({ width, height }: FeatureMap, side: number): Cut => ({
  columns: [{ from: (width >> 1) - 5, to: (width >> 1) - 5 + side }],
  rows: [{ from: (height >> 1) - 3, to: (height >> 1) - 3 + side }],
});

/** The largest difference of two pictures in the parts of a cut. */
function differenceIn(cut: Cut, found: FeatureMap, expected: FeatureMap): number {
  const parts = (map: FeatureMap): number[] =>
    cut.rows.flatMap((rows) =>
      cut.columns.flatMap((columns) => {
        const values: number[] = [];
        for (let y = rows.from; y < rows.to; y++) {
          for (let x = columns.from; x < columns.to; x++) values.push(valueAt(map, 0, y, x));
        }
        return values;
      }),
    );
  return largestDifference(parts(found), parts(expected));
}

describe.skipIf(!hasTopaz)('Topaz', () => {
  if (!hasTopaz) console.log('SKIPPED "Topaz": the shared test data (../shared/reference) is not there.');

  describeGpu('networks', (gpu) => {
    let context: GpuContext;
    beforeAll(() => {
      context = new GpuContext(gpu.device, 'test');
    });

    const cases = topazNetworks.flatMap((name) =>
      topazInputs
        .filter((input) => !sparesSwiftShader || input.startsWith('bgal'))
        .map((input) => [name, input] as const),
    );
    if (sparesSwiftShader) console.log('SwiftShader: of each network of Topaz one picture.');
    test.each(cases)('%s on %s gives PyTorch’s pixels', async (name, input) => {
      const { graph, tensors } = readTopaz(name);
      const image = readPlane(`inputs/${input}`);
      const expected = readPlane(`outputs/${input}.${name}`);
      // The picture that does not halve evenly is looked at where that shows.
      const cut = input.startsWith('bgal') ? corners(expected, 12) : middle(expected, 17);
      const found = await runOnGpu(context, graph, tensors, image, { cut: () => cut });
      expect(differenceIn(cut, found, expected)).toBeLessThan(toleranceOf(name));
      expect(context.memory().bytes).toBe(0);
    });

    const whole: readonly (readonly [TopazName, string])[] = isThorough
      ? cases
      : isQuickToCompile
        ? [['affine_L1_v0.2.2', 'bgal_200x312']]
        : [['unet_L2_v0.2.1', 'bgal_200x312']];
    test.each(whole)(
      '%s on all of %s gives what PyTorch gives, and the same bits in tiles',
      async (name, input) => {
        const { graph, tensors } = readTopaz(name);
        const image = readPlane(`inputs/${input}`);
        const expected = readPlane(`outputs/${input}.${name}`);
        const found = await runOnGpu(context, graph, tensors, image);
        expect(largestDifference(found.data, expected.data)).toBeLessThan(toleranceOf(name));
        for (const cut of [corners(expected, 33), middle(expected, 50)]) {
          const tiled = await runOnGpu(context, graph, tensors, image, { cut: () => cut });
          expect(differenceIn(cut, tiled, found)).toBe(0);
        }
      },
      1_000_000,
    );

    test('resnet8_u32 scores a micrograph as PyTorch does', async () => {
      const { graph, tensors } = readTopaz('resnet8_u32');
      const image = readPlane('full/May08_05.53.51_avg.down3.affine');
      const expected = readPlane('full/May08_05.53.51_avg.resnet8_u32.score');
      const cuts = isThorough ? [undefined] : [corners(expected, 8), middle(expected, 16)];
      for (const cut of cuts) {
        const found = await runOnGpu(context, graph, tensors, image, cut && { cut: () => cut });
        const difference = cut
          ? differenceIn(cut, found, expected)
          : largestDifference(found.data, expected.data);
        expect(difference).toBeLessThan(1e-3);
      }
    }, 1_000_000);
  });
});
