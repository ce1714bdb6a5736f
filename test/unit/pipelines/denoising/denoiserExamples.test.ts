import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { TrainingError } from '../../../../src/nn/train/errors.ts';
import { TrainingRandom } from '../../../../src/nn/train/random.ts';
import { usualRefiner } from '../../../../src/pipelines/denoising/network/settings.ts';
import {
  batchOf,
  keptBatches,
  pairBatches,
  simulatedBatches,
} from '../../../../src/pipelines/denoising/training/batches.ts';
import { ExamplePool } from '../../../../src/pipelines/denoising/training/examplePool.ts';
import {
  type Half,
  learntRows,
  pairsOfHalves,
  recorruptedPairs,
} from '../../../../src/pipelines/denoising/training/pairs.ts';
import { SimulatedExamples } from '../../../../src/pipelines/denoising/training/simulatedExamples.ts';
import { turned } from '../../../../src/pipelines/denoising/training/symmetry.ts';
import { largestDifference } from '../../../support/compare.ts';

const settings = {
  seed: 4,
  families: ['ring', 'globule'] as const,
  grainy: { count: 2, share: 0.5 },
  contamination: 0,
};
const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function correlation(a: Float32Array, b: Float32Array): number {
  const [middleA, middleB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [(a[i] ?? 0) - middleA, (b[i] ?? 0) - middleB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}

describe('examples from simulation', () => {
  const source = new SimulatedExamples(settings, usualRefiner);

  test('are functions of settings and number', async () => {
    const [one, same] = [await source.at(5), await new SimulatedExamples(settings, usualRefiner).at(5)];
    expect(largestDifference(same.clean, one.clean)).toBeLessThan(1e-3);
    expect(largestDifference(same.noises[1], one.noises[1])).toBeLessThan(1e-3);
    expect((await source.at(6)).clean).not.toEqual((await source.at(5)).clean);
    const other = new SimulatedExamples({ ...settings, seed: 5 }, usualRefiner);
    expect((await other.at(5)).clean).not.toEqual((await source.at(5)).clean);
  });

  test('have a filtered picture of deviation 1, like the clean one, under noises that are not alike', async () => {
    for (let index = 0; index < 4; index++) {
      const { signal, noises, clean } = await source.at(index);
      const picture = signal.map((value, i) => value + (noises[0][i] ?? 0));
      // Of the whole scene it is 1, and a patch is a part of that.
      const middle = mean(picture);
      const variance = mean(picture.map((value) => (value - middle) ** 2));
      expect(Math.abs(Math.log(variance))).toBeLessThan(Math.log(2));
      expect(correlation(signal, clean)).toBeGreaterThan(0.3);
      expect(correlation(picture, clean)).toBeGreaterThan(0.02);
      expect(Math.abs(correlation(noises[0], noises[1]))).toBeLessThan(0.35);
    }
  });

  test('are the same for a step whenever it is asked for', async () => {
    const batchAt = async (step: number) =>
      await simulatedBatches(new ExamplePool(source, 3, 0.5), 2, 'clean')(new TrainingRandom(7n), step);
    const one = await batchAt(4);
    const again = await batchAt(4);
    // Powers come out a last bit apart before and after they were compiled.
    for (const part of ['images', 'target', 'weights'] as const)
      expect(largestDifference(again[part] ?? [], one[part] ?? [])).toBeLessThan(1e-3);
    expect((await batchAt(9)).images).not.toEqual(one.images);
  });

  test('turn picture and target together, and their noise on its own', async () => {
    const example = await source.at(1);
    const pixels = example.side ** 2;
    const random = new TrainingRandom(3n);
    const { images, target } = batchOf([example, example, example], 'clean', random);
    const straight = batchOf([example], 'clean');
    for (let i = 0; i < 3; i++) {
      const part = (data: Float32Array) => data.subarray(i * pixels, (i + 1) * pixels);
      const before = correlation(straight.images, straight.target);
      expect(correlation(part(images), part(target))).toBeGreaterThan(before - 0.25);
    }
    expect(images).not.toEqual(batchOf([example, example, example], 'clean').images);
  });
});

test('a square is laid down in eight ways, each a permutation', () => {
  const side = 3;
  const ways = Array.from({ length: 8 }, (_, way) =>
    Array.from({ length: side * side }, (_, i) => turned(way, side, i % side, Math.floor(i / side))),
  );
  for (const way of ways)
    expect([...way].sort((a, b) => a - b)).toEqual(Array.from({ length: side * side }, (_, i) => i));
  expect(new Set(ways.map(String)).size).toBe(8);
});

describe('pairs of somebody’s own pictures', () => {
  const [width, height] = [120, 144];
  const random = createRandom(2);
  const signal = Float32Array.from(
    { length: width * height },
    (_, i) => Math.cos((i % width) / 4) * Math.cos(Math.floor(i / width) / 4),
  );
  const half = (noise: number): Half => ({
    width,
    height,
    data: signal.map((value) => value + noise * random.normal()),
  });
  const spectra = { signal: (k: number) => 20 / (1 + (30 * k) ** 4), noise: () => 1 };

  test('of two halves: each the other’s target, in one unit', () => {
    const [one, two] = [half(1), half(1)];
    const pairs = pairsOfHalves(one, two, spectra, 30);
    expect(pairs).toHaveLength(2);
    for (const { input, target } of pairs) {
      expect(mean(input.map((value) => value * value))).toBeCloseTo(1, 3);
      expect(correlation(input, target)).toBeGreaterThan(0.1);
    }
  });

  test('recorrupted: what the network sees has no noise in common with its target', () => {
    const noise: Half = { width, height, data: Float32Array.from(signal, () => random.normal()) };
    for (const { input, target } of recorruptedPairs(noise, spectra, 2, 5, 30))
      expect(Math.abs(correlation(input, target))).toBeLessThan(0.06);
    // Without new noise they share all of it.
    for (const { input, target } of pairsOfHalves(noise, noise, spectra, 30))
      expect(correlation(input, target)).toBeGreaterThan(0.3);
  });

  test('keep a band back that nothing is learnt from', async () => {
    const pairs = pairsOfHalves(half(1), half(1), spectra, 30);
    const rows = learntRows({ width, height });
    for (const pair of pairs) pair.input.fill(1e3, rows * width);
    const { images } = await pairBatches(pairs, 16)(new TrainingRandom(1n), 0);
    expect(images.reduce((most, value) => Math.max(most, value), 0)).toBeLessThan(1e3);
    for (const kept of keptBatches(pairs, 8)) {
      expect([kept.width % 8, kept.height % 8]).toEqual([0, 0]);
      expect(kept.images.every((value) => value === 1e3)).toBe(true);
    }
  });

  test('are refused where the picture is too small', () => {
    expect(() => learntRows({ width: 100, height: 100 })).toThrow(TrainingError);
  });
});
