/** How well a place looks like the template, on the CPU: for single places, and as the definition of what the GPU does. */
import {
  discWeight,
  eachPixelAround,
  type Picture,
  type Point,
  type RadialTemplate,
  templateAt,
} from './profile.ts';

/**
 * The least variance of a disc that counts, of a picture whose ground has variance 1: in what is flatter, such as a
 * smeared border, there is nothing to be compared.
 */
export const leastVariance = 0.05;

/**
 * Normalised cross-correlation of the pixels around a place with the template, from −1 to 1. Beyond the picture's edge
 * nothing is compared; the score then falls with the template's share (of its sum of squares) that is inside, since noise
 * alone reaches high correlations in few pixels.
 */
export function correlationAt(picture: Picture, centre: Point, template: RadialTemplate): number {
  const { radiusPx } = template;
  const { data } = picture;
  let [area, sum, squares] = [0, 0, 0];
  let [product, part, partSquares] = [0, 0, 0];
  eachPixelAround(picture, centre, radiusPx, (index, radius) => {
    const weight = discWeight(radius, radiusPx);
    const [value, wanted] = [data[index] ?? 0, templateAt(template, radius)];
    area += weight;
    sum += weight * value;
    squares += weight * value * value;
    product += wanted * value;
    part += wanted;
    partSquares += wanted * wanted;
  });
  if (!(area > 0 && partSquares > 0)) return 0;
  const mean = sum / area;
  const variance = Math.max(squares / area - mean * mean, leastVariance);
  const share = Math.min(1, partSquares);
  return (share * (product - part * mean)) / Math.sqrt(partSquares * area * variance);
}
