/** Statistics of pixels, in one pass over pieces of any size; sums are 64-bit, so that 3e38 is no trouble. */
import type { JobOptions } from '../core/progress.ts';
import type { Micrograph, PixelStatistics } from '../dataset/micrograph.ts';

/** Pixels read at a time: 16 MiB of floats. */
const PIXELS_AT_ONCE = 4 * 2 ** 20;

/** Takes in pixels piece by piece. */
export interface StatisticsAccumulator {
  add(values: Float32Array): void;
  /** Of everything so far. With no finite pixel, min, max, mean and deviation are NaN. */
  result(): PixelStatistics;
}

/**
 * Mean and sum of squared deviations are computed exactly for each piece and merged by the rule of Chan, Golub and
 * LeVeque (The American Statistician 37, 242, 1983), which loses no digits when the mean is large.
 */
export function createStatistics(): StatisticsAccumulator {
  let count = 0;
  let total = 0;
  let mean = 0;
  let squares = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  return {
    add: (values) => {
      let pieceCount = 0;
      let sum = 0;
      for (let i = 0; i < values.length; i++) {
        const value = values[i] ?? 0;
        // NaN and infinities: the difference is NaN.
        if (value - value !== 0) continue;
        pieceCount++;
        sum += value;
        if (value < min) min = value;
        if (value > max) max = value;
      }
      total += values.length;
      if (pieceCount === 0) return;
      const pieceMean = sum / pieceCount;
      let pieceSquares = 0;
      for (let i = 0; i < values.length; i++) {
        const deviation = (values[i] ?? 0) - pieceMean;
        if (deviation - deviation === 0) pieceSquares += deviation * deviation;
      }
      const all = count + pieceCount;
      const step = pieceMean - mean;
      squares += pieceSquares + step * step * ((count * pieceCount) / all);
      mean += step * (pieceCount / all);
      count = all;
    },
    result: () => ({
      min: count > 0 ? min : Number.NaN,
      max: count > 0 ? max : Number.NaN,
      mean: count > 0 ? mean : Number.NaN,
      standardDeviation: count > 0 ? Math.sqrt(squares / count) : Number.NaN,
      nonFinite: total - count,
    }),
  };
}

/** Statistics of an array. */
export function statisticsOf(values: Float32Array): PixelStatistics {
  const statistics = createStatistics();
  statistics.add(values);
  return statistics.result();
}

/**
 * Statistics of frames [first, first + count) of a micrograph, read in bands.
 * @throws FormatError when the file can't be read; the signal's reason when it is aborted.
 */
export async function micrographStatistics(
  micrograph: Micrograph,
  frames: { readonly first: number; readonly count: number },
  { signal, onProgress }: JobOptions = {},
): Promise<PixelStatistics> {
  const { width, height } = micrograph;
  const rowsAtOnce = Math.max(1, Math.floor(PIXELS_AT_ONCE / width));
  const total = frames.count * height;
  const statistics = createStatistics();
  for (let frame = 0; frame < frames.count; frame++) {
    for (let row = 0; row < height; row += rowsAtOnce) {
      signal?.throwIfAborted();
      const rows = Math.min(rowsAtOnce, height - row);
      statistics.add(await micrograph.readRows(frames.first + frame, row, rows));
      onProgress?.({ stage: 'Reading pixels', done: frame * height + row + rows, total });
    }
  }
  return statistics.result();
}

/**
 * Values below which the given fractions of all finite values lie, interpolated between neighbours (the common
 * definition, NumPy's "linear"). NaN where there is no finite value.
 * @param sampleLimit with more values than this, an evenly spaced subset is sorted: enough for contrast.
 */
export function percentiles(
  values: Float32Array,
  fractions: readonly number[],
  sampleLimit = Number.POSITIVE_INFINITY,
): number[] {
  const stride = Math.max(1, Math.ceil(values.length / sampleLimit));
  const sample = stride === 1 ? values : values.filter((_, i) => i % stride === 0);
  const sorted = sample.filter(Number.isFinite).sort();
  return fractions.map((fraction) => {
    if (sorted.length === 0) return Number.NaN;
    const at = Math.min(1, Math.max(0, fraction)) * (sorted.length - 1);
    const low = sorted[Math.floor(at)] ?? Number.NaN;
    const high = sorted[Math.ceil(at)] ?? Number.NaN;
    return low + (high - low) * (at - Math.floor(at));
  });
}
