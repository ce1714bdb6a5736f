export interface Histogram {
  /** Lower edge of the first bin and upper edge of the last, which belongs to it. */
  readonly min: number;
  readonly max: number;
  readonly counts: Uint32Array;
}

/**
 * Counts values in bins of equal width. NaN is left out, and values outside the range too.
 * @param range [min, max]; the values' own if not given, and [0, 1] when there are none.
 */
export function histogram(
  values: ArrayLike<number>,
  bins: number,
  range?: readonly [min: number, max: number],
): Histogram {
  const [min, max] = range ?? extent(values);
  const counts = new Uint32Array(bins);
  // Values that are all the same fill the first bin.
  const scale = max > min ? bins / (max - min) : 0;
  // By index: of many values, iterators take several times as long.
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    // Not a number fails, too.
    if (!(value >= min && value <= max)) continue;
    const bin = Math.min(bins - 1, Math.floor((value - min) * scale));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { min, max, counts };
}

function extent(values: ArrayLike<number>): readonly [number, number] {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? [min, max] : [0, 1];
}
