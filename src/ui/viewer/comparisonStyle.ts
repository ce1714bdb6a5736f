import type { ComparedSets } from '../state/comparison.ts';
import { leastScreenRadius, type Rgb } from './pickStyle.ts';
import type { Point } from './transform.ts';

export type ComparedPart = 'both' | 'onlyPicks' | 'onlyOther';

/**
 * Colours as those of picks, distinct in every kind of colour blindness; shapes say the same again: circles are agreed
 * on, squares have the picks alone, diamonds the other set alone.
 */
export const comparisonColours: Readonly<Record<ComparedPart, Rgb>> = {
  both: [0.66, 0.94, 0.63],
  onlyPicks: [0.96, 0.68, 0.13],
  onlyOther: [0.42, 0.76, 1.0],
};

/** In the order of drawing: what one alone has matters most. */
export const comparedParts: readonly ComparedPart[] = ['both', 'onlyOther', 'onlyPicks'];

/** Adds one mark to a path. @param radius of the particle on the screen, CSS px. */
export function addMark(path: Path2D, part: ComparedPart, { x, y }: Point, radius: number): void {
  const r = Math.max(radius, leastScreenRadius);
  if (part === 'both') {
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, 2 * Math.PI);
  } else if (part === 'onlyPicks') {
    // As wide as it takes for the circle's area.
    const half = 0.886 * r;
    path.rect(x - half, y - half, 2 * half, 2 * half);
  } else {
    const reach = 1.2 * r;
    path.moveTo(x, y - reach);
    path.lineTo(x + reach, y);
    path.lineTo(x, y + reach);
    path.lineTo(x - reach, y);
    path.closePath();
  }
}

/** What the legend says of each part. */
export function partWords(
  sets: ComparedSets,
): readonly { readonly part: ComparedPart; readonly words: string }[] {
  const { both, onlyPicks, onlyOther, label } = sets;
  return [
    { part: 'both', words: `${both.length} in both` },
    { part: 'onlyPicks', words: `${onlyPicks.length} only in the picks` },
    { part: 'onlyOther', words: `${onlyOther.length} only in ${label}` },
  ];
}
