import type { Place } from './picks.ts';

/**
 * Tells whether a place is at least `radius` from all that are taken. A grid of radius-sized cells keeps it quick for
 * thousands of both.
 */
export function isFreeOf(taken: readonly Place[], radius: number): (place: Place) => boolean {
  const cells = new Map<string, Place[]>();
  const cellOf = (value: number): number => Math.floor(value / radius);
  for (const place of taken) {
    const key = `${cellOf(place.x)} ${cellOf(place.y)}`;
    const cell = cells.get(key);
    if (cell) cell.push(place);
    else cells.set(key, [place]);
  }
  return ({ x, y }) => {
    for (let row = -1; row <= 1; row++) {
      for (let column = -1; column <= 1; column++) {
        const near = cells.get(`${cellOf(x) + column} ${cellOf(y) + row}`);
        if (near?.some((place) => Math.hypot(place.x - x, place.y - y) < radius)) return false;
      }
    }
    return true;
  };
}
