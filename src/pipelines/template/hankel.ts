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

/**
 * Frequencies at which transforms are made, up to the corner of the spectrum; between them they are interpolated. A
 * template of 20 px turns by 0.04 rad from one to the next, so that interpolating costs 2e-4 of it.
 */
const frequencies = 2048;
const frequencyStep = Math.SQRT1_2 / (frequencies - 1);

/** J₀ at every frequency (row) and radius (column), by the number of radii: made once, since a click must not wait. */
const kernels = new Map<number, Float32Array>();

function kernelOf(radii: number): Float32Array {
  const known = kernels.get(radii);
  if (known) return known;
  const kernel = Float32Array.from({ length: frequencies * radii }, (_, at) => {
    const k = Math.floor(at / radii) * frequencyStep;
    return besselJ0((2 * Math.PI * k * (at % radii)) / stepsPerPixel);
  });
  kernels.set(radii, kernel);
  return kernel;
}

/** Transforms values at radii 0, ½, 1, … px: against frequency in cycles per pixel, 0 to √½. */
function hankel(values: ArrayLike<number>): RadialTransfer {
  const radii = values.length;
  const rings = Float64Array.from({ length: radii }, (_, i) => (values[i] ?? 0) * ringArea(i));
  const kernel = kernelOf(radii);
  const table = new Float64Array(frequencies);
  for (let row = 0, at = 0; row < frequencies; row++) {
    let sum = 0;
    for (let i = 0; i < radii; i++, at++) sum += (rings[i] ?? 0) * (kernel[at] ?? 0);
    table[row] = sum;
  }
  return (k) => {
    const place = Math.min(k / frequencyStep, frequencies - 1);
    const row = Math.floor(place);
    const [a = 0, b = a] = [table[row], table[row + 1]];
    return a + (b - a) * (place - row);
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
