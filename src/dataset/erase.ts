/** Which picks an eraser touches. Coordinates and radius in file pixels. */
import type { Pick } from './picks.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Picks whose centre is at most `radius` from the segment between two positions of a pointer, which may be one. */
export function picksAlong<P extends Point = Pick>(
  picks: readonly P[],
  from: Point,
  to: Point,
  radius: number,
): P[] {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const lengthSquared = dx * dx + dy * dy;
  return picks.filter(({ x, y }) => {
    const along = lengthSquared === 0 ? 0 : ((x - from.x) * dx + (y - from.y) * dy) / lengthSquared;
    const t = Math.min(1, Math.max(0, along));
    return (x - from.x - t * dx) ** 2 + (y - from.y - t * dy) ** 2 <= radius * radius;
  });
}
