import { beforeAll, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { filterPlane } from '../../../src/fft/filter.ts';
import { periodogram } from '../../../src/fft/periodogram.ts';
import { FourierTransforms } from '../../../src/fft/transform.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import type { LoadedPlane } from '../../../src/pipelines/load.ts';
import { powerSpectrum } from '../../../src/pipelines/powerSpectrum.ts';
import { statisticsOf } from '../../../src/pipelines/statistics.ts';
import { welch } from '../../reference/fourier.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';

describeGpu('the power spectrum', (gpu) => {
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });

  const noise = (count: number): Float32Array<ArrayBuffer> => {
    const random = createRandom(count);
    return Float32Array.from({ length: count }, () => random.normal());
  };

  const upload = (values: Float32Array<ArrayBuffer>, width: number): LoadedPlane => ({
    plane: { buffer: context.upload('test', values), width, height: values.length / width },
    bin: 1,
    statistics: statisticsOf(values),
  });

  test('of squares equals Welch’s definition in f64', async () => {
    const [width, height, edge] = [50, 41, 24];
    const values = noise(width * height);
    const { plane } = upload(values, width);
    const transforms = new FourierTransforms(context, { workgroupBytes: 0 });
    const { power, squares } = await periodogram(context, transforms, plane, edge);
    const origins = [0, 9, 17].flatMap((y) => [0, 9, 17, 26].map((x) => ({ x, y })));
    expect(squares).toBe(12);
    expect(largestDifference(power, welch(width, values, edge, origins))).toBeLessThan(2e-5);
    await expect(periodogram(context, transforms, plane, 42)).rejects.toThrow(UsageError);
    await expect(periodogram(context, transforms, plane, 15)).rejects.toThrow(UsageError);
    transforms.destroy();
    context.free(plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });

  test('of white noise is 1, in chunks too, and the same in every run', async () => {
    const loaded = upload(noise(320 * 256), 320);
    const first = await powerSpectrum(context, loaded, 1.2, 64);
    const again = await powerSpectrum(context, loaded, 1.2, 64);
    expect(again).toEqual(first);
    const outer = first.radial.slice(4);
    expect(outer.reduce((sum, value) => sum + value, 0) / outer.length).toBeCloseTo(1, 1);
    expect(first.nyquistAngstrom).toBe(2.4);
    context.free(loaded.plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });

  test('of a transferred ground shows the zeros of the transfer below the background and its tops above', async () => {
    const edge = 256;
    const { plane, ...rest } = upload(noise(512 * 512), 512);
    const transforms = new FourierTransforms(context);
    const zeros = 40;
    const filtered = await filterPlane(
      context,
      transforms,
      plane,
      (k) => Math.sin(Math.PI * zeros * k * k) * Math.exp(-3 * k),
    );
    const { radial, background } = await powerSpectrum(context, { plane: filtered, ...rest }, 1, edge);
    const above = (k: number): number => {
      const ring = Math.round(k * edge);
      return (radial[ring] ?? Number.NaN) / (background[ring] ?? Number.NaN);
    };
    for (const order of [1, 2, 3, 4, 5]) {
      expect(above(Math.sqrt(order / zeros))).toBeLessThan(0.7);
      expect(above(Math.sqrt((order + 0.5) / zeros))).toBeGreaterThan(1);
    }
    transforms.destroy();
    context.free(plane.buffer, filtered.buffer);
  });

  test('takes a smaller square of a small picture, and refuses what has no scale or no size', async () => {
    const loaded = upload(noise(80 * 70), 80);
    expect((await powerSpectrum(context, loaded, 1)).edge).toBe(64);
    await expect(powerSpectrum(context, loaded, 0)).rejects.toThrow('The pixel size is not known');
    const tiny = upload(noise(31 * 40), 31);
    await expect(powerSpectrum(context, tiny, 1)).rejects.toThrow('too small for a power spectrum');
    context.free(loaded.plane.buffer, tiny.plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });
});
