/** Normalised cross-correlation with pictures under a disc, in 64 bits and pixel by pixel. */

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

/**
 * The correlation of what of a template (side × side, its centre in the middle) lies inside a picture with the picture about
 * (x, y), times the template's share inside: (Σ t·i − mean·Σ t) / √(Σ t² · area · variance) · Σ t², mean and variance being those
 * of the picture under the disc, inside.
 */
export function correlationWith(
  picture: Pixels,
  template: ArrayLike<number>,
  side: number,
  disc: (radius: number) => number,
  leastVariance: number,
  x: number,
  y: number,
): number {
  const reach = (side - 1) / 2;
  let [area, sum, squares] = [0, 0, 0];
  let [product, part, partSquares] = [0, 0, 0];
  for (let row = 0; row < picture.height; row++) {
    for (let column = 0; column < picture.width; column++) {
      const [dx, dy] = [column - x, row - y];
      if (Math.abs(dx) > reach || Math.abs(dy) > reach) continue;
      const weight = disc(Math.hypot(dx, dy));
      const value = picture.data[row * picture.width + column] ?? Number.NaN;
      const wanted = template[(dy + reach) * side + dx + reach] ?? Number.NaN;
      area += weight;
      sum += weight * value;
      squares += weight * value * value;
      product += wanted * value;
      part += wanted;
      partSquares += wanted * wanted;
    }
  }
  const mean = sum / area;
  const variance = Math.max(squares / area - mean * mean, leastVariance);
  return (partSquares * (product - mean * part)) / Math.sqrt(partSquares * area * variance);
}
