/**
 * Precision and recall where most particles have no label. The labels are a fair sample of the particles: the part of them that is
 * found is the recall, and recall · particles / picks the precision.
 */
import { matchPicks } from '../evaluation/matching.ts';
import type { Candidate } from '../picking/candidates.ts';
import type { Point } from '../template/profile.ts';

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
  const matches = micrographs.flatMap(({ candidates, heldOut }) =>
    matchPicks(candidates, heldOut, radiusPx).map(({ score, truth }) => ({ score, isFound: truth >= 0 })),
  );
  matches.sort((a, b) => b.score - a.score);
  const heldOut = micrographs.reduce((sum, one) => sum + one.heldOut.length, 0);
  const particles = Math.max(heldOut, expectedCount);
  const curve: CurvePoint[] = [];
  let found = 0;
  for (const [i, { score, isFound }] of matches.entries()) {
    if (!isFound) continue;
    found++;
    const recall = found / heldOut;
    curve.push({ threshold: score, recall, precision: Math.min(1, (recall * particles) / (i + 1)) });
  }
  const averagePrecision = curve.reduce((sum, { precision }) => sum + precision / heldOut, 0);
  return { averagePrecision, curve, heldOut };
}

/**
 * The threshold of the largest F1 to be expected where scores are chances.
 * @param chances of all candidates.
 */
export function bestThreshold(chances: readonly number[]): number {
  const sorted = [...chances].sort((a, b) => b - a);
  const particles = sorted.reduce((sum, chance) => sum + chance, 0);
  let [good, best, threshold] = [0, 0, 0.5];
  for (const [i, chance] of sorted.entries()) {
    good += chance;
    const f1 = (2 * good) / (i + 1 + particles);
    if (f1 > best) [best, threshold] = [f1, chance];
  }
  return threshold;
}
