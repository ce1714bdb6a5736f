/** Fourier transforms of radial functions of the plane. */
import type { RadialTransfer } from '../../fft/spectrum.ts';
import { discWeight, type RadialTemplate, ringArea, stepsPerPixel } from './profile.ts';

/**
 * The Bessel function J₀, to 1e-7: the polynomials of Abramowitz and Stegun (1964), 9.4.1 and 9.4.3.
 */
export function besselJ0(x: number): number {
  const size = Math.abs(x);
  if (size < 3) {
    const y = (size / 3) ** 2;
    return polynomial(y, [1, -2.2499997, 1.2656208, -0.3163866, 0.0444479, -0.0039444, 0.00021]);
  }
  const y = 3 / size;
  const amplitude = polynomial(
    y,
    [0.79788456, -0.00000077, -0.0055274, -0.00009512, 0.00137237, -0.00072805, 0.00014476],
  );
  const phase = polynomial(
    y,
    [-0.78539816, -0.04166397, -0.00003954, 0.00262573, -0.00054125, -0.00029333, 0.00013558],
  );
  return (amplitude * Math.cos(size + phase)) / Math.sqrt(size);
}

function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

/** Transforms values at radii 0, ½, 1, … px: against frequency in cycles per pixel. */
function hankel(values: ArrayLike<number>): RadialTransfer {
  const rings = Array.from({ length: values.length }, (_, i) => (values[i] ?? 0) * ringArea(i));
  return (k) => {
    let sum = 0;
    for (let i = 0; i < rings.length; i++) {
      sum += (rings[i] ?? 0) * besselJ0((2 * Math.PI * k * i) / stepsPerPixel);
    }
    return sum;
  };
}

/** Correlates a picture with a template: at each pixel the sum of both, the template's centre there. */
export function templateTransfer({ values }: RadialTemplate): RadialTransfer {
  return hankel(values);
}

/** The weighted mean over the template's disc around each pixel. */
export function discMean(radiusPx: number): RadialTransfer {
  const length = Math.floor(radiusPx * stepsPerPixel) + 1;
  const weights = Array.from({ length }, (_, i) => discWeight(i / stepsPerPixel, radiusPx));
  const transfer = hankel(weights);
  const area = discArea(radiusPx);
  return (k) => transfer(k) / area;
}

/** Pixels of the disc, by weight. */
export function discArea(radiusPx: number): number {
  const length = Math.floor(radiusPx * stepsPerPixel) + 1;
  let area = 0;
  for (let i = 0; i < length; i++) area += ringArea(i) * discWeight(i / stepsPerPixel, radiusPx);
  return area;
}
