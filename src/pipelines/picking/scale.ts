import { UsageError } from '../../core/errors.ts';

/**
 * The part of its field that a dense network shall see filled by a particle, at most: the rest is its surroundings. With
 * it Topaz's networks get apoferritin at a third, as they are customarily used.
 */
const particlePart = 0.4;

/** The smallest particle, in pixels of the smaller picture, that can be told from a speck. */
const smallestDiameterPx = 4;

const largestScale = (diameterPx: number): number => Math.max(1, Math.floor(diameterPx / smallestDiameterPx));

/** How many times smaller a micrograph is made, so that a particle fits a network's field well: a whole number. */
export function suggestedScale(diameterPx: number, fieldPx: number): number {
  return Math.max(1, Math.min(Math.ceil(diameterPx / (particlePart * fieldPx)), largestScale(diameterPx)));
}

/** @throws UsageError where a picture that much smaller would have no particles any more. */
export function checkScale(scale: number, diameterPx: number): void {
  if (scale >= 1 && diameterPx / scale >= smallestDiameterPx) return;
  throw new UsageError(
    `A scale of ${scale} does not suit a particle of ${Math.round(diameterPx)} pixels: give one from 1 to ${largestScale(diameterPx)}.`,
  );
}
