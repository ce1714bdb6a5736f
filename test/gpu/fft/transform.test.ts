import { beforeAll, expect, test } from 'vitest';
import type { LineLimits } from '../../../src/fft/linePlan.ts';
import { FourierTransforms } from '../../../src/fft/transform.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { largestDifference, rms } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { halfSpectrum, randomValues, roundTrip } from './roundTrip.ts';

/** Every radix alone and mixed, sevens, primes, odd sides, single rows and columns. */
const sizes: readonly (readonly [number, number])[] = [
  [1, 1],
  [2, 1],
  [1, 2],
  [3, 1],
  [1, 37],
  [2, 3],
  [4, 4],
  [7, 7],
  [14, 49],
  [16, 5],
  [6, 9],
  [9, 6],
  [10, 8],
  [20, 18],
  [11, 13],
  [22, 17],
  [45, 21],
  [30, 25],
  [31, 62],
  [64, 16],
  [63, 64],
  [97, 3],
  [128, 27],
  [150, 32],
  [210, 30],
  [2, 2048],
  [1009, 1],
];

/** Without workgroup memory; with what every device has; with so little that a line takes several tiles. */
const variants: readonly (readonly [string, LineLimits, readonly (readonly [number, number])[]])[] = [
  ['one radix a pass', { workgroupBytes: 0, invocations: 256 }, sizes],
  [
    'tiles of 16 KiB',
    { workgroupBytes: 16384, invocations: 256 },
    [
      [64, 16],
      [45, 48],
    ],
  ],
  [
    'tiles of 512 bytes',
    { workgroupBytes: 512, invocations: 32 },
    [
      [150, 32],
      [81, 22],
    ],
  ],
];

describeGpu('real 2-D Fourier transform', (gpu) => {
  // One context for all, since pipelines of one radix serve many sizes.
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });

  for (const [name, limits, cases] of variants) {
    test.each(cases)(`%i × %i equals the f64 definition to 1e-6·log n by ${name}`, async (width, height) => {
      const transforms = new FourierTransforms(context, limits);
      const values = randomValues(width * height, width * 1000 + height);
      const plane = { buffer: context.upload('test', values), width, height };
      const { spectrum, restored } = await roundTrip(context, transforms, plane);
      const expected = halfSpectrum(width, height, values);
      const bound = 1e-6 * Math.log2(width * height + 1);
      expect(largestDifference(spectrum, expected)).toBeLessThan(bound * rms(expected));
      expect(largestDifference(restored, values)).toBeLessThan(bound);
      transforms.destroy();
      context.free(plane.buffer);
      expect(context.memory().bytes).toBe(0);
    });
  }
});
