/** The periodic extension in f64, one pixel at a time. */
export function padPeriodicReference(
  values: ArrayLike<number>,
  width: number,
  height: number,
  paddedWidth: number,
  paddedHeight: number,
): Float64Array {
  const weights = (at: number, size: number, padded: number): [number, number][] => {
    if (at < size) return [[at, 1]];
    const t = (at - size + 0.5) / (padded - size);
    const fade = 3 * t ** 2 - 2 * t ** 3;
    const clamp = (i: number): number => Math.min(size - 1, Math.max(0, i));
    return [
      [clamp(2 * size - 1 - at), 1 - fade],
      [clamp(padded - 1 - at), fade],
    ];
  };
  const result = new Float64Array(paddedWidth * paddedHeight);
  for (let y = 0; y < paddedHeight; y++) {
    for (let x = 0; x < paddedWidth; x++) {
      let sum = 0;
      for (const [row, rowWeight] of weights(y, height, paddedHeight)) {
        for (const [column, columnWeight] of weights(x, width, paddedWidth)) {
          sum += rowWeight * columnWeight * (values[row * width + column] ?? 0);
        }
      }
      result[y * paddedWidth + x] = sum;
    }
  }
  return result;
}
