import { comparePicks } from '../pipelines/evaluation/comparison.ts';
import { evaluateAtDiameter } from '../pipelines/evaluation/evaluate.ts';
import type { EvaluationApi } from '../rpc/evaluation.ts';

/** The part of the contract that judges picks: numbers only, no picture and no GPU. */
export function evaluationService(): EvaluationApi {
  return {
    evaluatePicks: async ({ micrographs, diameterPx }) => evaluateAtDiameter(micrographs, diameterPx),
    comparePicks: async ({ a, b, radiusPx }) => comparePicks(a, b, radiusPx),
  };
}
