import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import {
  fitDefocus,
  sureEvidence,
  transferSquared,
  usualMicroscope,
} from '../../../../src/pipelines/denoising/defocusFit.ts';
import { nonNegativeLeastSquares } from '../../../../src/pipelines/denoising/nonNegative.ts';
import { fitSpectralModel, type RadialSpectrum } from '../../../../src/pipelines/denoising/spectralModel.ts';
import { ctfReference } from '../../../reference/microscope.ts';

const pixelSizeAngstrom = 1.8;
const rings = 200;
const step = 0.5 / (rings - 1);

/** What a picture of side² pixels shows of noise with long waves and compact objects behind a transfer function. */
function spectrumOf(signal: number, defocusAngstrom: number, seed: number, side = 2048): RadialSpectrum {
  const random = createRandom(seed);
  const values = Float64Array.from({ length: rings }, (_, i) => Math.PI * i * step * step * side * side);
  const power = values.map((count, i) => {
    const expected = noiseAt(i) + signalAt(i, signal, defocusAngstrom);
    return expected * (1 + random.normal() / Math.sqrt(Math.max(1, count)));
  });
  return { step, power, values };
}

const frequency = (i: number): number => (i * step) / pixelSizeAngstrom;
const noiseAt = (i: number): number => 0.7 + 40 / (1 + (100 * frequency(i)) ** 2);
const signalAt = (i: number, signal: number, defocusAngstrom: number): number =>
  (signal * transferAt(defocusAngstrom)(frequency(i)) ** 2) / (1 + (40 * frequency(i)) ** 2) ** 2;
const transferAt = (defocusAngstrom: number) => ctfReference(300e3, defocusAngstrom, 2.7e7, 0.1, 0);

test('least squares without negative unknowns leaves out what would be below 0', () => {
  const a = [Float64Array.of(2, 1), Float64Array.of(1, 2)];
  const free = nonNegativeLeastSquares(a, Float64Array.of(3, 3), new Float64Array(2));
  expect(free[0]).toBeCloseTo(1, 5);
  expect(free[1]).toBeCloseTo(1, 5);
  // Without the bound: (5/3, −4/3).
  expect([...nonNegativeLeastSquares(a, Float64Array.of(2, -1), Float64Array.of(0, 7))]).toEqual([1, 0]);
});

describe('the model of a radial spectrum', () => {
  test('tells noise from signal where the transfer function is known', () => {
    const defocus = 18000;
    const { noise, signal } = fitSpectralModel(
      spectrumOf(20, defocus, 1),
      transferSquared(usualMicroscope, defocus, pixelSizeAngstrom),
    );
    for (let i = 10; i < rings; i++) {
      expect(Math.abs((noise[i] ?? 0) / noiseAt(i) - 1)).toBeLessThan(0.07);
      const wiener = (s: number, n: number): number => s / (s + n);
      const truth = wiener(signalAt(i, 20, defocus), noiseAt(i));
      expect(Math.abs(wiener(signal[i] ?? 0, noise[i] ?? 1) - truth)).toBeLessThan(0.07);
    }
  });

  test('explains a spectrum of its kind as well as chance allows, and hardly any signal where there is none', () => {
    const squared = transferSquared(usualMicroscope, 18000, pixelSizeAngstrom);
    const { dispersion, signal, noise } = fitSpectralModel(spectrumOf(0, 18000, 2), squared);
    expect(dispersion).toBeGreaterThan(0.7);
    expect(dispersion).toBeLessThan(1.3);
    for (let i = 10; i < rings; i++) expect(signal[i]).toBeLessThan(0.03 * (noise[i] ?? 0));
  });

  test('only falls, but for what the transfer function does', () => {
    const { noise } = fitSpectralModel(spectrumOf(5, 12000, 3), () => 0.5);
    for (let i = 1; i < rings; i++) expect(noise[i]).toBeLessThanOrEqual(noise[i - 1] ?? 0);
  });
});

describe('the defocus', () => {
  test.each([8000, 18000, 31000])('of %i Å is found by its rings', async (defocus) => {
    const found = await fitDefocus(spectrumOf(20, defocus, 4), pixelSizeAngstrom, usualMicroscope);
    expect(Math.abs(found.defocusAngstrom / defocus - 1)).toBeLessThan(0.03);
    expect(found.evidence).toBeGreaterThan(sureEvidence);
  });

  test('is not believed where there are no rings', async () => {
    for (let seed = 10; seed < 13; seed++) {
      const { evidence } = await fitDefocus(spectrumOf(0, 18000, seed), pixelSizeAngstrom, usualMicroscope);
      expect(evidence).toBeLessThan(sureEvidence);
    }
  });
});
