import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import {
  fitDefocus,
  fitKnownDefocus,
  sureEvidence,
  usualMicroscope,
} from '../../../../src/pipelines/denoising/defocusFit.ts';
import type { RadialSpectrum } from '../../../../src/pipelines/denoising/ringBands.ts';
import type { SpectralModel } from '../../../../src/pipelines/denoising/spectralEnsemble.ts';
import { ctfReference } from '../../../reference/microscope.ts';

const pixelSizeAngstrom = 1.8;
const rings = 200;
const step = 0.5 / (rings - 1);

/** What a picture of side² pixels shows of noise with long waves and compact objects behind a transfer function. */
function spectrumOf(
  signal: number,
  defocusAngstrom: number,
  seed: number,
  side = 2048,
  width = 40,
  noise = noiseAt,
): RadialSpectrum {
  const random = createRandom(seed);
  const values = Float64Array.from({ length: rings }, (_, i) => Math.PI * i * step * step * side * side);
  const power = values.map((count, i) => {
    const expected = noise(i) + signalAt(i, signal, defocusAngstrom, width);
    return expected * (1 + random.normal() / Math.sqrt(Math.max(1, count)));
  });
  return { step, power, values };
}

const frequency = (i: number): number => (i * step) / pixelSizeAngstrom;
const noiseAt = (i: number): number => 0.7 + 40 / (1 + (110 * frequency(i)) ** 2);
const signalAt = (i: number, signal: number, defocusAngstrom: number, width = 40): number =>
  (signal * transferAt(defocusAngstrom)(frequency(i)) ** 2) / (1 + (width * frequency(i)) ** 2) ** 2;
const transferAt = (defocusAngstrom: number) => ctfReference(300e3, defocusAngstrom, 2.7e7, 0.1, 0);

/**
 * What the model's filter restores of a whole picture, the squared correlation with the clean one, over what the true spectra restore:
 * of objects 100 Å wide.
 */
function restoredPart(
  model: SpectralModel,
  strength: number,
  defocus: number,
  noise: (ring: number) => number,
): number {
  const signal = (i: number): number => signalAt(i, strength, defocus, 100);
  const restored = (gain: (ring: number) => number): number => {
    let [overlap, power, all] = [0, 0, 0];
    for (let i = 2; i < rings; i++) {
      overlap += i * gain(i) * signal(i);
      power += i * gain(i) ** 2 * (signal(i) + noise(i));
      all += i * signal(i);
    }
    return overlap ** 2 / (power * all);
  };
  const gain = (i: number): number =>
    (model.signal[i] ?? 0) / ((model.signal[i] ?? 0) + (model.noise[i] ?? 1));
  return restored(gain) / restored((i) => signal(i) / (signal(i) + noise(i)));
}

describe('the model of a radial spectrum', () => {
  test('tells noise from signal where the transfer function is known', () => {
    const defocus = 18000;
    const spectrum = spectrumOf(20, defocus, 1);
    const { noise, signal } = fitKnownDefocus(spectrum, pixelSizeAngstrom, usualMicroscope, defocus);
    for (let i = 10; i < rings; i++) {
      expect(Math.abs((noise[i] ?? 0) / noiseAt(i) - 1)).toBeLessThan(0.15);
      const wiener = (s: number, n: number): number => s / (s + n);
      const truth = wiener(signalAt(i, 20, defocus), noiseAt(i));
      expect(Math.abs(wiener(signal[i] ?? 0, noise[i] ?? 1) - truth)).toBeLessThan(0.15);
    }
  });

  test('explains a spectrum of its kind as well as chance allows, and hardly any signal where there is none', () => {
    const { dispersion, signal, noise } = fitKnownDefocus(
      spectrumOf(0, 18000, 2),
      pixelSizeAngstrom,
      usualMicroscope,
      18000,
    );
    expect(dispersion).toBeGreaterThan(0.6);
    expect(dispersion).toBeLessThan(1.4);
    for (let i = 10; i < rings; i++) expect(signal[i]).toBeLessThan(0.05 * (noise[i] ?? 0));
  });

  test('takes a weak signal for what it is, without being told the defocus', async () => {
    // A hundredth to a twentieth of the power, in a picture of 1024 px: fits to such spectra are fits to chance.
    const defocus = 18000;
    for (let seed = 20; seed < 24; seed++) {
      const spectrum = spectrumOf(30, defocus, seed, 1024, 100);
      const { model } = await fitDefocus(spectrum, pixelSizeAngstrom, usualMicroscope);
      expect(restoredPart(model, 30, defocus, noiseAt)).toBeGreaterThan(0.3);
    }
  });

  test('takes no noise for signal because a large picture is sure that no shape on the list is right', () => {
    // Between two lengths and two exponents of the list, and a bend that none of them has.
    const noise = (i: number): number =>
      0.7 + 40 / (1 + (92 * frequency(i)) ** 2) ** 1.12 + 0.03 * Math.exp(-((90 * frequency(i) - 2.2) ** 2));
    for (const defocus of [10000, 18000, 25000]) {
      const spectrum = spectrumOf(30, defocus, 31, 4096, 100, noise);
      const model = fitKnownDefocus(spectrum, pixelSizeAngstrom, usualMicroscope, defocus);
      expect(restoredPart(model, 30, defocus, noise)).toBeGreaterThan(0.6);
    }
  });

  test('shows something of usual size where nothing can be seen', () => {
    const spectrum = spectrumOf(0, 18000, 33, 1024);
    const model = fitKnownDefocus(spectrum, pixelSizeAngstrom, usualMicroscope, 18000);
    expect(restoredPart(model, 1, 18000, noiseAt)).toBeGreaterThan(0.9);
  });
});

describe('the defocus', () => {
  test.each([8000, 18000, 31000])('of %i Å is found by its rings', async (defocus) => {
    const found = await fitDefocus(spectrumOf(20, defocus, 4), pixelSizeAngstrom, usualMicroscope);
    expect(Math.abs(found.defocusAngstrom / defocus - 1)).toBeLessThan(0.03);
    expect(found.evidence).toBeGreaterThan(sureEvidence);
    expect(found.certainty).toBeGreaterThan(0.95);
  });

  test('is not believed where there are no rings', async () => {
    for (let seed = 10; seed < 13; seed++) {
      const { evidence } = await fitDefocus(spectrumOf(0, 18000, seed), pixelSizeAngstrom, usualMicroscope);
      expect(evidence).toBeLessThan(sureEvidence);
    }
  });
});
