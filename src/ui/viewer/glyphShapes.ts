/** The marks of classes, as canvas and SVG draw them; `viewer_picks.wgsl` has the same. */
import type { Glyph } from '../../dataset/pickClasses.ts';

/** Points in units of half a mark's extent, from its middle, y downwards. */
type Stroke = readonly (readonly [number, number])[];

/** Round ones have a circle instead of strokes. */
const strokes: Readonly<Record<Exclude<Glyph, 'dot' | 'ring'>, readonly Stroke[]>> = {
  cross: [
    [
      [-1, -1],
      [1, 1],
    ],
    [
      [-1, 1],
      [1, -1],
    ],
  ],
  plus: [
    [
      [-1, 0],
      [1, 0],
    ],
    [
      [0, -1],
      [0, 1],
    ],
  ],
  bar: [
    [
      [-1.2, 0],
      [1.2, 0],
    ],
  ],
  triangle: [
    [
      [0, -1.1],
      [1, 0.8],
      [-1, 0.8],
      [0, -1.1],
    ],
  ],
  square: [
    [
      [-0.9, -0.9],
      [0.9, -0.9],
      [0.9, 0.9],
      [-0.9, 0.9],
      [-0.9, -0.9],
    ],
  ],
  diamond: [
    [
      [0, -1.2],
      [1.2, 0],
      [0, 1.2],
      [-1.2, 0],
      [0, -1.2],
    ],
  ],
};

/** The strokes of a mark; undefined for round ones. */
export function strokesOf(glyph: Glyph): readonly Stroke[] | undefined {
  return glyph === 'dot' || glyph === 'ring' ? undefined : strokes[glyph];
}

/** Whether its inside is coloured; of the others, the lines alone. */
export function isFilled(glyph: Glyph): boolean {
  return glyph === 'dot' || glyph === 'triangle' || glyph === 'square' || glyph === 'diamond';
}

/** Width of the lines of a mark, and of its dark rim, CSS px. */
export const glyphLine = { width: 1.6, rim: 3.5 } as const;

/** Half of the extent of a pick's mark, CSS px: in the middle of a circle or box, or by itself. */
export function glyphSize(glyph: Glyph, isAlone: boolean): number {
  if (isAlone) return glyph === 'dot' ? 3.2 : 5;
  return glyph === 'dot' ? 1.7 : 3.5;
}
