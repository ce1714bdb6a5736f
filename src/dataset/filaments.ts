/** Geometry of filaments; all in px of the file. */
import type { Filament, Place } from './picks.ts';

/** Shorter than this a filament would be a slip of the hand. */
export const LEAST_FILAMENT_PX = 4;

export type FilamentPart = 'start' | 'end' | 'axis';

export interface FilamentHit {
  readonly filament: Filament;
  readonly part: FilamentPart;
}

export function filamentLengthPx({ start, end }: Filament): number {
  return Math.hypot(end.x - start.x, end.y - start.y);
}

export function distanceToSegment({ x, y }: Place, from: Place, to: Place): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const lengthSquared = dx * dx + dy * dy;
  const share = lengthSquared === 0 ? 0 : ((x - from.x) * dx + (y - from.y) * dy) / lengthSquared;
  const t = Math.min(1, Math.max(0, share));
  return Math.hypot(x - from.x - t * dx, y - from.y - t * dy);
}

/** The filament that a pointer is on, its ends first; the latest lies on top. */
export function filamentAt(
  filaments: readonly Filament[],
  at: Place,
  endReachPx: number,
  axisReachPx: number,
): FilamentHit | undefined {
  const near = (place: Place): boolean => Math.hypot(place.x - at.x, place.y - at.y) <= endReachPx;
  for (const filament of filaments.toReversed()) {
    if (near(filament.start)) return { filament, part: 'start' };
    if (near(filament.end)) return { filament, part: 'end' };
  }
  const filament = filaments.findLast(({ start, end }) => distanceToSegment(at, start, end) <= axisReachPx);
  return filament && { filament, part: 'axis' };
}

/** The same filament with an end elsewhere, or all of it moved. */
export function withPartAt(hit: FilamentHit, from: Place, to: Place): Filament {
  const { filament, part } = hit;
  const by = { x: to.x - from.x, y: to.y - from.y };
  const shifted = ({ x, y }: Place): Place => ({ x: x + by.x, y: y + by.y });
  return {
    ...filament,
    start: part === 'end' ? filament.start : shifted(filament.start),
    end: part === 'start' ? filament.end : shifted(filament.end),
  };
}

/** Whether any part of two segments meets, or one end lies within reach of the other. */
export function segmentsNear(a: Place, b: Place, c: Place, d: Place, reach: number): boolean {
  if (cross(a, b, c, d)) return true;
  return (
    Math.min(
      distanceToSegment(a, c, d),
      distanceToSegment(b, c, d),
      distanceToSegment(c, a, b),
      distanceToSegment(d, a, b),
    ) <= reach
  );
}

function cross(a: Place, b: Place, c: Place, d: Place): boolean {
  const side = (p: Place, q: Place, r: Place): number =>
    Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
}
