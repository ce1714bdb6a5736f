import { describe, expect, test } from 'vitest';
import { RingBands } from '../../../../src/pipelines/denoising/ringBands.ts';
import { SignalMean } from '../../../../src/pipelines/denoising/signalMean.ts';
import { strengths } from '../../../../src/pipelines/denoising/spectralShapes.ts';

const rings = 200;
const step = 0.5 / (rings - 1);
const spectrum = {
  step,
  power: new Float64Array(rings).fill(1),
  values: Float64Array.from({ length: rings }, (_, i) => Math.max(1, Math.PI * i * step * step * 1024 ** 2)),
};
const bands = new RingBands(spectrum);
const bump = (middle: number, width: number): Float64Array =>
  Float64Array.from({ length: rings }, (_, i) => Math.exp(-(((i - middle) / width) ** 2)));
const shapes = [bump(10, 8), bump(60, 20)];
const flat = new Float64Array(rings).fill(1);
const usual = bump(40, 10);

/** Squared cosine between two gains under a power of 1: the part that one's filter restores of the other's signal. */
function restored(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 2; i < rings; i++) {
    const n = spectrum.values[i] ?? 0;
    ab += n * (a[i] ?? 0) * (b[i] ?? 0);
    aa += n * (a[i] ?? 0) ** 2;
    bb += n * (b[i] ?? 0) ** 2;
  }
  return ab ** 2 / (aa * bb);
}

const at = (strength: number): number =>
  strengths.reduce(
    (best, value, i) => (Math.abs(value - strength) < Math.abs((strengths[best] ?? 0) - strength) ? i : best),
    0,
  );

/** Of models by shape, strength and probability. */
function meanOf(models: readonly (readonly [number, number, number])[]) {
  const mean = new SignalMean(bands, shapes, [flat], usual);
  for (const [shape, strength, probability] of models) {
    const lengths = mean.lengths(0, bands.means(shapes[shape] ?? flat));
    const weights = new Float64Array(strengths.length);
    weights[at(strength)] = probability;
    mean.add(0, shape, 1, lengths, weights);
  }
  return mean.curves();
}

describe('the mean of many models of signal', () => {
  test('is the one that there is, as strong as that, where it is strong', () => {
    const strength = strengths[at(3)] ?? 0;
    const { signal, mean } = meanOf([[1, 3, 1]]);
    for (let i = 10; i < rings; i++) {
      expect(mean[i]).toBeCloseTo(strength * (shapes[1]?.[i] ?? 0), 6);
      expect(Math.abs((signal[i] ?? 0) - (mean[i] ?? 0))).toBeLessThan(0.01 * strength);
    }
  });

  test('follows the probable model, where an improbable one is a hundred times as loud', () => {
    const { signal, mean } = meanOf([
      [1, 0.3, 0.9],
      [0, 30, 0.1],
    ]);
    const [loud = flat, probable = flat] = shapes;
    expect(restored(signal, probable)).toBeGreaterThan(0.8);
    // The plain mean, whose filter is the loud one's.
    expect(restored(mean, loud)).toBeGreaterThan(0.8);
    expect(restored(mean, probable)).toBeLessThan(0.5);
  });

  test('is of the usual shape where there is next to nothing', () => {
    const { signal } = meanOf([
      [0, 0.001, 0.5],
      [1, 0.001, 0.5],
    ]);
    expect(restored(signal, usual)).toBeGreaterThan(0.99);
    expect(Math.max(...signal)).toBeLessThan(0.05);
  });
});
