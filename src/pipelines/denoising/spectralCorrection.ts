import { firstRing, type RadialSpectrum, RingBands } from './ringBands.ts';
import type { SpectralModel } from './spectralEnsemble.ts';

/** Bumps over the logarithm of the frequency, of the signal and of the noise. */
const bumps = 16;
/** By how much, as a part, signal and noise may be off between bumps before the spectrum is seen. */
const signalDeviation = 0.7;
const noiseDeviation = 0.05;
const rounds = 3;
/** What stays of the signal, and of the noise, whatever the spectrum says. */
const leastSignal = 0.05;
const leastNoise = 0.2;

export interface CorrectedModel extends SpectralModel {
  /** −2 · log-likelihood of the bands, and what the factors' priors say of them; but for a constant. */
  readonly deviance: number;
}

/**
 * Bends a model's curves to a spectrum as far as that is sure of it: the likeliest factors of 1 + Σ a·bump with normal priors
 * about 1, by Fisher's scoring. Where a spectrum says little they stay 1; in large micrographs, peaks of how particles are packed
 * and the particles' own form come out.
 */
export function corrected(spectrum: RadialSpectrum, model: SpectralModel): CorrectedModel {
  const bands = new RingBands(spectrum);
  const last = model.noise.length - 1;
  const width = Math.log(last / firstRing) / (bumps - 1);
  const shapes = Array.from({ length: bumps }, (_, bump) =>
    model.noise.map((_, ring) => {
      const at = Math.log(Math.max(ring, firstRing) / firstRing) / width;
      return Math.max(0, 1 - Math.abs(at - bump));
    }),
  );
  const under = (curve: Float64Array) =>
    shapes.map((shape) => bands.means(shape.map((value, ring) => value * (curve[ring] ?? 0))));
  const curves = [...under(model.signal), ...under(model.noise)];
  const start = bands.means(model.noise.map((value, ring) => value + (model.signal[ring] ?? 0)));
  const deviations = curves.map((_, i) => (i < bumps ? signalDeviation : noiseDeviation));
  let factors: Float64Array = new Float64Array(curves.length);
  for (let round = 0; round < rounds; round++) factors = scored(bands, curves, start, deviations, factors);
  const bent = (curve: Float64Array, offset: number, least: number): Float64Array =>
    curve.map((value, ring) => {
      let factor = 1;
      for (const [i, shape] of shapes.entries()) factor += (factors[offset + i] ?? 0) * (shape[ring] ?? 0);
      return value * Math.max(least, factor);
    });
  return {
    ...model,
    deviance: devianceOf(bands, curves, start, deviations, factors),
    signal: bent(model.signal, 0, leastSignal),
    noise: bent(model.noise, bumps, leastNoise),
  };
}

function devianceOf(
  { values, power }: RingBands,
  curves: readonly Float64Array[],
  start: Float64Array,
  deviations: readonly number[],
  factors: Float64Array,
): number {
  let deviance = factors.reduce((sum, factor, i) => sum + (factor / (deviations[i] ?? 1)) ** 2, 0);
  for (const [band, value] of start.entries()) {
    let model = value;
    for (const [i, curve] of curves.entries()) model += (factors[i] ?? 0) * (curve[band] ?? 0);
    const ratio = Math.max(1e-12, power[band] ?? 0) / Math.max(model, leastNoise * value);
    deviance += 2 * (values[band] ?? 0) * (ratio - 1 - Math.log(ratio));
  }
  return deviance;
}

/** One step: least squares with the variances that the factors so far give. */
function scored(
  bands: RingBands,
  curves: readonly Float64Array[],
  start: Float64Array,
  deviations: readonly number[],
  factors: Float64Array,
): Float64Array {
  const weights = start.map((value, band) => {
    let sum = value;
    for (const [i, curve] of curves.entries()) sum += (factors[i] ?? 0) * (curve[band] ?? 0);
    return (bands.values[band] ?? 0) / Math.max(sum, leastNoise * value) ** 2;
  });
  const product = (a: Float64Array, b: Float64Array): number =>
    weights.reduce((sum, weight, band) => sum + weight * (a[band] ?? 0) * (b[band] ?? 0), 0);
  const rest = bands.power.map((value, band) => value - (start[band] ?? 0));
  const rows = curves.map((a, i) =>
    Float64Array.from([
      ...curves.map((b, j) => product(a, b) + (i === j ? 1 / (deviations[i] ?? 1) ** 2 : 0)),
      product(a, rest),
    ]),
  );
  return solved(rows);
}

/** Gauss and Jordan, for a positive definite matrix with its right side as the last column. */
function solved(rows: Float64Array[]): Float64Array {
  for (const [i, pivotRow] of rows.entries()) {
    const pivot = pivotRow[i] ?? 1;
    for (let j = i; j < pivotRow.length; j++) pivotRow[j] = (pivotRow[j] ?? 0) / pivot;
    for (const row of rows) {
      const factor = row[i] ?? 0;
      if (row === pivotRow || factor === 0) continue;
      for (let j = i; j < row.length; j++) row[j] = (row[j] ?? 0) - factor * (pivotRow[j] ?? 0);
    }
  }
  return Float64Array.from(rows, (row) => row.at(-1) ?? 0);
}
