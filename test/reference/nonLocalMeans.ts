/**
 * Non-local means in f64 by the definition: patch by patch, pixel by pixel, the picture mirrored beyond its edges; the
 * pixel's own weight is the largest of the others.
 */
export function nonLocalMeansReference(
  image: ArrayLike<number>,
  guide: ArrayLike<number>,
  width: number,
  height: number,
  {
    patchRadius,
    searchRadius,
    expectedDifference,
    tolerance,
  }: {
    readonly patchRadius: number;
    readonly searchRadius: number;
    readonly expectedDifference: number;
    readonly tolerance: number;
  },
): Float64Array {
  const inside = (at: number, size: number): number => {
    let i = at;
    while (i < 0 || i >= size) i = i < 0 ? -1 - i : 2 * size - 1 - i;
    return i;
  };
  const pixel = (of: ArrayLike<number>, x: number, y: number): number =>
    of[inside(y, height) * width + inside(x, width)] ?? Number.NaN;
  const result = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [sum, weights, largest] = [0, 0, 0];
      for (let dy = -searchRadius; dy <= searchRadius; dy++) {
        for (let dx = -searchRadius; dx <= searchRadius; dx++) {
          if (dx === 0 && dy === 0) continue;
          let difference = 0;
          for (let v = -patchRadius; v <= patchRadius; v++)
            for (let u = -patchRadius; u <= patchRadius; u++)
              difference += (pixel(guide, x + u, y + v) - pixel(guide, x + dx + u, y + dy + v)) ** 2;
          difference /= (2 * patchRadius + 1) ** 2;
          const weight = Math.exp(-Math.max(0, difference - expectedDifference) / tolerance);
          sum += weight * pixel(image, x + dx, y + dy);
          weights += weight;
          largest = Math.max(largest, weight);
        }
      }
      result[y * width + x] = (sum + largest * pixel(image, x, y)) / (weights + largest);
    }
  }
  return result;
}
