import type { Place } from './picks.ts';
import { PlaceIndex } from './placeIndex.ts';

/** Tells whether a place is at least `radius` from all that are taken; quick for thousands of both. */
export function isFreeOf(taken: readonly Place[], radius: number): (place: Place) => boolean {
  const index = new PlaceIndex(taken, radius);
  return (place) => !index.hasWithin(place, radius);
}
