/** Sweeps of coordinate descent at most: some fifteen unknowns settle in a few dozen. */
const mostSweeps = 200;
const settled = 1e-7;

/**
 * Least squares with unknowns that are not negative: the x ≥ 0 with the smallest ½·xᵀAx − bᵀx, A symmetric and positive
 * semidefinite, by coordinate descent from `start`. Columns of A should be of like size.
 */
export function nonNegativeLeastSquares(
  a: readonly Float64Array[],
  b: Float64Array,
  start: Float64Array,
): Float64Array {
  const x = start.slice();
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let largest = 0;
    let change = 0;
    for (let i = 0; i < x.length; i++) {
      const row = a[i];
      const diagonal = row?.[i] ?? 0;
      if (!row || !(diagonal > 0)) continue;
      let residual = b[i] ?? 0;
      for (let j = 0; j < x.length; j++) residual -= (row[j] ?? 0) * (x[j] ?? 0);
      const before = x[i] ?? 0;
      const after = Math.max(0, before + residual / diagonal);
      x[i] = after;
      largest = Math.max(largest, after);
      change = Math.max(change, Math.abs(after - before));
    }
    if (change <= settled * largest) break;
  }
  return x;
}
