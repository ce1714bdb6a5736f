import { expect, test } from 'vitest';
import { memorySink, memorySource } from '../../../src/core/bytes.ts';
import { FormatError, GpuLimitError } from '../../../src/core/errors.ts';
import { openMicrograph } from '../../../src/dataset/open.ts';
import { chooseLengths, filterPlane, resampleBack } from '../../../src/fft/filter.ts';
import { FourierTransforms } from '../../../src/fft/transform.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { bandPassPlane } from '../../../src/pipelines/denoising/bandPass.ts';
import { writePlaneAsMrc } from '../../../src/pipelines/exportPlane.ts';
import { loadPlane } from '../../../src/pipelines/load.ts';
import { prepareWorkingImage } from '../../../src/pipelines/picking/workingImage.ts';
import { filterRadially, resampleRadially } from '../../reference/fourier.ts';
import { medianMoments } from '../../reference/moments.ts';
import { padPeriodicReference } from '../../reference/padding.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { micrographOf, noise, SmallContext } from '../micrographs.ts';

const read = async (context: GpuContext, plane: { buffer: GPUBuffer; width: number; height: number }) =>
  new Float32Array(await context.read(plane.buffer, plane.width * plane.height * 4));

describeGpu('loadPlane', (gpu) => {
  test('loads an MRC file, with 0 for what is no number', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const [width, height] = [37, 21];
    const values = noise(width * height, 1).map((value) => 50 + 4 * value);
    values.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    const sink = memorySink();
    await writeMrc(sink, { width, height, pixelSizeAngstrom: 1 }, [values]);
    const micrograph = await openMicrograph(memorySource('a.mrc', sink.bytes()));
    const { plane, bin, statistics } = await loadPlane(context, micrograph, 0);
    const good = [...values].filter(Number.isFinite);
    const mean = good.reduce((sum, value) => sum + value, 0) / good.length;
    const deviation = Math.sqrt(good.reduce((sum, value) => sum + (value - mean) ** 2, 0) / good.length);
    expect(bin).toBe(1);
    expect(statistics.nonFinite).toBe(3);
    expect(statistics.mean).toBeCloseTo(mean, 9);
    expect(statistics.standardDeviation).toBeCloseTo(deviation, 9);
    const expected = [...values].map((value) => (Number.isFinite(value) ? (value - mean) / deviation : 0));
    expect(largestDifference(await read(context, plane), expected)).toBeLessThan(1e-5);
    context.free(plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });

  test('makes 0 of a constant picture and of one without a number', async () => {
    const context = new GpuContext(gpu.device, 'test');
    for (const value of [0.1, 3e38, Number.NaN]) {
      const { plane } = await loadPlane(context, micrographOf(9, 5, new Float32Array(45).fill(value)), 0);
      expect([...(await read(context, plane))].every((pixel) => pixel === 0)).toBe(true);
      context.free(plane.buffer);
    }
  });

  test('bins what does not fit into one buffer, leaving out what is no number', async () => {
    const [width, height] = [11, 7];
    const context = new SmallContext(gpu.device, 6 * 4 * 4 * 1.35);
    const values = noise(width * height, 3);
    values[0] = Number.NaN;
    const { plane, bin, statistics } = await loadPlane(context, micrographOf(width, height, values), 0);
    expect([bin, plane.width, plane.height]).toEqual([2, 6, 4]);
    const expected = Array.from({ length: 24 }, (_, i) => {
      const squares = [0, 1].flatMap((dy) =>
        [0, 1].flatMap((dx) => {
          const [x, y] = [2 * (i % 6) + dx, 2 * Math.floor(i / 6) + dy];
          const value = values[y * width + x] ?? Number.NaN;
          return x < width && y < height && Number.isFinite(value) ? [value] : [];
        }),
      );
      const mean = squares.reduce((sum, value) => sum + value, 0) / squares.length;
      return (mean - statistics.mean) / statistics.standardDeviation;
    });
    expect(largestDifference(await read(context, plane), expected)).toBeLessThan(1e-5);
    context.free(plane.buffer);
  });

  test('refuses what does not fit even binned, and lets go where reading fails or is cancelled', async () => {
    const small = new SmallContext(gpu.device, 16);
    await expect(loadPlane(small, micrographOf(200, 200, noise(40000, 1)), 0)).rejects.toThrow(GpuLimitError);
    const context = new GpuContext(gpu.device, 'test');
    const broken = {
      ...micrographOf(9, 9, noise(81, 1)),
      readRows: () => Promise.reject(new FormatError('truncated', 'a.mrc', 'is cut off.')),
    };
    await expect(loadPlane(context, broken, 0)).rejects.toThrow('a.mrc is cut off.');
    const signal = AbortSignal.abort();
    await expect(loadPlane(context, micrographOf(9, 9, noise(81, 1)), 0, { signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect([small.memory().bytes, context.memory().bytes]).toEqual([0, 0]);
  });
});

describeGpu('filter and export', (gpu) => {
  test('gives an MRC file in the units of the source that equals the f64 definition', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const [width, height] = [53, 41];
    const values = noise(width * height, 5).map((value) => 300 + 20 * value);
    const loaded = await loadPlane(context, micrographOf(width, height, values), 0);
    const band = { pixelSizeAngstrom: 1.5, lowpassAngstrom: 9, highpassAngstrom: 120 };
    const plane = await bandPassPlane(context, loaded, band);
    const sink = memorySink();
    const header = { pixelSizeAngstrom: 1.5, labels: ['a test'] };
    await writePlaneAsMrc(context, plane, loaded.statistics, header, sink);
    const written = await openMicrograph(memorySource('out.mrc', sink.bytes()));
    expect([written.width, written.height, written.warnings]).toEqual([width, height, []]);
    expect(written.pixelSizeAngstrom).toBeCloseTo(1.5, 5);
    const found = await written.readRows(0, 0, height);

    const x = chooseLengths(width, 1).padded;
    const y = chooseLengths(height, 1).padded;
    const { mean } = loaded.statistics;
    const centred = values.map((value) => value - mean);
    const transfer = (k: number): number =>
      0.5 ** (((k * 9) / 1.5) ** 2) * (1 - 0.5 ** (((k * 120) / 1.5) ** 2));
    const full = filterRadially(x, y, padPeriodicReference(centred, width, height, x, y), transfer);
    const expected = Array.from(
      { length: width * height },
      (_, i) => mean + (full[Math.floor(i / width) * x + (i % width)] ?? Number.NaN),
    );
    // 2e-5 standard deviations of 20, and float32 at 300.
    expect(largestDifference(found, expected)).toBeLessThan(6e-4);
    const statistics = written.header?.statistics;
    expect(statistics?.min).toBeCloseTo(Math.min(...found), 3);
    expect(statistics?.max).toBeCloseTo(Math.max(...found), 3);
    context.free(plane.buffer, loaded.plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });

  test('an export that is cancelled closes nothing and throws the file away', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const { plane, statistics } = await loadPlane(context, micrographOf(9, 9, noise(81, 1)), 0);
    const calls: string[] = [];
    const sink = {
      write: async () => void calls.push('write'),
      close: async () => void calls.push('close'),
      abort: async () => void calls.push('abort'),
    };
    const header = { pixelSizeAngstrom: 1, labels: [] };
    const cancelled = writePlaneAsMrc(context, plane, statistics, header, sink, {
      signal: AbortSignal.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    expect(calls).toEqual(['abort']);
    context.free(plane.buffer);
  });
});

describeGpu('sampling anew', (gpu) => {
  test.each([
    [50, 40, 0.45],
    [44, 36, 2],
    [30, 41, 1.6],
  ])('noise of %i × %i at %f equals the Fourier series to 2e-5', async (width, height, scale) => {
    const context = new GpuContext(gpu.device, 'test');
    const values = noise(width * height, 8);
    const source = { buffer: context.upload('test', values), width, height };
    const transforms = new FourierTransforms(context);
    const result = await filterPlane(context, transforms, source, () => 1, scale);
    const found = await read(context, result);
    const x = chooseLengths(width, scale);
    const y = chooseLengths(height, scale);
    const padded = padPeriodicReference(values, width, height, x.padded, y.padded);
    const full = resampleRadially(x.padded, y.padded, padded, x.resampled, y.resampled, () => 1);
    const expected = Array.from(
      found,
      (_, i) => full[Math.floor(i / result.width) * x.resampled + (i % result.width)] ?? Number.NaN,
    );
    expect(largestDifference(found, expected)).toBeLessThan(2e-5);
    context.free(source.buffer, result.buffer);
    transforms.destroy();
    expect(context.memory().bytes).toBe(0);
  });

  test('and back gives the source where it had no finer waves, but for what wraps round the edges', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const [width, height] = [90, 77];
    const wave = (i: number): number =>
      Math.cos(0.31 * (i % width)) + Math.sin(0.23 * Math.floor(i / width) + 0.1 * (i % width));
    const values = Float32Array.from({ length: width * height }, (_, i) => wave(i));
    const source = { buffer: context.upload('test', values), width, height };
    const transforms = new FourierTransforms(context);
    const coarse = await filterPlane(context, transforms, source, () => 1, 0.5);
    const fine = await resampleBack(context, transforms, coarse, source, 0.5);
    expect([fine.width, fine.height]).toEqual([width, height]);
    const found = await read(context, fine);
    const inner = (_: number, i: number): boolean =>
      Math.min(i % width, width - 1 - (i % width)) > 20 &&
      Math.min(Math.floor(i / width), height - 1 - Math.floor(i / width)) > 20;
    // A sample that lay half a pixel off would differ by 0.15.
    expect(largestDifference(found.filter(inner), values.filter(inner))).toBeLessThan(0.02);
    context.free(source.buffer, coarse.buffer, fine.buffer);
    transforms.destroy();
    expect(context.memory().bytes).toBe(0);
  });

  test.each([false, true])(
    'the working image equals the definition (bright particles: %s)',
    async (bright) => {
      const context = new GpuContext(gpu.device, 'test');
      const [width, height] = [96, 80];
      const values = noise(width * height, 9);
      const loaded = await loadPlane(context, micrographOf(width, height, values), 0);
      const scale = { diameterPx: 40, workingDiameterPx: 24, highpassDiameters: 4 };
      const before = context.bytesRead;
      const { plane, toFile } = await prepareWorkingImage(context, loaded, scale, 2, bright);
      expect(context.bytesRead - before).toBe(16);
      const x = chooseLengths(width, 0.6);
      const y = chooseLengths(height, 0.6);
      const { mean, standardDeviation } = loaded.statistics;
      const padded = padPeriodicReference(
        values.map((value) => (value - mean) / standardDeviation),
        width,
        height,
        x.padded,
        y.padded,
      );
      const transfer = (k: number): number => 1 - 0.5 ** ((k * 160) ** 2);
      const full = resampleRadially(x.padded, y.padded, padded, x.resampled, y.resampled, transfer);
      const cut = Float32Array.from(
        { length: plane.width * plane.height },
        (_, i) => full[Math.floor(i / plane.width) * x.resampled + (i % plane.width)] ?? Number.NaN,
      );
      const { median, deviation } = medianMoments(cut);
      const expected = cut.map((value) =>
        Math.min(2, Math.max(-2, ((bright ? -1 : 1) * (value - median)) / deviation)),
      );
      expect(largestDifference(await read(context, plane), expected)).toBeLessThan(1e-4);
      expect(toFile({ x: 0, y: 0 })).toEqual({ x: 0, y: 0 });
      expect(toFile({ x: 10, y: 10 }).x).toBeCloseTo((10 * x.padded) / x.resampled, 12);
      context.free(loaded.plane.buffer, plane.buffer);
      expect(context.memory().bytes).toBe(0);
    },
  );
});
