import type { JSX } from 'solid-js';
import { GLYPHS, type Glyph } from '../../dataset/pickClasses.ts';

/** On a grid of 16 × 16. */
const shapes: Readonly<Record<Glyph, string>> = {
  dot: 'M8 5.4a2.6 2.6 0 1 0 .01 0z',
  cross: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  triangle: 'M8 3l5 9H3z',
  square: 'M4 4h8v8H4z',
  diamond: 'M8 2.6 13.4 8 8 13.400 2.600 8z',
  bar: 'M2.600 8h10.800',
  ring: 'M8 3.400a4.600 4.600 0 1 0 .01 0z',
};
const filled: ReadonlySet<Glyph> = new Set(['dot', 'triangle', 'square', 'diamond']);

/** The mark of a class in its colour, as it stands in the middle of a pick. */
export function GlyphMark(props: { readonly glyph: number; readonly colour: string }): JSX.Element {
  const glyph = (): Glyph => GLYPHS[props.glyph] ?? 'dot';
  return (
    <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[glyph()]} stroke={props.colour} fill={filled.has(glyph()) ? props.colour : 'none'} />
    </svg>
  );
}
