import { interactionConstant } from './optics.ts';
import type { SceneContents } from './sceneContents.ts';
import { type Slope, slopeKnots } from './sceneImaging.ts';
import { proteinPotentialVolt } from './volume.ts';

/** A field that changes over the whole canvas only: a bilinear patch of a few values. @param amplitude what the slope's own is a multiple of. */
export function slowField(slope: Slope | undefined, side: number, amplitude: number): Float32Array {
  const field = new Float32Array(side * side);
  if (!slope) return field;
  const knots = slopeKnots;
  const values = Float64Array.from(slope.knots, (knot) => amplitude * slope.amplitude * knot);
  const at = (i: number): { knot: number; part: number } => {
    const place = (i / side) * (knots - 1);
    const knot = Math.min(knots - 2, Math.floor(place));
    const part = place - knot;
    return { knot, part: part * part * (3 - 2 * part) };
  };
  for (let y = 0; y < side; y++) {
    const row = at(y);
    for (let x = 0; x < side; x++) {
      const column = at(x);
      const corner = row.knot * knots + column.knot;
      const [a = 0, b = 0] = [values[corner], values[corner + 1]];
      const [c = 0, d = 0] = [values[corner + knots], values[corner + knots + 1]];
      const above = a + (b - a) * column.part;
      field[y * side + x] = above + (c + (d - c) * column.part - above) * row.part;
    }
  }
  return field;
}

/** A square part of the canvas, px. */
export interface Part {
  readonly side: number;
  readonly offset: number;
  readonly size: number;
}

/** Deviation of the clean picture within half an extent of the centres, in a part of the canvas. */
export function strengthOf(
  clean: Float32Array,
  contents: SceneContents,
  { side, offset, size }: Part,
): number {
  const { particles, extentPx } = contents;
  const radius = extentPx / 2;
  const first = (centre: number): number => Math.max(offset, Math.ceil(centre - radius));
  const last = (centre: number): number => Math.min(offset + size - 1, Math.floor(centre + radius));
  let [count, sum, squares] = [0, 0, 0];
  const seen = new Uint8Array(clean.length);
  for (const { x, y } of particles) {
    for (let v = first(y); v <= last(y); v++) {
      for (let u = first(x); u <= last(x); u++) {
        const at = v * side + u;
        if (seen[at] === 1 || (u - x) ** 2 + (v - y) ** 2 > radius * radius) continue;
        seen[at] = 1;
        const value = clean[at] ?? 0;
        count++;
        sum += value;
        squares += value * value;
      }
    }
  }
  const deviation = count > 0 ? Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)) : 0;
  const usual = usualStrength(contents);
  return deviation > 0.05 * usual ? deviation : usual;
}

/** An eighth of twice the phase of solid protein half an extent thick: what particles have, more or less. */
export function usualStrength({ optics, extentPx, pixelSizeAngstrom }: SceneContents): number {
  return (
    (interactionConstant(optics.voltageKilovolt) * proteinPotentialVolt * extentPx * pixelSizeAngstrom) / 8
  );
}

export interface Scale {
  readonly centre: number;
  readonly deviation: number;
}

/** Median and 1.4826 · MAD of every ninth pixel: sorting all would take as long as imaging them. */
export function robustScale(data: Float32Array): Scale {
  const some = Float32Array.from({ length: Math.floor(data.length / 9) }, (_, i) => data[9 * i] ?? 0);
  some.sort();
  const centre = some[some.length >> 1] ?? 0;
  for (let i = 0; i < some.length; i++) some[i] = Math.abs((some[i] ?? 0) - centre);
  some.sort();
  const deviation = 1.4826 * (some[some.length >> 1] ?? 0);
  return { centre, deviation: deviation > 0 ? deviation : 1 };
}

export function sumOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

export function sumOfSquares(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

/** Of a part of the canvas. */
export function varianceOf(values: Float32Array, { side, offset, size }: Part): number {
  let [sum, squares] = [0, 0];
  for (let y = offset; y < offset + size; y++) {
    for (let x = offset; x < offset + size; x++) {
      const value = values[y * side + x] ?? 0;
      sum += value;
      squares += value * value;
    }
  }
  const count = size * size;
  return squares / count - (sum / count) ** 2;
}
