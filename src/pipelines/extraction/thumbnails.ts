import { type Centre, extractBoxes } from './boxes.ts';
import type { Picture } from './picture.ts';

/** Small pictures of picks, for a gallery. */
export interface Thumbnails {
  /** Side of each, px. */
  readonly sidePx: number;
  /** One after the other in the order of the picks, row-major, black to white. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** Values of the micrograph, or its negative, at black and white; undefined where each picture has its own. */
  readonly range: readonly [number, number] | undefined;
}

export interface ThumbnailOptions {
  /** Side of what is shown of the micrograph, px; even. */
  readonly boxPx: number;
  /** Side of the picture, px; even. A box smaller than that is shown at its own size. */
  readonly sidePx: number;
  /** Particles dark in the micrograph are shown bright. */
  readonly invert: boolean;
  /** What is finer is damped, px of the micrograph: halved at this wavelength. 0 for none. */
  readonly lowpassPx: number;
  /** Each picture by a contrast of its own, so that faint particles are seen as well as strong ones; default false. */
  readonly isContrastOwn?: boolean | undefined;
  /** Of an earlier call, so that the pages of a gallery look alike; by default what suits these picks. */
  readonly range?: readonly [number, number] | undefined;
}

/** Deviations from the mean of all pictures that become black and white. */
const shownDeviations = 3;

/**
 * Low-passed pictures of picks, by the same contrast if not said otherwise, so that a dark box looks dark beside the others.
 * Picks are taken to have passed `checkPicks`; the pictures are to be looked at, and no particle is ever taken from them.
 */
export function thumbnails(
  picture: Picture,
  picks: readonly Centre[],
  { boxPx, sidePx, invert, lowpassPx, range, isContrastOwn = false }: ThumbnailOptions,
): Thumbnails {
  const side = Math.min(sidePx, boxPx);
  const settings = { boxPx, binnedPx: side, invert, backgroundRadiusPx: undefined };
  const boxes: Float32Array[] = [];
  // A cycle per pixel of the picture is side/boxPx of one per pixel of the micrograph.
  const half = lowpassPx > 0 ? boxPx / side / lowpassPx : Number.POSITIVE_INFINITY;
  const transfer = (frequency: number): number => Math.exp(-Math.LN2 * (frequency / half) ** 2);
  for (const { pixels } of extractBoxes(picture, picks, settings, transfer)) boxes.push(pixels);
  const shown = new Uint8ClampedArray(boxes.length * side * side);
  const common = isContrastOwn ? undefined : (range ?? usualRange(boxes));
  for (const [i, box] of boxes.entries()) {
    const [low, high] = common ?? usualRange([box]);
    const scale = high > low ? 255 / (high - low) : 0;
    // A Uint8ClampedArray rounds.
    shown.set(
      box.map((value) => (value - low) * scale),
      i * side * side,
    );
  }
  return { sidePx: side, pixels: shown, range: common };
}

function usualRange(boxes: readonly Float32Array[]): readonly [number, number] {
  let [count, sum, squares] = [0, 0, 0];
  for (const box of boxes) {
    count += box.length;
    for (const value of box) sum += value;
  }
  if (count === 0) return [0, 1];
  const mean = sum / count;
  for (const box of boxes) for (const value of box) squares += (value - mean) ** 2;
  const reach = shownDeviations * Math.sqrt(squares / count);
  return [mean - reach, mean + reach];
}
