import type { RadialTransfer } from '../../fft/transform.ts';

/**
 * How a camera answers. `perfect` counts every electron where it hits. `counting` misses some and is unsure where those it
 * counts have hit: its signal is blurred and its noise stays white. `integrating` spreads each electron over
 * neighbours: signal and noise are blurred alike.
 */
export const cameraKinds = ['perfect', 'counting', 'integrating'] as const;
export type CameraKind = (typeof cameraKinds)[number];

export interface CameraResponse {
  /** Part of the electrons that are as good as counted: the DQE at frequency 0. */
  readonly detectedPart: number;
  /** Modulation transfer of the signal, against cycles per pixel. */
  readonly modulation: RadialTransfer;
  /** What the noise goes through. */
  readonly noise: RadialTransfer;
}

/** MTF 2^−(…)² with this value at the Nyquist frequency. */
const gaussian =
  (atNyquist: number): RadialTransfer =>
  (k) =>
    atNyquist ** ((2 * k) ** 2);
const flat: RadialTransfer = () => 1;

/**
 * DQE(k) = detectedPart · modulation(k)² / noise(k)². The counting camera has a DQE of 0.8 falling to 0.3 at Nyquist, as
 * a K2 at 300 kV (Ruskin et al. 2013, McMullan et al. 2014); the integrating one 0.5 everywhere, and an MTF of 0.35 at
 * Nyquist, as a Falcon II. Gaussian MTFs stand for the measured ones.
 */
export const cameraResponses: Readonly<Record<CameraKind, CameraResponse>> = {
  perfect: { detectedPart: 1, modulation: flat, noise: flat },
  counting: { detectedPart: 0.8, modulation: gaussian(0.61), noise: flat },
  integrating: { detectedPart: 0.5, modulation: gaussian(0.35), noise: gaussian(0.35) },
};

/** The mean over all frequencies of a plane, by which a filter changes the variance of white noise. */
export function meanPower(transfer: RadialTransfer): number {
  const steps = 64;
  let sum = 0;
  for (let v = 0; v < steps; v++)
    for (let u = 0; u < steps; u++) sum += transfer(Math.hypot(u + 0.5, v + 0.5) / (2 * steps)) ** 2;
  return sum / steps ** 2;
}
