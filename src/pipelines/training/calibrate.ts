import type { Candidate } from '../picking/candidates.ts';
import { besideNeighbours } from '../picking/exclusion.ts';
import { bestThreshold } from '../picking/threshold.ts';
import { evidenceOf } from './evidence.ts';
import { type NetworkWeights, rescaled } from './matchedFilter.ts';
import { fitPosterior, sigmoid } from './posterior.ts';
import type { SplitExample } from './split.ts';

export interface Calibrated {
  /** Its scores are the log-odds that a particle is there. */
  readonly network: NetworkWeights;
  /** The candidates that it was calibrated by, with chances beside their neighbours as scores. */
  readonly candidates: readonly (readonly Candidate[])[];
  /** Of the largest F1 to be expected. */
  readonly threshold: number;
}

/**
 * Makes chances of a network's scores, by all that was said of its candidates.
 * @param found of each example, px of its picture.
 * @param exclusionPx width of a particle's body, 0 where it is not known.
 * @param expectedCount particles on all examples, where it is known.
 */
export function calibrate(
  network: NetworkWeights,
  examples: readonly SplitExample[],
  found: readonly (readonly Candidate[])[],
  diameterPx: number,
  exclusionPx: number,
  expectedCount?: number,
): Calibrated {
  const evidence = examples.flatMap((example, i) => evidenceOf(found[i] ?? [], example, diameterPx));
  const { weights } = fitPosterior(evidence, expectedCount);
  const [slope = 0, constant = 0] = weights;
  // A network that finds labels no better than anything else is left as it is.
  const [factor, offset] = slope > 0 ? [slope, constant] : [1, 0];
  const chance = (score: number): number => sigmoid(factor * score + offset);
  const candidates = found.map((own) =>
    besideNeighbours(
      own.map(({ x, y, score }) => ({ x, y, score: chance(score) })),
      exclusionPx,
    ),
  );
  return {
    network: slope > 0 ? rescaled(network, factor, offset) : network,
    candidates,
    threshold: bestThreshold(candidates.flatMap((own) => own.map(({ score }) => score))),
  };
}
