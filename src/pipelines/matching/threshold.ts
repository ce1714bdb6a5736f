import type { Candidate } from '../picking/candidates.ts';

/** Of what is found, so much may be noise at the suggested threshold. */
const falsePart = 0.1;

/**
 * The lowest score at which a tenth of what is found is expected to be false. What the same search finds of opposite contrast are
 * decoys: noise knows no sign, so that as many false candidates as decoys are to be expected above any score (as decoys tell in mass
 * spectrometry; Elias and Gygi 2007). The search has to have found some decoys, or its lowest score will do.
 * @param candidates and decoys, thinned alike; best first.
 */
export function thresholdByDecoys(candidates: readonly Candidate[], decoys: readonly Candidate[]): number {
  let threshold = candidates[0]?.score ?? 0;
  let falseOnes = 0;
  for (const [i, { score }] of candidates.entries()) {
    while ((decoys[falseOnes]?.score ?? Number.NEGATIVE_INFINITY) >= score) falseOnes++;
    if (falseOnes <= falsePart * (i + 1)) threshold = score;
  }
  return threshold;
}

/** False candidates to be expected above a score. */
export function expectedFalse(decoys: readonly Candidate[], threshold: number): number {
  return decoys.filter(({ score }) => score >= threshold).length;
}
