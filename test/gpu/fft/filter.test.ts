import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { chooseLengths, filterPlane } from '../../../src/fft/filter.ts';
import { highpass, lowpass, product } from '../../../src/fft/transfer.ts';
import { FourierTransforms } from '../../../src/fft/transform.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { filterRadially } from '../../reference/fourier.ts';
import { padPeriodicReference } from '../../reference/padding.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';

describeGpu('filterPlane', (gpu) => {
  // One for all, since kernels of one radix serve many sizes.
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });

  const run = async (
    values: Float32Array<ArrayBuffer>,
    width: number,
    height: number,
    transfer: (k: number) => number,
    scale?: number,
  ) => {
    const plane = { buffer: context.upload('test', values), width, height };
    const transforms = new FourierTransforms(context);
    const result = await filterPlane(context, transforms, plane, transfer, scale);
    const pixels = new Float32Array(await context.read(result.buffer, result.width * result.height * 4));
    transforms.destroy();
    context.free(plane.buffer, result.buffer);
    expect(context.memory().bytes).toBe(0);
    return { ...result, pixels };
  };

  test.each([
    [37, 29],
    [64, 48],
    [1, 1],
    [5, 31],
  ])('band-passes %i × %i like the f64 definition to 2e-5', async (width, height) => {
    const random = createRandom(width);
    const values = Float32Array.from({ length: width * height }, () => random.normal() + 2);
    const transfer = product(lowpass(4), highpass(40));
    const found = await run(values, width, height, transfer);
    const x = chooseLengths(width, 1).padded;
    const y = chooseLengths(height, 1).padded;
    const padded = padPeriodicReference(values, width, height, x, y);
    const full = filterRadially(x, y, padded, transfer);
    const expected = Array.from(
      { length: width * height },
      (_, i) => full[Math.floor(i / width) * x + (i % width)] ?? 0,
    );
    expect([found.width, found.height]).toEqual([width, height]);
    expect(largestDifference(found.pixels, expected)).toBeLessThan(2e-5);
  });

  test.each([0.25, 0.6, 1.5])(
    'samples a smooth picture anew at %f to 1e-3, pixel 0 staying at 0',
    async (scale) => {
      const [width, height] = [160, 120];
      const wave = (x: number, y: number): number =>
        Math.exp(-((x - 70.3) ** 2 + (y - 51.7) ** 2) / (2 * 12 ** 2)) -
        0.5 * Math.exp(-((x - 100) ** 2 + (y - 80) ** 2) / 200);
      const values = Float32Array.from({ length: width * height }, (_, i) =>
        wave(i % width, Math.floor(i / width)),
      );
      const found = await run(values, width, height, () => 1, scale);
      expect(found.sourcePerSampleX * scale).toBeCloseTo(1, 1);
      let worst = 0;
      for (let y = 0; y < found.height; y++) {
        for (let x = 0; x < found.width; x++) {
          const expected = wave(x * found.sourcePerSampleX, y * found.sourcePerSampleY);
          worst = Math.max(worst, Math.abs((found.pixels[y * found.width + x] ?? Number.NaN) - expected));
        }
      }
      expect(worst).toBeLessThan(1e-3);
    },
  );
});
