/**
 * Precision and recall where most particles have no label. The labels are a fair sample of the particles: the part of them that is
 * found is the recall, and recall · particles / picks the precision.
 */
import { matchPicks } from '../evaluation/matching.ts';
import type { Candidate } from '../picking/candidates.ts';
import type { Point } from '../template/profile.ts';

/** A pick nearer than this to a particle, in diameters, has found it: the strict radius. */
export const strictDiameters = 0.25;

export interface HeldOutMicrograph {
  readonly candidates: readonly Candidate[];
  /** Labels that were not learnt from, of where the candidates are of. */
  readonly heldOut: readonly Point[];
}

export interface CurvePoint {
  readonly threshold: number;
  readonly recall: number;
  /** Estimated, 1 at most. */
  readonly precision: number;
}

export interface HeldOutScore {
  /** Area under the curve. */
  readonly averagePrecision: number;
  /** At each held-out particle that was found, best first. */
  readonly curve: readonly CurvePoint[];
  readonly heldOut: number;
  /**
   * For each held-out particle ln(recall / picks) where it was found: the precision but for the count of particles, which is the same
   * for all that are compared and doubtful. One that was not found counts as the pick after the last.
   */
  readonly logYields: readonly number[];
}

/** Standard errors: of ten looks, each at ten particles, one is better by one of them without having learnt anything. */
const clearErrors = 2;

/** Whether a score is better than another one of the same particles by more than chance. */
export function isClearlyBetter(score: readonly number[], than: readonly number[]): boolean {
  const gains = score.map((one, i) => one - (than[i] ?? 0));
  const n = gains.length;
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / n;
  if (n < 2) return mean > 0;
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (n - 1);
  return mean > clearErrors * Math.sqrt(variance / n);
}

/**
 * @param expectedCount particles where the candidates are of, labelled or not.
 * @param radiusPx within which a pick finds a particle.
 */
export function scoreHeldOut(
  micrographs: readonly HeldOutMicrograph[],
  expectedCount: number,
  radiusPx: number,
): HeldOutScore {
  let heldOut = 0;
  const matches = micrographs.flatMap(({ candidates, heldOut: labels }) => {
    const first = heldOut;
    heldOut += labels.length;
    return matchPicks(candidates, labels, radiusPx).map(({ score, truth }) => ({
      score,
      label: truth < 0 ? undefined : first + truth,
    }));
  });
  matches.sort((a, b) => b.score - a.score);
  const particles = Math.max(heldOut, expectedCount);
  const curve: CurvePoint[] = [];
  let found = 0;
  const logYields = new Array<number>(heldOut).fill(-Math.log(matches.length + 1));
  for (const [i, { score, label }] of matches.entries()) {
    if (label === undefined) continue;
    found++;
    const recall = found / heldOut;
    const precision = Math.min(1, (recall * particles) / (i + 1));
    logYields[label] = Math.log(recall / (i + 1));
    curve.push({ threshold: score, recall, precision });
  }
  const averagePrecision = curve.reduce((sum, { precision }) => sum + precision / heldOut, 0);
  return { averagePrecision, curve, heldOut, logYields };
}
