import { UsageError } from '../../core/errors.ts';

/**
 * How wide a particle shall be in the picture of a dense network, px. Topaz's detectors of either depth (fields of 71 and
 * 91 px) get apoferritin at a third with it, as they are customarily used, also where its diameter is given generously.
 */
const usualDiameterPx = 28;
/** A network that sees less than Topaz's gets particles that fill no more of its field: the rest is their surroundings. */
const largestPart = 0.4;

/** The smallest particle, in pixels of the smaller picture, that can be told from a speck. */
const smallestDiameterPx = 4;

const largestScale = (diameterPx: number): number => Math.max(1, Math.floor(diameterPx / smallestDiameterPx));

/**
 * How many times smaller a micrograph is made for a dense network: the nearest whole number. Not the next
 * larger: of 178 apoferritins that are said to have 130 Å Topaz's resnet8_u32 finds 166 at a third, 144 at a quarter.
 * @param diameterPx in the file.
 * @param fieldPx side of the square that a score depends on.
 */
export function suggestedScale(diameterPx: number, fieldPx: number): number {
  const wanted = Math.min(usualDiameterPx, largestPart * fieldPx);
  return Math.max(1, Math.min(Math.round(diameterPx / wanted), largestScale(diameterPx)));
}

/** @throws UsageError where a picture that much smaller would have no particles any more. */
export function checkScale(scale: number, diameterPx: number): void {
  if (scale >= 1 && diameterPx / scale >= smallestDiameterPx) return;
  throw new UsageError(
    `A scale of ${scale} does not suit a particle of ${Math.round(diameterPx)} pixels: give one from 1 to ${largestScale(diameterPx)}.`,
  );
}
