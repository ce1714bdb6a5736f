import { NearestPoints, type Point } from './nearestPoints.ts';

export type { Point } from './nearestPoints.ts';

export interface ScoredPoint extends Point {
  /** Larger is better; picks without a score share one threshold. */
  readonly score?: number | undefined;
}

export interface Match {
  /** Index of the pick. */
  readonly pick: number;
  readonly score: number;
  /** Index of the particle, or −1. */
  readonly truth: number;
  /** Distance to it, px; NaN without one. */
  readonly distance: number;
}

/**
 * What each pick matched, one to one: picks in order of falling score (equal scores in the order given), each the nearest
 * particle within the radius that is still free. So the matches of the picks above any threshold are the first ones.
 * @param radiusPx more than 0.
 */
export function matchPicks(
  picks: readonly ScoredPoint[],
  truth: readonly Point[],
  radiusPx: number,
): Match[] {
  const particles = new NearestPoints(truth, radiusPx);
  const ordered = picks.map(({ x, y, score = 0 }, pick) => ({ pick, x, y, score }));
  // Two infinite scores differ by NaN.
  ordered.sort((a, b) => b.score - a.score || 0);
  return ordered.map(({ pick, x, y, score }) => {
    const found = particles.nearest({ x, y });
    if (!found) return { pick, score, truth: -1, distance: Number.NaN };
    particles.take(found.index);
    return { pick, score, truth: found.index, distance: found.distance };
  });
}
