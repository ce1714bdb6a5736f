/** What of a disc lies inside a picture, for centres near its edges. */
import { discWeight, type RadialTemplate, templateAt } from './profile.ts';

/** Centres at least so many px from an edge have all of the disc on this side of it. */
export function reachOf(radiusPx: number): number {
  return Math.ceil(radiusPx);
}

/**
 * Sums of a radial function over the pixels of its disc that lie inside a picture: at [dy · (reach + 1) + dx] for a centre dx
 * px from the nearest vertical edge and dy from the nearest horizontal one, 0 to `reach`. The picture is wider and higher than
 * the disc.
 */
export function insideSums(radiusPx: number, value: (radius: number) => number): Float64Array {
  const reach = reachOf(radiusPx);
  const side = 2 * reach + 1;
  // Summed-area table with a row and a column of zeros before the first ones.
  const summed = new Float64Array((side + 1) ** 2);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const radius = Math.hypot(column - reach, row - reach);
      const at = (row + 1) * (side + 1) + column + 1;
      summed[at] =
        (radius < radiusPx ? value(radius) : 0) +
        (summed[at - 1] ?? 0) +
        (summed[at - side - 1] ?? 0) -
        (summed[at - side - 2] ?? 0);
    }
  }
  const sum = (columns: number, rows: number): number => summed[rows * (side + 1) + columns] ?? 0;
  return Float64Array.from({ length: (reach + 1) ** 2 }, (_, at) => {
    // Radial functions look the same from every edge: what is counted here is above and left of it.
    return sum((at % (reach + 1)) + reach + 1, Math.floor(at / (reach + 1)) + reach + 1);
  });
}

/** The part of a disc, by weight, that lies inside: 1 away from the edges. */
export function insidePart(radiusPx: number): Float32Array<ArrayBuffer> {
  const sums = insideSums(radiusPx, (radius) => discWeight(radius, radiusPx));
  const whole = sums.at(-1) ?? 1;
  return Float32Array.from(sums, (sum) => sum / whole);
}

/**
 * The sum and the sum of squares of what of a template lies inside, in turn: 0 and 1 away from the edges, as the template
 * has them on the plane without pixels.
 */
export function templateInside(template: RadialTemplate): Float32Array<ArrayBuffer> {
  const { radiusPx } = template;
  const sums = insideSums(radiusPx, (radius) => templateAt(template, radius));
  const squares = insideSums(radiusPx, (radius) => templateAt(template, radius) ** 2);
  const part = insidePart(radiusPx);
  const [sum = 0, square = 1] = [sums.at(-1), squares.at(-1)];
  return Float32Array.from({ length: 2 * part.length }, (_, at) => {
    const i = at >> 1;
    return at % 2 === 0 ? (sums[i] ?? 0) - sum * (part[i] ?? 1) : (squares[i] ?? 1) / square;
  });
}
