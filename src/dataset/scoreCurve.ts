/**
 * How good scored picks are at every threshold at once, as columns of numbers: what crosses to the page costs no object
 * a pick, and any threshold is looked up in a blink.
 */

export interface Counts {
  readonly picks: number;
  readonly truth: number;
  readonly matched: number;
  /** matched / picks; 0 when there are no picks. */
  readonly precision: number;
  /** matched / truth; 0 when there is no truth. */
  readonly recall: number;
  /** Harmonic mean of the two; 0 when nothing matched. */
  readonly f1: number;
}

export interface CurvePoint extends Counts {
  /** Picks with at least this score. */
  readonly threshold: number;
}

/** Row i: of the picks with a score of `thresholds[i]` and more, `picks[i]`, `matched[i]` found a particle. */
export interface ScoreCurve {
  /** Particles there are. */
  readonly truth: number;
  /** The distinct scores, falling; infinite for picks that no threshold hides. */
  readonly thresholds: Float64Array<ArrayBuffer>;
  readonly picks: Uint32Array<ArrayBuffer>;
  readonly matched: Uint32Array<ArrayBuffer>;
}

/** Whether a pick of this score found a particle that no better one had found. */
export interface JudgedScore {
  readonly score: number;
  readonly isMatched: boolean;
}

/** @param judged in any order; picks of one score count together, so theirs does not matter either. */
export function scoreCurve(judged: readonly JudgedScore[], truth: number): ScoreCurve {
  const sorted = [...judged].sort((a, b) => b.score - a.score || 0);
  const thresholds: number[] = [];
  const picks: number[] = [];
  const matches: number[] = [];
  let matched = 0;
  for (const [i, { score, isMatched }] of sorted.entries()) {
    if (isMatched) matched++;
    if (sorted[i + 1]?.score === score) continue;
    thresholds.push(score);
    picks.push(i + 1);
    matches.push(matched);
  }
  return {
    truth,
    thresholds: Float64Array.from(thresholds),
    picks: Uint32Array.from(picks),
    matched: Uint32Array.from(matches),
  };
}

export function countsOf(picks: number, truth: number, matched: number): Counts {
  return {
    picks,
    truth,
    matched,
    precision: picks > 0 ? matched / picks : 0,
    recall: truth > 0 ? matched / truth : 0,
    f1: matched > 0 ? (2 * matched) / (picks + truth) : 0,
  };
}

/** Row `index` of the curve; before its first row nothing is picked. */
export function pointAt(curve: ScoreCurve, index: number): CurvePoint {
  const { truth, thresholds, picks, matched } = curve;
  return {
    threshold: thresholds[index] ?? Number.POSITIVE_INFINITY,
    ...countsOf(picks[index] ?? 0, truth, matched[index] ?? 0),
  };
}

/** All rows, the best scores first. */
export function pointsOf(curve: ScoreCurve): CurvePoint[] {
  return Array.from(curve.thresholds, (_, i) => pointAt(curve, i));
}

/** All picks, whatever their scores. */
export function countsOfAll(curve: ScoreCurve): Counts {
  const { picks, truth, matched } = pointAt(curve, curve.thresholds.length - 1);
  return countsOf(picks, truth, matched);
}

/** Picks with a score of `threshold` and more. */
export function countsAt(curve: ScoreCurve, threshold: number): Counts {
  const { thresholds } = curve;
  let [low, high] = [0, thresholds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((thresholds[middle] ?? 0) >= threshold) low = middle + 1;
    else high = middle;
  }
  const { picks, truth, matched } = pointAt(curve, low - 1);
  return countsOf(picks, truth, matched);
}

/**
 * Area under precision over recall: the sum of precision × step in recall at each distinct score ("all points", without
 * interpolation).
 */
export function averagePrecision(curve: ScoreCurve): number {
  const { truth, picks, matched } = curve;
  let sum = 0;
  let before = 0;
  picks.forEach((count, i) => {
    const found = matched[i] ?? 0;
    sum += (found / count) * (found - before);
    before = found;
  });
  return truth > 0 ? sum / truth : 0;
}

/** Where F1 is largest, at the higher threshold of two that are equal; undefined when nothing matched. */
export function bestPoint(curve: ScoreCurve): CurvePoint | undefined {
  let best: CurvePoint | undefined;
  for (let i = 0; i < curve.thresholds.length; i++) {
    const point = pointAt(curve, i);
    if (point.f1 > (best?.f1 ?? 0)) best = point;
  }
  return best;
}
