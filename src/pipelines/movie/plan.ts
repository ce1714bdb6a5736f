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
  /** The least that must be true of the sums, so that it ends in the bits that a fresh one would have. */
  readonly needs: SumOrder;
}

/** What the order of additions does to a sum: nothing, while no digit is lost. */
export type SumOrder = 'any' | 'ascending' | 'from-nothing';

/**
 * How to get from the sum of one range to that of another with the fewest frames read. After each step the sum is that of
 * a range, too.
 */
export function planMove(current: FrameRange | undefined, target: FrameRange, order: SumOrder): Move {
  const fresh: Move = { isFresh: true, steps: ascending(target.first, target.last), needs: 'from-nothing' };
  if (!current || current.last < target.first || target.last < current.first) return fresh;
  const isAppended = current.first === target.first && current.last <= target.last;
  const needs = isAppended ? 'ascending' : 'any';
  if (!allows(order, needs)) return fresh;
  const steps: FrameStep[] = ascending(current.last + 1, target.last);
  for (let frame = current.first - 1; frame >= target.first; frame--) steps.push({ frame, weight: 1 });
  for (let frame = current.first; frame < target.first; frame++) steps.push({ frame, weight: -1 });
  for (let frame = current.last; frame > target.last; frame--) steps.push({ frame, weight: -1 });
  return steps.length < fresh.steps.length ? { isFresh: false, steps, needs } : fresh;
}

const freedom: readonly SumOrder[] = ['from-nothing', 'ascending', 'any'];

/** Whether sums of this kind may be reached in a way that needs another. */
export function allows(order: SumOrder, needed: SumOrder): boolean {
  return freedom.indexOf(order) >= freedom.indexOf(needed);
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
