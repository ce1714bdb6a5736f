/** Moments of numbers in 64 bits, from the definitions. */

/** Mean, and standard deviation divided by n. */
export function momentsOf(values: ArrayLike<number>): { mean: number; deviation: number } {
  const list = Array.from(values);
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  const squares = list.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / list.length) };
}

/** Median, and 1.4826 times the median of the distances from it. */
export function medianMoments(values: ArrayLike<number>): { median: number; deviation: number } {
  const median = medianOf(Array.from(values));
  return { median, deviation: 1.4826 * medianOf(Array.from(values, (value) => Math.abs(value - median))) };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(at)] ?? Number.NaN) + (sorted[Math.ceil(at)] ?? Number.NaN)) / 2;
}
