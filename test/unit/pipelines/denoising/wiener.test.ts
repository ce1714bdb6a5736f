import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../../src/core/errors.ts';
import { gaussianWavelength } from '../../../../src/pipelines/denoising/bandPass.ts';
import { usualMicroscope } from '../../../../src/pipelines/denoising/defocusFit.ts';
import type { RadialSpectrum } from '../../../../src/pipelines/denoising/ringBands.ts';
import { estimateWiener, wienerTransfer } from '../../../../src/pipelines/denoising/wiener.ts';
import { ctfReference } from '../../../reference/microscope.ts';

const pixelSizeAngstrom = 2;
const settings = { pixelSizeAngstrom, microscope: usualMicroscope };
const defocusAngstrom = 15000;
const step = 1 / 400;

/** Without chance: what is expected of flat noise of 2 and a signal behind a transfer function. */
function spectrumOf(strength: number): RadialSpectrum {
  const transfer = ctfReference(300e3, defocusAngstrom, 2.7e7, 0.1, 0);
  const signal = (ring: number): number => {
    const k = (ring * step) / pixelSizeAngstrom;
    return (strength * transfer(k) ** 2) / (1 + (30 * k) ** 2) ** 3;
  };
  return {
    step,
    power: Float64Array.from({ length: 201 }, (_, ring) => 2 + signal(ring)),
    values: Float64Array.from({ length: 201 }, (_, ring) => 50 * (ring + 1)),
  };
}

describe('the Wiener filter of a spectrum', () => {
  test('passes what signal there is and keeps the mean', async () => {
    const estimate = await estimateWiener(spectrumOf(20), { ...settings, defocusAngstrom });
    const gain = wienerTransfer(estimate, settings);
    const transfer = ctfReference(300e3, defocusAngstrom, 2.7e7, 0.1, 0);
    expect(gain(0)).toBe(1);
    for (let ring = 8; ring <= 200; ring++) {
      const k = (ring * step) / pixelSizeAngstrom;
      const signal = (20 * transfer(k) ** 2) / (1 + (30 * k) ** 2) ** 3;
      expect(Math.abs(gain(ring * step) - signal / (signal + 2))).toBeLessThan(0.1);
    }
    // Beyond Nyquist, in the corners, as at it.
    expect(gain(0.6)).toBe(gain(0.5));
  });

  test('finds the defocus by itself, and does without where there are no rings', async () => {
    const found = await estimateWiener(spectrumOf(20), settings);
    expect(Math.abs((found.defocusAngstrom ?? 0) / defocusAngstrom - 1)).toBeLessThan(0.01);
    expect(found.signalToNoise).toBeGreaterThan(0.01);
    const none = await estimateWiener(spectrumOf(0), settings);
    expect(none.defocusAngstrom).toBeUndefined();
    expect(none.signalToNoise).toBeLessThan(3e-3);
  });

  test('turns phases only where it is asked to, and only those that are reversed', async () => {
    const flipping = { ...settings, flipPhases: true };
    const estimate = await estimateWiener(spectrumOf(20), { ...flipping, defocusAngstrom });
    const [plain, flipped] = [wienerTransfer(estimate, settings), wienerTransfer(estimate, flipping)];
    const transfer = ctfReference(300e3, defocusAngstrom, 2.7e7, 0.1, 0);
    let turned = 0;
    for (let k = 0.01; k < 0.5; k += 0.01) {
      const isReversed = transfer(k / pixelSizeAngstrom) > 0;
      expect(flipped(k)).toBe(isReversed ? -plain(k) : plain(k));
      expect(plain(k)).toBeGreaterThanOrEqual(0);
      if (isReversed) turned++;
    }
    expect(turned).toBeGreaterThan(5);
    await expect(estimateWiener(spectrumOf(0), flipping)).rejects.toThrow(/defocus is known/);
    const signal = AbortSignal.abort();
    await expect(estimateWiener(spectrumOf(0), settings, signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  test.each([
    [{ pixelSizeAngstrom: 0 }, 'pixel size'],
    [{ defocusAngstrom: 1e6 }, 'defocus of 1000000 Å'],
    [{ microscope: { ...usualMicroscope, voltageKilovolt: 3 } }, '3 kV'],
    [{ microscope: { ...usualMicroscope, amplitudeContrast: 2 } }, 'contrast of 2'],
    [{ microscope: { ...usualMicroscope, sphericalAberrationMm: -1 } }, 'aberration of -1'],
  ])('refuses %o', async (change, what) => {
    const wrong = () => estimateWiener(spectrumOf(1), { ...settings, ...change });
    await expect(wrong()).rejects.toThrow(UsageError);
    await expect(wrong()).rejects.toThrow(what);
  });
});

test('a Gaussian of σ halves the amplitude at the wavelength that is told for it', () => {
  const k = 1 / gaussianWavelength(3);
  expect(Math.exp(-2 * (Math.PI * 3 * k) ** 2)).toBeCloseTo(0.5, 12);
});
