import type { Preview } from './preview.ts';

/** Samples next to each other along a border differ by less than this part of what is usual where it was smeared. */
const smearedPart = 0.35;
/** No deeper than this part of a side. */
const deepest = 0.25;

/**
 * The part of a preview that is a smeared border: rows or columns from an edge inwards that are copies of their
 * neighbours, as alignment and denoising leave them.
 */
export function smearedBorder({ width, height, data }: Preview): number {
  const at = (x: number, y: number): number => data[y * width + x] ?? 0;
  /** Mean absolute difference of a line of samples from the next one. */
  const across = (length: number, pair: (i: number) => readonly [number, number]): number => {
    let sum = 0;
    for (let i = 0; i < length; i++) {
      const [a, b] = pair(i);
      sum += Math.abs(a - b);
    }
    return sum / length;
  };
  const rows = Array.from({ length: height - 1 }, (_, y) => across(width, (x) => [at(x, y), at(x, y + 1)]));
  const columns = Array.from({ length: width - 1 }, (_, x) =>
    across(height, (y) => [at(x, y), at(x + 1, y)]),
  );
  const lost = (differences: readonly number[], length: number): number => {
    const sorted = [...differences].sort((a, b) => a - b);
    const usual = sorted[Math.floor(sorted.length / 2)] ?? 0;
    const depth = (inwards: readonly number[]): number => {
      const end = inwards.findIndex((difference) => difference > smearedPart * usual);
      return end > deepest * length || end < 0 ? 0 : end;
    };
    return (depth(differences) + depth([...differences].reverse())) / length;
  };
  return 1 - (1 - lost(rows, height)) * (1 - lost(columns, width));
}
