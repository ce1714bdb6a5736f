import { beforeAll, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { filterPlane } from '../../../src/fft/filter.ts';
import { periodogram } from '../../../src/fft/periodogram.ts';
import { FourierTransforms } from '../../../src/fft/transform.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import type { LoadedPlane } from '../../../src/pipelines/load.ts';
import { powerSpectrum } from '../../../src/pipelines/powerSpectrum.ts';
import { spectrumPicture } from '../../../src/pipelines/spectrumPicture.ts';
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
    const part = await periodogram(context, transforms, plane, edge, { x: 5, y: 11, width: 36, height: 24 });
    const inside = [5, 17].map((x) => ({ x, y: 11 }));
    expect(part.squares).toBe(2);
    expect(largestDifference(part.power, welch(width, values, edge, inside))).toBeLessThan(2e-5);
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

  test('of a part tells the wave that is there, and not the one beside it', async () => {
    const side = 256;
    const values = noise(side * side).map((value, at) => {
      const [x, y] = [at % side, Math.floor(at / side)];
      // 8 px along x on the left, 5 px along y on the right.
      return Math.cos(2 * Math.PI * (x < 128 ? x / 8 : y / 5)) + 0.5 * value;
    });
    const { plane } = upload(values, side);
    const brightest = async (x: number) => {
      const picture = await spectrumPicture(context, plane, { x, y: 64, width: 128, height: 128 });
      const { edge, radial, background, rgba } = picture;
      expect(edge).toBe(64);
      expect(rgba.length).toBe(edge * edge * 4);
      const above = Array.from(radial, (value, ring) => value / (background[ring] ?? 1));
      return above.indexOf(Math.max(...above.slice(3))) / edge;
    };
    expect(await brightest(0)).toBeCloseTo(1 / 8, 2);
    expect(await brightest(128)).toBeCloseTo(1 / 5, 1);
    await expect(spectrumPicture(context, plane, { x: 250, y: 0, width: 64, height: 64 })).rejects.toThrow(
      UsageError,
    );
    context.free(plane.buffer);
    expect(context.memory().bytes).toBe(0);
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
