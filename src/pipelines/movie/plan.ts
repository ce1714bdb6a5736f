import type { FrameRange } from '../../dataset/exposure.ts';

/** One frame, to be added to a sum or taken away from it. */
export interface FrameStep {
  readonly frame: number;
  readonly weight: 1 | -1;
}

export interface Move {
  /** Whether the sum starts from nothing. */
  readonly isFresh: boolean;
  readonly steps: readonly FrameStep[];
  /** Whether it ends in the same bits only where sums are exact. */
  readonly needsExactSums: boolean;
}

/**
 * How to get from the sum of one range to that of another with the fewest frames read. After each step the sum is that of
 * a range, too. Adding at the end is what a fresh sum would do, and always right; anything else needs exact sums.
 */
export function planMove(current: FrameRange | undefined, target: FrameRange, isExact: boolean): Move {
  const fresh = { isFresh: true, steps: ascending(target.first, target.last), needsExactSums: false };
  if (!current || current.last < target.first || target.last < current.first) return fresh;
  const needsExactSums = current.first !== target.first || current.last > target.last;
  if (needsExactSums && !isExact) return fresh;
  const steps: FrameStep[] = ascending(current.last + 1, target.last);
  for (let frame = current.first - 1; frame >= target.first; frame--) steps.push({ frame, weight: 1 });
  for (let frame = current.first; frame < target.first; frame++) steps.push({ frame, weight: -1 });
  for (let frame = current.last; frame > target.last; frame--) steps.push({ frame, weight: -1 });
  return steps.length < fresh.steps.length ? { isFresh: false, steps, needsExactSums } : fresh;
}

/** The range after one step of a move; undefined stands for an empty sum. */
export function rangeAfter(range: FrameRange | undefined, { frame, weight }: FrameStep): FrameRange {
  if (!range) return { first: frame, last: frame };
  const { first, last } = range;
  if (weight === 1) return frame > last ? { first, last: frame } : { first: frame, last };
  return frame === first ? { first: first + 1, last } : { first, last: last - 1 };
}

function ascending(first: number, last: number): FrameStep[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => ({ frame: first + i, weight: 1 }));
}
