import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { TrainingError } from '../../../../src/nn/train/errors.ts';
import { TrainingRandom } from '../../../../src/nn/train/random.ts';
import { usualRefiner } from '../../../../src/pipelines/denoising/network/settings.ts';
import { joinedBatches, pairBatches } from '../../../../src/pipelines/denoising/training/batches.ts';
import { type Half, scaledPair } from '../../../../src/pipelines/denoising/training/pairs.ts';
import {
  checkSharedNoise,
  sharedNoise,
  withoutFrame,
} from '../../../../src/pipelines/denoising/training/sharedNoise.ts';

const small = { width: 180, height: 160 };
const frames = 20;

/** Waves of 20 px under white noise, as `frames` frames; the average is stretched by another factor than the frame. */
function exposure(
  seed: number,
  { width, height } = small,
): { frame: Half; average: Half; others: Float64Array } {
  const random = createRandom(seed);
  const pixels = width * height;
  const others = new Float64Array(pixels);
  const first = new Float64Array(pixels);
  const signal = (i: number): number => 2 * Math.sin((2 * Math.PI * (i % width)) / 20);
  for (let frame = 0; frame < frames; frame++)
    for (let i = 0; i < pixels; i++) {
      const value = signal(i) + 3 * random.normal();
      if (frame === 0) first[i] = value;
      else others[i] = (others[i] ?? 0) + value / (frames - 1);
    }
  const average = Float32Array.from(
    first,
    (value, i) => 500 + 7 * (value / frames + ((frames - 1) / frames) * (others[i] ?? 0)),
  );
  const frame = Float32Array.from(first, (value) => 30 + value);
  return { frame: { width, height, data: frame }, average: { width, height, data: average }, others };
}

describe('the noise that a frame shares with the average that it is a part of', () => {
  test('is its part of the average, and nothing is left of it', () => {
    const { frame, average } = exposure(1);
    const noise = sharedNoise(frame, average);
    // Seven times a twentieth, to four standard errors: the others' noise over the frame's, 7 · √19 / 20, over the root of 15 200 values.
    expect(Math.abs(noise.part - 7 / frames)).toBeLessThan(4 * 0.0124);
    expect(1 / noise.correlation ** 2).toBeGreaterThan(frames / 1.5);
    expect(1 / noise.correlation ** 2).toBeLessThan(frames * 1.5);
    for (const { left, error } of noise.bands) expect(Math.abs(left)).toBeLessThan(4 * error);
    for (const shift of noise.shiftPx) expect(Math.abs(shift)).toBeLessThan(4 * noise.shiftError);
    checkSharedNoise(noise);
  });

  test('is taken out of the average: the others are left, but for a factor', () => {
    const { frame, average, others } = exposure(2);
    const { data } = withoutFrame(frame, average, sharedNoise(frame, average).part);
    // What is wrong is the frame, of deviation 3.3, times the error of the part: four standard errors of it.
    const factor = (7 * (frames - 1)) / frames;
    const differences = Float64Array.from(data, (value, i) => value - factor * (others[i] ?? 0));
    const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
    const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / differences.length;
    expect(Math.sqrt(variance)).toBeLessThan(4 * 0.0124 * 3.3);
  });

  test('can’t be told of a frame that was shifted by a part of a pixel', () => {
    const { frame, average } = exposure(3, { width: 480, height: 400 });
    const half = frame.data.map((value, i) => (value + (frame.data[i + 1] ?? value)) / 2);
    const noise = sharedNoise({ ...frame, data: half }, average);
    // What lay at i now lies half a pixel before it, so its part of the average lies half a pixel after.
    // So large a shift is told too large: phases are tangents there, not slopes.
    expect(noise.shiftPx[0]).toBeGreaterThan(0.4);
    expect(noise.shiftPx[0]).toBeLessThan(0.9);
    expect(Math.abs(noise.shiftPx[1])).toBeLessThan(4 * noise.shiftError);
    expect(() => checkSharedNoise(noise)).toThrow(TrainingError);
    expect(() => checkSharedNoise(noise)).toThrow('beside its place');
  });

  test('is none where the two are of different frames', () => {
    const { average } = exposure(4);
    const { frame } = exposure(5);
    const noise = sharedNoise(frame, average);
    expect(Math.abs(noise.part)).toBeLessThan(0.06);
    checkSharedNoise(noise);
  });
});

describe('pairs of pictures of different noise', () => {
  const { frame, average } = exposure(6);
  const others = withoutFrame(frame, average, sharedNoise(frame, average).part);
  const zero = (half: Half): Half => {
    const mean = half.data.reduce((sum, value) => sum + value, 0) / half.data.length;
    return { ...half, data: half.data.map((value) => value - mean) };
  };
  // The waves lie at 1/20; all else is noise.
  const spectra = { signal: (k: number) => (Math.abs(k - 0.05) < 0.01 ? 200 : 0.1), noise: () => 9 };
  const pair = scaledPair(zero(frame), zero(others), spectra, usualRefiner.clip);

  test('have a target in the units of the filtered picture, whatever they were stretched to', () => {
    let [shared, seen] = [0, 0];
    for (const [i, value] of pair.input.entries()) {
      shared += value * (pair.target[i] ?? 0);
      seen += value * value;
    }
    expect(Math.abs(shared / seen - 1)).toBeLessThan(1e-3);
    expect(Math.abs(seen / pair.input.length - 1)).toBeLessThan(1e-3);
  });

  test('lie in one batch with others, each counting by the root of its power', async () => {
    const options = { side: 88, isWeighed: true };
    const source = pairBatches([pair], 2, options);
    const both = await joinedBatches(source, pairBatches([pair], 1, options))(new TrainingRandom(1n), 0);
    expect([both.batch, both.width, both.height, both.images.length]).toEqual([3, 88, 88, 3 * 88 * 88]);
    const power = pair.target.reduce((sum, value) => sum + value * value, 0) / pair.target.length;
    for (const at of [0, 88 * 88, both.images.length - 1])
      expect(both.weights?.[at]).toBeCloseTo(1 / Math.sqrt(1 + power), 4);
    const small = joinedBatches(source, pairBatches([pair], 1, { side: 64 }));
    await expect(async () => await small(new TrainingRandom(1n), 0)).rejects.toThrow('no batch');
  });
});
