import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import type { Micrograph } from '../../../src/dataset/micrograph.ts';
import { automaticContrast, overviewTiles } from '../../../src/pipelines/contrast.ts';
import { checkBandPass, describeBandPass } from '../../../src/pipelines/denoising/bandPass.ts';
import { loadPixels, planeToFile, standardisation } from '../../../src/pipelines/load.ts';
import { statisticsOf } from '../../../src/pipelines/statistics.ts';

const micrographOf = (width: number, height: number, data: Float32Array): Micrograph => ({
  name: 'memory',
  width,
  height,
  frames: 1,
  pixelSizeAngstrom: 1,
  description: '',
  warnings: [],
  readRows: async (_, first, count) =>
    new Float32Array(data.subarray(first * width, (first + count) * width)),
});

describe('automatic contrast', () => {
  test('cuts half a percent at either end', () => {
    const { black, white } = automaticContrast(Float32Array.from({ length: 1001 }, (_, i) => i));
    expect([black, white]).toEqual([5, 995]);
  });

  test('is never empty, nor not a number', () => {
    expect(automaticContrast(new Float32Array(9).fill(3))).toEqual({ black: 2, white: 4 });
    expect(automaticContrast(new Float32Array(9).fill(Number.NaN))).toEqual({ black: -1, white: 1 });
    expect(automaticContrast(new Float32Array(0))).toEqual({ black: -1, white: 1 });
  });

  test.each([
    [100, 100, 0, 1],
    [1024, 1024, 0, 16],
    [1025, 3, 1, 3],
    [5760, 4092, 3, 6],
  ])('of %i × %i is judged at level %i from %i tiles', (width, height, level, count) => {
    const overview = overviewTiles(width, height);
    expect([overview.level, overview.tiles.length]).toEqual([level, count]);
  });
});

describe('checkBandPass', () => {
  const band = { pixelSizeAngstrom: 1, lowpassAngstrom: 20, highpassAngstrom: 400 };
  test('takes either side alone, both, and none', () => {
    for (const lowpassAngstrom of [20, undefined])
      for (const highpassAngstrom of [400, undefined])
        expect(() => checkBandPass({ ...band, lowpassAngstrom, highpassAngstrom })).not.toThrow();
  });
  test.each([
    [{ pixelSizeAngstrom: 0 }, /pixel size is not known/],
    [{ pixelSizeAngstrom: Number.NaN }, /pixel size is not known/],
    [{ lowpassAngstrom: -1 }, /low-pass cut-off must be a length above 0/],
    [{ highpassAngstrom: Number.POSITIVE_INFINITY }, /high-pass cut-off must be/],
    [{ lowpassAngstrom: 400 }, /\(400 Å\) must be finer than the high-pass \(400 Å\)/],
  ])('refuses %j', (over, words) => {
    expect(() => checkBandPass({ ...band, ...over })).toThrow(UsageError);
    expect(() => checkBandPass({ ...band, ...over })).toThrow(words);
  });
  test('is described in ASCII', () => {
    expect(describeBandPass({ ...band, highpassAngstrom: undefined })).toBe('low-pass 20 A, high-pass none');
  });
});

describe('loading without a GPU', () => {
  test('standardises, and puts 0 where a pixel is no number, also before the first good one', async () => {
    const data = Float32Array.of(
      Number.NaN,
      Number.POSITIVE_INFINITY,
      1000,
      1010,
      990,
      Number.NEGATIVE_INFINITY,
    );
    const { data: pixels, statistics } = await loadPixels(micrographOf(3, 2, data), 0);
    expect(statistics).toMatchObject({ mean: 1000, nonFinite: 3 });
    const step = Math.sqrt(1.5);
    for (const [i, value] of [0, 0, 0, step, -step, 0].entries()) expect(pixels[i]).toBeCloseTo(value, 5);
  });

  test.each([
    ['a constant', [0.1, 0.1, 0.1, 0.1]],
    ['no number at all', [Number.NaN, Number.NaN, Number.NaN, Number.NaN]],
    ['numbers too small to tell apart', [1e-40, 2e-40, 1e-40, 0]],
    ['numbers as far apart as float32 goes', [3.4e38, -3.4e38, 3.4e38, -3.4e38]],
  ])('%s becomes finite', async (_, values) => {
    const { data } = await loadPixels(micrographOf(2, 2, Float32Array.from(values)), 0);
    expect([...data].every(Number.isFinite)).toBe(true);
    const { scale } = standardisation(statisticsOf(Float32Array.from(values)));
    expect(Number.isFinite(Math.fround(2 * scale))).toBe(true);
  });

  test('a bin of 2 has its centre between its pixels', () => {
    expect([0, 1, 5].map((i) => planeToFile(i, 2))).toEqual([0.5, 2.5, 10.5]);
    expect(planeToFile(3, 4)).toBe(13.5);
    expect(planeToFile(7, 1)).toBe(7);
  });
});
