/** A pick threshold for what the user wants of the picks, judged by labelled micrographs. */
import { type CurvePoint, pointAt, type ScoreCurve } from './scoreCurve.ts';

export interface Target {
  readonly of: 'precision' | 'recall';
  /** 0 to 1. */
  readonly value: number;
}

export interface TargetThreshold extends CurvePoint {
  readonly target: Target;
  /** False: no threshold gets there, and this one comes nearest. */
  readonly isReached: boolean;
  /**
   * What counting alone leaves open of what was wanted, 95 %: as if particles were drawn each for itself, and the threshold
   * had not been chosen by them.
   */
  readonly interval: readonly [low: number, high: number];
}

/**
 * For a precision, the lowest threshold that has it, and so the most particles; for a recall, the highest one, and so the
 * fewest false picks. Undefined where no pick has a score.
 */
export function thresholdFor(curve: ScoreCurve, target: Target): TargetThreshold | undefined {
  const { of, value } = target;
  let met: CurvePoint | undefined;
  let nearest: CurvePoint | undefined;
  for (let i = 0; i < curve.thresholds.length; i++) {
    const point = pointAt(curve, i);
    // Picks by hand are there at any threshold: theirs is none to set.
    if (!Number.isFinite(point.threshold)) continue;
    if (point[of] >= value && (of === 'precision' || !met)) met = point;
    const isNearer = point[of] > (nearest?.[of] ?? -1);
    const isAsNear = of === 'precision' && point[of] === nearest?.[of];
    if (isNearer || isAsNear) nearest = point;
  }
  const found = met ?? nearest;
  if (!found) return undefined;
  const interval = wilson(found.matched, of === 'precision' ? found.picks : found.truth);
  return { ...found, target, isReached: met !== undefined, interval };
}

/** The sentence that goes with it. @param isPartial whether only some of the particles are labelled. */
export function targetWords(found: TargetThreshold, isPartial = false): string {
  const { target, isReached, interval, threshold, precision, recall, truth } = found;
  const want = `${target.of === 'precision' ? 'Precision' : 'Recall'} ${percent(target.value)}`;
  const got = `precision ${percent(precision)}, recall ${percent(recall)}`;
  const labels = `by ${truth} labelled particle${truth === 1 ? '' : 's'}`;
  const open = `${target.of} ${percent(interval[0])} to ${percent(interval[1])}`;
  const range = ` Chance alone leaves ${open} possible with so many (95\u00a0%); the threshold was chosen by the same labels, and errors come together in micrographs, so it may be lower still on others.`;
  const at = `score ≥ ${Number(threshold.toPrecision(4))}`;
  const doubt =
    isPartial && target.of === 'precision'
      ? ' Not all particles are labelled: the true precision is higher, and a lower threshold may do.'
      : '';
  return isReached
    ? `${want} or more at ${at}: ${got}, ${labels}.${range}${doubt}`
    : `${want} can’t be reached with these picks; the nearest is ${got} at ${at}, ${labels}.${range}${doubt}`;
}

/** Wilson's score interval for a proportion at 95 % (Wilson 1927). */
export function wilson(good: number, all: number): readonly [number, number] {
  if (all === 0) return [0, 1];
  const z = 1.959964;
  const share = good / all;
  const middle = share + (z * z) / (2 * all);
  const reach = z * Math.sqrt((share * (1 - share)) / all + (z * z) / (4 * all * all));
  const scale = 1 + (z * z) / all;
  return [Math.max(0, (middle - reach) / scale), Math.min(1, (middle + reach) / scale)];
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))}\u00a0%`;
}
