import { reachOf } from '../template/inside.ts';
import { discWeight } from '../template/profile.ts';
import { type Square, sampleAt } from './square.ts';

/**
 * What a place is compared with: (2·reach + 1)² values about the centre, with a sum of 0 and a sum of squares of 1, and 0
 * outside a disc with a fading edge.
 */
export interface Template {
  readonly reach: number;
  readonly values: Float32Array<ArrayBuffer>;
}

/**
 * A picture turned in the plane (from x towards y) and sampled in other pixels, as a template: times the disc's weight, with a
 * weighted mean of 0.
 * @param pixelSizeAngstrom of the template.
 */
export function turnedTemplate(
  picture: Square,
  turnDegrees: number,
  pixelSizeAngstrom: number,
  radiusPx: number,
): Template {
  const reach = reachOf(radiusPx);
  const side = 2 * reach + 1;
  const values = new Float32Array(side * side);
  const angle = (turnDegrees * Math.PI) / 180;
  const step = pixelSizeAngstrom / picture.pixelSizeAngstrom;
  const [cos, sin] = [step * Math.cos(angle), step * Math.sin(angle)];
  const centre = Math.floor(picture.side / 2);
  let [area, sum] = [0, 0];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const weight = discWeight(Math.hypot(x, y), radiusPx);
      if (weight === 0) continue;
      const value = sampleAt(picture, centre + cos * x + sin * y, centre - sin * x + cos * y);
      values[(y + reach) * side + x + reach] = value;
      area += weight;
      sum += weight * value;
    }
  }
  const mean = sum / area;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = discWeight(Math.hypot((i % side) - reach, Math.floor(i / side) - reach), radiusPx);
    const value = weight * ((values[i] ?? 0) - mean);
    values[i] = value;
    squares += value * value;
  }
  const norm = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * norm;
  return { reach, values };
}

/** The disc's weights, with a sum of 1, in a template's layout: a correlation with them is a local mean. */
export function discTemplate(radiusPx: number): Template & { readonly area: number } {
  const reach = reachOf(radiusPx);
  const side = 2 * reach + 1;
  const values = Float32Array.from({ length: side * side }, (_, i) =>
    discWeight(Math.hypot((i % side) - reach, Math.floor(i / side) - reach), radiusPx),
  );
  const area = values.reduce((sum, value) => sum + value, 0);
  return { reach, values: values.map((value) => value / area), area };
}

/** Sums of a template's values and of their squares over all pixels left of and above, as `matching/best.wgsl` reads them. */
export function summedArea({ reach, values }: Template): Float32Array<ArrayBuffer> {
  const side = 2 * reach + 1;
  const columns = side + 1;
  const table = new Float64Array(2 * columns * columns);
  for (let row = 0; row < side; row++) {
    let [sum, squares] = [0, 0];
    for (let column = 0; column < side; column++) {
      const value = values[row * side + column] ?? 0;
      sum += value;
      squares += value * value;
      const at = 2 * ((row + 1) * columns + column + 1);
      table[at] = (table[at - 2 * columns] ?? 0) + sum;
      table[at + 1] = (table[at + 1 - 2 * columns] ?? 0) + squares;
    }
  }
  return Float32Array.from(table);
}
