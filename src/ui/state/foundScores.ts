import type { Pick } from '../../dataset/picks.ts';

/** The scores of picks that were not made by hand: what a threshold is about. */
export interface FoundScores {
  readonly values: Float64Array;
  /** Infinity and −Infinity where there are none. */
  readonly min: number;
  readonly max: number;
  /** Whether some are σ above the background, as LoG gives them. */
  readonly hasSigma: boolean;
  /** A step of the threshold that is worth a key press. */
  readonly step: number;
}

/** In one pass: there may be 50,000 picks, and each click comes here. */
export function foundScores(picks: readonly Pick[]): FoundScores {
  const values = new Float64Array(picks.length);
  let count = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let hasSigma = false;
  for (const { origin, score } of picks) {
    if (origin === 'manual') continue;
    values[count++] = score;
    if (score < min) min = score;
    if (score > max) max = score;
    if (origin === 'log') hasSigma = true;
  }
  const step = max > min ? (max - min) / 100 : 0.01;
  return { values: values.subarray(0, count), min, max, hasSigma, step };
}
