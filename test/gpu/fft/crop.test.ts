import { expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { openMicrograph } from '../../../src/dataset/open.ts';
import { croppedSize, fourierCrop } from '../../../src/fft/crop.ts';
import { FourierTransforms } from '../../../src/fft/transform.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { resampleRadially } from '../../reference/fourier.ts';
import { largestDifference, rms } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { hasShared, sharedBytes, sharedSource } from '../../unit/formats/sharedData.ts';
import { randomValues, readFloats } from './roundTrip.ts';

const picture = 'data/apoferritin/May08_05.53.51_avg.mrc';
const golden = 'reference/full/May08_05.53.51_avg.down3.npy';

describeGpu('fourierCrop', (gpu) => {
  const crop = async (
    values: Float32Array<ArrayBuffer>,
    size: { width: number; height: number },
    wanted: { width: number; height: number; nyquist?: 'zero' | 'keep' },
  ): Promise<Float32Array> => {
    const context = new GpuContext(gpu.device, 'test');
    const transforms = new FourierTransforms(context);
    const source = { buffer: context.upload('test', values), ...size };
    const result = await fourierCrop(context, transforms, source, wanted);
    const pixels = await readFloats(context, result.buffer, wanted.width * wanted.height);
    context.free(source.buffer, result.buffer);
    transforms.destroy();
    expect(context.memory().bytes).toBe(0);
    return pixels;
  };

  test.each([
    [30, 22, 15, 11],
    [30, 22, 20, 14],
    [27, 25, 13, 10],
    [26, 21, 26, 30],
    [15, 14, 33, 34],
    [16, 9, 1, 1],
  ])('of %i × %i to %i × %i is the cut Fourier series', async (width, height, newWidth, newHeight) => {
    const values = randomValues(width * height, 11);
    const found = await crop(values, { width, height }, { width: newWidth, height: newHeight });
    const expected = resampleRadially(width, height, values, newWidth, newHeight, () => 1);
    expect(largestDifference(found, expected)).toBeLessThan(1e-5);
  });

  test('keeps the mean, and a wave below the new Nyquist where it is', async () => {
    const [width, height, edge] = [48, 36, 24];
    const wave = (x: number, y: number): number => 5 + Math.cos(2 * Math.PI * (5 * x + 3 * y) + 0.4);
    const values = Float32Array.from({ length: width * height }, (_, i) =>
      wave((i % width) / width, Math.floor(i / width) / height),
    );
    const found = await crop(values, { width, height }, { width: edge, height: 18 });
    const expected = Array.from({ length: edge * 18 }, (_, i) =>
      wave((i % edge) / edge, Math.floor(i / edge) / 18),
    );
    expect(largestDifference(found, expected)).toBeLessThan(2e-5);
  });

  test('makes a picture smaller as Topaz’s preprocessing does, to 1e-4', async () => {
    if (!hasShared(golden) || !hasShared(picture)) {
      console.log(
        `SKIPPED "fourierCrop … as Topaz": ../shared/${golden} or ../shared/${picture} is not there.`,
      );
      return;
    }
    const micrograph = await openMicrograph(sharedSource(picture));
    const { width, height } = micrograph;
    const values = Float32Array.from(await micrograph.readRows(0, 0, height));
    const wanted = croppedSize(width, height, 3);
    expect(wanted).toEqual({ width: 413, height: 400 });
    const bytes = sharedBytes(golden);
    const expected = new Float32Array(bytes.buffer.slice(bytes.byteOffset + 128));
    const found = await crop(values, { width, height }, { ...wanted, nyquist: 'keep' });
    const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length;
    expect(largestDifference(found, expected)).toBeLessThan(
      1e-4 * rms(expected.map((value) => value - mean)),
    );
    // What is left out at Nyquist can be seen: the two ways are not the same.
    const without = await crop(values, { width, height }, wanted);
    expect(largestDifference(without, expected)).toBeGreaterThan(1);
  });

  test('says which factors are possible', () => {
    expect(croppedSize(1240, 1200, 2.5)).toEqual({ width: 496, height: 480 });
    for (const factor of [0, 0.5, Number.NaN, 1201])
      expect(() => croppedSize(1240, 1200, factor)).toThrow(UsageError);
  });
});
