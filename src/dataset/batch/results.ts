/** What a batch knows of a finished micrograph, and one threshold over all of them without reading any picks again. */
import type { ExtractedStack } from '../../formats/star/extracted.ts';
import type { Pick } from '../picks.ts';

/** Scores of the candidates of one micrograph in rising order, so that a threshold is a place among them. */
export interface ScoreLadder {
  /** Of all that a threshold decides about. */
  readonly scores: Float32Array;
  /** Sum of the scores from each place to the end, so that a mean above a threshold is two look-ups. */
  readonly sums: Float64Array;
  /** Picks by hand, which show at any threshold. */
  readonly fixed: number;
}

/** How good a micrograph is: the score and what speaks of ice, 0 to 1; what weighs most, in a word and in a sentence. */
export interface BatchQuality {
  readonly score: number;
  readonly mark: string;
  readonly reason: string;
  readonly ice: number;
}

/** Plain data, kept over a reload. */
export interface BatchResult {
  readonly fingerprint: string;
  readonly width: number;
  readonly height: number;
  readonly pixelSizeAngstrom: number | undefined;
  readonly diameterAngstrom: number;
  /** Undefined where it was not picked. */
  readonly ladder: ScoreLadder | undefined;
  /** That its picks have now. */
  readonly threshold: number | undefined;
  /** That the method suggests. */
  readonly suggestedThreshold: number | undefined;
  /** Where it was judged. */
  readonly quality: BatchQuality | undefined;
  /** Underfocus, as the denoiser has found it. */
  readonly defocusAngstrom: number | undefined;
  /** What was written, below the batch's folder. */
  readonly files: readonly string[];
  /** The boxes that were cut out, as the STAR file of them all needs them. */
  readonly stack: ExtractedStack | undefined;
  /** How the boxes were made, for that file's comment. */
  readonly stackLabel: string | undefined;
}

/** @param picks distinct ones: neither doubles nor what a mask keeps out. */
export function scoreLadder(picks: readonly Pick[]): ScoreLadder {
  const scores = Float32Array.from(
    picks.filter(({ origin }) => origin !== 'manual'),
    ({ score }) => score,
  );
  return ladderOf(scores, picks.length - scores.length);
}

/** @param unordered scores. @param fixed picks by hand. */
export function ladderOf(unordered: Float32Array, fixed: number): ScoreLadder {
  const scores = unordered.toSorted();
  const sums = new Float64Array(scores.length + 1);
  for (let i = scores.length - 1; i >= 0; i--) sums[i] = (sums[i + 1] ?? 0) + (scores[i] ?? 0);
  return { scores, sums, fixed };
}

/** The first place whose score is not below the threshold. */
function placeOf({ scores }: ScoreLadder, threshold: number): number {
  let low = 0;
  let high = scores.length;
  // Scores were rounded to 32 bits, so the threshold is, too: else a score would not reach itself.
  const wanted = Math.fround(threshold);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((scores[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Picks that show at a threshold, those by hand among them. */
export function picksAbove(ladder: ScoreLadder, threshold: number): number {
  return ladder.fixed + ladder.scores.length - placeOf(ladder, threshold);
}

/** Mean score of those that the threshold lets through; undefined of none. */
export function meanScoreAbove(ladder: ScoreLadder, threshold: number): number | undefined {
  const place = placeOf(ladder, threshold);
  const count = ladder.scores.length - place;
  return count === 0 ? undefined : (ladder.sums[place] ?? 0) / count;
}

/** Lowest and highest score of all; undefined where there is none. */
export function scoreRange(ladders: readonly ScoreLadder[]): readonly [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { scores } of ladders) {
    low = Math.min(low, scores[0] ?? low);
    high = Math.max(high, scores.at(-1) ?? high);
  }
  return low <= high ? [low, high] : undefined;
}

/** Scores of all micrographs in bins of equal width; by the ladders, so its cost hardly grows with the number of picks. */
export interface MergedHistogram {
  readonly min: number;
  readonly max: number;
  readonly counts: readonly number[];
}

export function mergedHistogram(ladders: readonly ScoreLadder[], bins: number): MergedHistogram | undefined {
  const range = scoreRange(ladders);
  if (!range) return undefined;
  const [min, max] = range;
  const counts = new Array<number>(bins).fill(0);
  for (const ladder of ladders) {
    let from = 0;
    for (let bin = 0; bin < bins; bin++) {
      // The last bin takes the highest score; where all are the same, so does the first.
      const isLast = bin === bins - 1 || max === min;
      const until = isLast ? ladder.scores.length : placeOf(ladder, min + ((bin + 1) / bins) * (max - min));
      counts[bin] = (counts[bin] ?? 0) + until - from;
      from = until;
    }
  }
  return { min, max, counts };
}
