import { isShown, type Pick } from '../../dataset/picks.ts';
import type { Point } from './transform.ts';

/** The shown pick nearest to a point within a radius, all in file pixels. */
export function nearestPick(
  picks: readonly Pick[],
  threshold: number,
  point: Point,
  radius: number,
): Pick | undefined {
  let best: Pick | undefined;
  let bestSquare = radius * radius;
  for (const pick of picks) {
    const square = (pick.x - point.x) ** 2 + (pick.y - point.y) ** 2;
    if (square <= bestSquare && isShown(pick, threshold)) {
      best = pick;
      bestSquare = square;
    }
  }
  return best;
}
