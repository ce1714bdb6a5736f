/** Which candidates are taken for particles, where scores are chances. */

/**
 * The largest F1 to be expected where scores are chances, and the threshold where it is.
 * @param chances of all candidates.
 */
export function expectedBest(chances: readonly number[]): {
  readonly threshold: number;
  readonly f1: number;
} {
  const sorted = [...chances].sort((a, b) => b - a);
  const particles = sorted.reduce((sum, chance) => sum + chance, 0);
  let [good, best, threshold] = [0, 0, 0.5];
  for (const [i, chance] of sorted.entries()) {
    good += chance;
    const f1 = (2 * good) / (i + 1 + particles);
    if (f1 > best) [best, threshold] = [f1, chance];
  }
  return { threshold, f1: best };
}

/** The threshold of the largest F1 to be expected. */
export function bestThreshold(chances: readonly number[]): number {
  return expectedBest(chances).threshold;
}

/** A part of the usual threshold under which it is not lowered: pictures without particles have doubtful candidates, too. */
const lowest = 0.5;

/**
 * The threshold for one micrograph: that of the largest F1 to be expected of its own candidates. On micrographs so noisy
 * that no candidate is sure it is half of what may be hoped for (Lipton et al. 2014), where the usual threshold, of good
 * and bad micrographs together, would leave out most particles; it is never above the usual one.
 * @param chances of the micrograph's candidates.
 * @param usual the model's threshold.
 */
export function ownThreshold(chances: readonly number[], usual: number): number {
  if (chances.length === 0) return usual;
  return Math.min(usual, Math.max(lowest * usual, bestThreshold(chances)));
}
