/** Picks judged by reference coordinates, and two sets of picks beside each other: what crosses the worker boundary. */
import type { Place } from '../dataset/picks.ts';
import type { ScoreCurve } from '../dataset/scoreCurve.ts';

/** Larger scores are better; one that is infinite stands above any threshold. */
export interface ScoredPlace extends Place {
  readonly score: number;
}

export interface JudgedMicrograph {
  readonly name: string;
  readonly picks: readonly ScoredPlace[];
  readonly truth: readonly Place[];
}

export interface EvaluationRequest {
  readonly micrographs: readonly JudgedMicrograph[];
  /** In the pixels of the places. */
  readonly diameterPx: number;
}

export interface ScoreSummary {
  readonly averagePrecision: number;
  readonly curve: ScoreCurve;
}

/** By one radius: pooled, and for each micrograph in the order of the request. */
export interface SideOfEvaluation extends ScoreSummary {
  readonly radiusPx: number;
  /** Of matched picks from their particles, px; undefined when nothing matched. */
  readonly meanDistancePx: number | undefined;
  readonly micrographs: readonly (ScoreSummary & { readonly name: string })[];
}

/** Strict is a quarter of the diameter, loose half of it. */
export interface EvaluationAnswer {
  readonly strict: SideOfEvaluation;
  readonly loose: SideOfEvaluation;
}

export interface ComparisonRequest {
  readonly a: readonly Place[];
  readonly b: readonly Place[];
  readonly radiusPx: number;
}

/** Indices of the request's places. */
export interface ComparisonAnswer {
  readonly both: readonly { readonly a: number; readonly b: number }[];
  readonly onlyA: readonly number[];
  readonly onlyB: readonly number[];
}

/** Both are over in a moment even for ten thousands of picks, but not within a frame. */
export interface EvaluationApi {
  evaluatePicks(request: EvaluationRequest): Promise<EvaluationAnswer>;
  comparePicks(request: ComparisonRequest): Promise<ComparisonAnswer>;
}
