/** Linear filters that know the truth of a scene: what an estimate from the noisy picture alone is measured against. */

import { complexField } from '../../fft/cpuField.ts';
import { Fourier2d } from '../../fft/cpuFourier.ts';
import { restoredDecibels } from './score.ts';
import { recordedPicture, type ScoreScene } from './scoreScene.ts';

/**
 * The Wiener filter with the true radial spectra S of the clean picture and N of the noise, S / (S + N): the best linear
 * filter that treats all places and directions alike.
 * @returns what it restores, dB.
 */
export function trueWienerDecibels(scene: ScoreScene, signalToNoise: number): number {
  const signal = radialPower(scene.clean, scene.width);
  const noise = radialPower(scene.noise, scene.width);
  return filteredDecibels(scene, signalToNoise, (k) => {
    const ring = Math.round(k * scene.width);
    const power = signalToNoise * (signal[ring] ?? 0);
    return power / (power + (noise[ring] ?? 0) || 1);
  });
}

/** The best that a Gaussian can restore, its width tuned on the truth. σ in Å. */
export function bestGaussianDecibels(
  scene: ScoreScene,
  signalToNoise: number,
): { readonly sigmaAngstrom: number; readonly decibels: number } {
  let best = { sigmaAngstrom: 0, decibels: Number.NEGATIVE_INFINITY };
  for (let sigmaAngstrom = 2; sigmaAngstrom < 40; sigmaAngstrom *= 1.12) {
    const sigmaPx = sigmaAngstrom / scene.settings.pixelSizeAngstrom;
    const decibels = filteredDecibels(scene, signalToNoise, (k) =>
      Math.exp(-2 * (Math.PI * k * sigmaPx) ** 2),
    );
    if (decibels > best.decibels) best = { sigmaAngstrom, decibels };
  }
  return best;
}

/** What a radial filter restores, dB. @param transfer against cycles a pixel. */
export function filteredDecibels(
  scene: ScoreScene,
  signalToNoise: number,
  transfer: (cyclesPerPixel: number) => number,
): number {
  const { width, height, clean, area } = scene;
  const fourier = new Fourier2d(width, height);
  const field = complexField(width * height);
  field.re.set(recordedPicture(scene, signalToNoise));
  fourier.filter(field, fourier.radialTable(transfer));
  return restoredDecibels(clean, field.re, area);
}

/** Mean power of a square picture in rings one frequency wide, out to the corners. */
export function radialPower(picture: Float32Array, size: number): Float64Array {
  const fourier = new Fourier2d(size, size);
  const field = complexField(size * size);
  field.re.set(picture);
  fourier.forward(field);
  const rings = Math.round(size * Math.SQRT1_2) + 1;
  const sums = new Float64Array(rings);
  const counts = new Float64Array(rings);
  for (let i = 0; i < size; i++) {
    const v = Math.min(i, size - i);
    for (let j = 0; j < size; j++) {
      const u = Math.min(j, size - j);
      const at = i * size + j;
      const ring = Math.round(Math.hypot(u, v));
      sums[ring] = (sums[ring] ?? 0) + (field.re[at] ?? 0) ** 2 + (field.im[at] ?? 0) ** 2;
      counts[ring] = (counts[ring] ?? 0) + 1;
    }
  }
  return sums.map((sum, ring) => sum / Math.max(1, counts[ring] ?? 0));
}
