/**
 * How good picks are, against particles marked by hand. Matching is one to one: picks in order of falling score,
 * each to the nearest particle within the radius that is still free. Counts are pooled over all micrographs.
 */
import {
  averagePrecision,
  bestPoint,
  type Counts,
  type CurvePoint,
  countsOfAll,
  type ScoreCurve,
  scoreCurve,
} from '../../dataset/scoreCurve.ts';
import { type Match, matchPicks, type Point, type ScoredPoint } from './matching.ts';

/** A pick must be within this part of the diameter: it has localised the particle. */
export const STRICT_DIAMETERS = 1 / 4;
/** Or within this part: it has seen it. Where particles crowd, chance finds many so. */
export const LOOSE_DIAMETERS = 1 / 2;

export interface MicrographPicks {
  readonly name: string;
  readonly picks: readonly ScoredPoint[];
  readonly truth: readonly Point[];
}

export interface Evaluation extends Counts {
  readonly averagePrecision: number;
  /** At the score threshold (score ≥ threshold) where F1 is largest; undefined when nothing matched. */
  readonly best: CurvePoint | undefined;
  /** Mean distance of matched picks from their particles, px; undefined when nothing matched. */
  readonly meanDistancePx: number | undefined;
  /** The same counts at every threshold. */
  readonly curve: ScoreCurve;
}

export interface EvaluationResult extends Evaluation {
  readonly radiusPx: number;
  readonly micrographs: readonly (Evaluation & { readonly name: string })[];
}

/** By both radii that the field's reports use. */
export interface SidedEvaluation {
  readonly strict: EvaluationResult;
  readonly loose: EvaluationResult;
}

/** @param diameterPx of the particles. */
export function evaluateAtDiameter(
  micrographs: readonly MicrographPicks[],
  diameterPx: number,
): SidedEvaluation {
  return {
    strict: evaluatePicks(micrographs, STRICT_DIAMETERS * diameterPx),
    loose: evaluatePicks(micrographs, LOOSE_DIAMETERS * diameterPx),
  };
}

/** Evaluates picks as they are and at every threshold. Distances are in the pixels of the coordinates. */
export function evaluatePicks(micrographs: readonly MicrographPicks[], radiusPx: number): EvaluationResult {
  const each = micrographs.map(({ name, picks, truth }) => {
    const matches = matchPicks(picks, truth, radiusPx);
    return { name, matches, truth: truth.length };
  });
  const all = each.flatMap(({ matches }) => matches);
  const truth = each.reduce((sum, one) => sum + one.truth, 0);
  return {
    radiusPx,
    ...summarise(all, truth),
    micrographs: each.map((one) => ({ name: one.name, ...summarise(one.matches, one.truth) })),
  };
}

function summarise(matches: readonly Match[], truth: number): Evaluation {
  const found = matches.filter((one) => one.truth >= 0);
  const distances = found.reduce((sum, { distance }) => sum + distance, 0);
  const curve = scoreCurve(
    matches.map((one) => ({ score: one.score, isMatched: one.truth >= 0 })),
    truth,
  );
  return {
    ...countsOfAll(curve),
    averagePrecision: averagePrecision(curve),
    best: bestPoint(curve),
    meanDistancePx: found.length > 0 ? distances / found.length : undefined,
    curve,
  };
}
