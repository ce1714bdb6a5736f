/**
 * Radial transfer functions, all as factor against frequency in cycles per pixel. Cut-offs are wavelengths in pixels
 * at which the amplitude is one half.
 */
import type { RadialTransfer } from './transform.ts';

/** Gaussian low-pass: 2^−(k·wavelength)². */
export function lowpass(wavelengthPx: number): RadialTransfer {
  return (k) => 2 ** -((k * wavelengthPx) ** 2);
}

/** Gaussian high-pass: 1 − 2^−(k·wavelength)²; the mean goes. */
export function highpass(wavelengthPx: number): RadialTransfer {
  return (k) => 1 - 2 ** -((k * wavelengthPx) ** 2);
}

/**
 * Laplacian of Gaussian for discs of the given diameter, sign such that dark discs give a positive peak; σ = r/√2
 * (Lindeberg 1998). Scale-normalised: σ²·(2πk)²·exp(−½σ²(2πk)²), negated.
 */
export function laplacianOfGaussian(diameterPx: number): RadialTransfer {
  const sigma = diameterPx / 2 / Math.SQRT2;
  return (k) => {
    const squared = (2 * Math.PI * k * sigma) ** 2;
    return -squared * Math.exp(-squared / 2);
  };
}

/** The product of some transfer functions; of none, 1 everywhere. */
export function product(...transfers: readonly RadialTransfer[]): RadialTransfer {
  return (k) => transfers.reduce((factor, transfer) => factor * transfer(k), 1);
}
