/** How often each value is in a picture: evenly spaced bins, with a few values at either end in the outermost ones. */
import { percentiles, statisticsOf } from '../statistics.ts';

export interface Histogram {
  /** Where the first bin begins and the last one ends; what lies beyond is counted in them. */
  readonly low: number;
  readonly high: number;
  readonly counts: Uint32Array<ArrayBuffer>;
  /** Of all finite values. */
  readonly mean: number;
  readonly sigma: number;
}

/** Enough for a plot and for percentiles: σ of cryo-EM pictures is some 100 bins. */
export const histogramBins = 1024;
/** Part of the values that may lie beyond each end: hot pixels must not make the plot a needle. */
const beyond = 0.0002;
/** Room beside them, of the width. */
const margin = 0.08;

/** The histogram of the finite values; of none, or of one value alone, it is one unit wide. */
export function histogramOf(values: Float32Array, bins = histogramBins): Histogram {
  const { mean, standardDeviation } = statisticsOf(values);
  const [first = Number.NaN, last = Number.NaN] = percentiles(values, [beyond, 1 - beyond], 2 ** 20);
  const isWide = last > first;
  const pad = isWide ? margin * (last - first) : 0.5;
  const low = Number.isFinite(first) ? first - pad : -0.5;
  const high = Number.isFinite(last) ? last + pad : 0.5;
  const counts = new Uint32Array(bins);
  const scale = bins / (high - low);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (value - value !== 0) continue;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((value - low) * scale)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return {
    low,
    high,
    counts,
    mean: Number.isFinite(mean) ? mean : 0,
    sigma: Number.isFinite(standardDeviation) ? standardDeviation : 0,
  };
}
