/** What is left of a picture when its local mean is taken out: the detector's fixed pattern, and noise. */

/** A raw sum, row-major, width × height: some frames of a movie, uncorrected. */
export interface RawSum {
  readonly width: number;
  readonly height: number;
  readonly pixels: Float32Array;
}

/**
 * value / mean of the good values up to `reach` rows and columns away − 1, which is the logarithm of the ratio to first order, and
 * is not troubled by the zeros of counts. NaN for a value that is not good, and without good ones around.
 */
export function highPass(
  values: Float32Array,
  width: number,
  height: number,
  reach: number,
  isGood: (value: number) => boolean,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(width * height);
  // Sums over the rows of the window, column by column, move down with it; 64 bits do not lose what they add and take.
  const sums = new Float64Array(width);
  const counts = new Int32Array(width);
  const take = (row: number, sign: 1 | -1): void => {
    if (row < 0 || row >= height) return;
    for (let x = 0; x < width; x++) {
      const value = values[row * width + x] ?? Number.NaN;
      if (!isGood(value)) continue;
      sums[x] = (sums[x] ?? 0) + sign * value;
      counts[x] = (counts[x] ?? 0) + sign;
    }
  };
  for (let row = 0; row < reach; row++) take(row, 1);
  for (let y = 0; y < height; y++) {
    take(y + reach, 1);
    take(y - reach - 1, -1);
    let sum = 0;
    let count = 0;
    for (let x = 0; x < Math.min(reach, width); x++) {
      sum += sums[x] ?? 0;
      count += counts[x] ?? 0;
    }
    for (let x = 0; x < width; x++) {
      sum += (sums[x + reach] ?? 0) - (sums[x - reach - 1] ?? 0);
      count += (counts[x + reach] ?? 0) - (counts[x - reach - 1] ?? 0);
      const value = values[y * width + x] ?? Number.NaN;
      result[y * width + x] =
        isGood(value) && count > 0 && sum !== 0 ? (value * count) / sum - 1 : Number.NaN;
    }
  }
  return result;
}

/**
 * So many robust standard deviations: 1.4826 times the median size of the values, NaN left out. For a normal distribution
 * that is its standard deviation; nothing is large where there is none.
 */
export function robustLimit(values: Float32Array, deviations: number): number {
  const stride = Math.max(1, Math.floor(values.length / 16384));
  const sizes = new Float32Array(Math.ceil(values.length / stride));
  let count = 0;
  for (let i = 0; i < values.length; i += stride) {
    const size = Math.abs(values[i] ?? Number.NaN);
    if (size >= 0) sizes[count++] = size;
  }
  const median = sizes.subarray(0, count).sort()[count >> 1] ?? 0;
  return median > 0 ? deviations * 1.4826 * median : Number.POSITIVE_INFINITY;
}

/** Limits values to ± `limit`, in place. */
export function winsorise(values: Float32Array, limit: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Math.abs(value) > limit) values[i] = Math.sign(value) * limit;
  }
}
