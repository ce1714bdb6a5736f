/**
 * What of a micrograph's power is noise and what is signal, from its radial average alone. The model is P = N + S·C²: noise
 * N and signal S are smooth curves that only fall with frequency, C² is the squared contrast transfer function. Noise
 * shows alone at the zeros of C² and at high frequencies, signal in what swings between the zeros.
 */
import { nonNegativeLeastSquares } from './nonNegative.ts';

/** Power in rings around frequency 0: ring i lies at i · step cycles a pixel. */
export interface RadialSpectrum {
  /** Cycles a pixel from one ring to the next. */
  readonly step: number;
  /** Mean power of each ring, out to Nyquist; white noise of variance 1 has 1. */
  readonly power: ArrayLike<number>;
  /** Independent values that each is a mean of: their relative error is one over the root. */
  readonly values: ArrayLike<number>;
}

export interface SpectralModel {
  /** Of each ring. `signal` has the transfer function in it: S·C². */
  readonly noise: Float64Array;
  readonly signal: Float64Array;
  /** −2 · log-likelihood but for a constant: what a better model makes smaller. */
  readonly deviance: number;
  /** Deviance for each ring, at best about 1: above it the model leaves something out. */
  readonly dispersion: number;
}

/** The first rings hold the mean, gradients, and what the window of the periodogram makes of them. */
export const firstRing = 2;

/** Curves that the noise is a sum of, besides a constant, and the signal. */
const noiseCurves = 5;
const signalCurves = 10;
/** Reweighting by the model itself: gamma likelihood by Fisher's scoring. */
const rounds = 4;

/**
 * The likeliest noise and signal for a transfer function. Periodogram values are exponentially distributed, so a ring's
 * mean has a standard deviation that is its expectation over the root of the values: the fit is the maximum of
 * that likelihood (Whittle 1953), among curves that are sums of falling ones with weights above 0. The noise's are
 * 1 and 1 / (1 + (k/κ)²), the signal's (1 + (k/κ)²)⁻³, of which falls as steep as
 * those of compact objects and slower ones can be made.
 * @param transferSquared C² against cycles a pixel; a constant where no transfer function is known.
 * @param start noise and signal together, where they are about known; one round goes on from there.
 */
export function fitSpectralModel(
  { step, power, values }: RadialSpectrum,
  transferSquared: (cyclesPerPixel: number) => number,
  start?: SpectralModel,
): SpectralModel {
  const rings = power.length;
  const highest = (rings - 1) * step;
  const lowest = firstRing * step;
  const widths = (count: number, from: number, to: number): number[] =>
    Array.from({ length: count }, (_, i) => from * (to / from) ** (i / (count - 1)));
  const curve = (value: (k: number) => number): Float64Array =>
    Float64Array.from({ length: rings }, (_, ring) => value(ring * step));
  const ofNoise = [
    curve(() => 1),
    ...widths(noiseCurves, lowest, 1.5 * highest).map((width) => curve((k) => 1 / (1 + (k / width) ** 2))),
  ];
  const squared = curve(transferSquared);
  const ofSignal = widths(signalCurves, lowest, highest).map((width) =>
    curve((k) => 1 / (1 + (k / width) ** 2) ** 3).map((value, ring) => value * (squared[ring] ?? 0)),
  );
  const curves = [...ofNoise, ...ofSignal];
  const model = start ? start.noise.map((value, i) => value + (start.signal[i] ?? 0)) : smoothed(power);
  let weights: Float64Array = new Float64Array(curves.length);
  for (let round = start ? rounds - 1 : 0; round < rounds; round++) {
    weights = weightedFit(curves, power, values, model, weights);
    for (let ring = 0; ring < rings; ring++) {
      let sum = 0;
      curves.forEach((curve, i) => {
        sum += (weights[i] ?? 0) * (curve[ring] ?? 0);
      });
      // No ring's expectation is 0, and a step from a poor start shall not make it so.
      model[ring] = Math.max(sum, 1e-3 * (model[ring] ?? 0), 1e-30);
    }
  }
  const total = (of: readonly Float64Array[], offset: number): Float64Array =>
    Float64Array.from({ length: rings }, (_, ring) =>
      of.reduce((sum, curve, i) => sum + (weights[offset + i] ?? 0) * (curve[ring] ?? 0), 0),
    );
  let deviance = 0;
  for (let ring = firstRing; ring < rings; ring++) {
    const ratio = Math.max(1e-12, power[ring] ?? 0) / (model[ring] ?? 1);
    deviance += 2 * (values[ring] ?? 0) * (ratio - 1 - Math.log(ratio));
  }
  return {
    noise: total(ofNoise, 0),
    signal: total(ofSignal, ofNoise.length),
    deviance,
    dispersion: deviance / Math.max(1, rings - firstRing),
  };
}

/** One step: least squares with the inverse variances that the model so far gives. */
function weightedFit(
  curves: readonly Float64Array[],
  power: ArrayLike<number>,
  values: ArrayLike<number>,
  model: Float64Array,
  start: Float64Array,
): Float64Array {
  // Curves of like size under the weights, so that the descent goes as fast along all.
  const count = curves.length;
  const a = Array.from({ length: count }, () => new Float64Array(count));
  const b = new Float64Array(count);
  for (let ring = firstRing; ring < model.length; ring++) {
    const weight = (values[ring] ?? 0) / (model[ring] ?? 1) ** 2;
    for (let i = 0; i < count; i++) {
      const value = weight * (curves[i]?.[ring] ?? 0);
      b[i] = (b[i] ?? 0) + value * (power[ring] ?? 0);
      const row = a[i];
      if (row) for (let j = 0; j <= i; j++) row[j] = (row[j] ?? 0) + value * (curves[j]?.[ring] ?? 0);
    }
  }
  const scales = a.map((row, i) => 1 / Math.sqrt(row[i] || 1));
  const scaled = a.map((_, i) =>
    Float64Array.from(
      { length: count },
      (_, j) => (a[Math.max(i, j)]?.[Math.min(i, j)] ?? 0) * (scales[i] ?? 0) * (scales[j] ?? 0),
    ),
  );
  const found = nonNegativeLeastSquares(
    scaled,
    b.map((value, i) => value * (scales[i] ?? 0)),
    start.map((value, i) => value / (scales[i] || 1)),
  );
  return found.map((value, i) => value * (scales[i] ?? 0));
}

/** A first idea of the expectation: medians of neighbours. */
function smoothed(power: ArrayLike<number>): Float64Array {
  const reach = 4;
  return Float64Array.from({ length: power.length }, (_, ring) => {
    const near: number[] = [];
    for (let i = Math.max(firstRing, ring - reach); i <= Math.min(power.length - 1, ring + reach); i++)
      near.push(power[i] ?? 0);
    near.sort((x, y) => x - y);
    return Math.max(1e-30, near[near.length >> 1] ?? power[ring] ?? 1);
  });
}
