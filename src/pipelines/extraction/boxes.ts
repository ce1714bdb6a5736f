/** Boxes of particles, one after the other; see README.md for the conventions. */
import { CryoliteError } from '../../core/errors.ts';
import { FourierCrop } from './fourierCrop.ts';
import { BackgroundNormaliser } from './normalise.ts';
import type { Picture } from './picture.ts';
import type { BoxSettings } from './settings.ts';

export interface Centre {
  /** Column and row of the particle's centre in the picture, px. */
  readonly x: number;
  readonly y: number;
}

/** A particle cut out. */
export interface ParticleBox {
  /** Which of the picks, from 0. */
  readonly index: number;
  /** binnedPx × binnedPx, row-major; the caller owns them. */
  readonly pixels: Float32Array<ArrayBuffer>;
  /** Pixel of the picture that lies at pixel side/2 of the box. */
  readonly pixel: Centre;
  /** From there to the pick itself, px of the picture: −1 < x, y < 1. */
  readonly remainder: Centre;
  /** Part of the box lies outside the picture, whose edge is repeated there. */
  readonly isOverEdge: boolean;
  /** The background has no contrast, so the box is not normalised. */
  readonly isFlat: boolean;
}

/**
 * Refuses what can't be cut out, before anything is.
 * @param name of the micrograph, for the sentence.
 * @throws CryoliteError 'no-picks', 'box-too-large' or 'outside'.
 */
export function checkPicks(
  name: string,
  { width, height }: Pick<Picture, 'width' | 'height'>,
  picks: readonly Centre[],
  { boxPx }: Pick<BoxSettings, 'boxPx'>,
): void {
  if (picks.length === 0) {
    throw new CryoliteError('no-picks', `${name} has no picks: there is nothing to extract.`);
  }
  if (boxPx > Math.min(width, height)) {
    throw new CryoliteError(
      'box-too-large',
      `${name} has ${width} × ${height} pixels, so no box of ${boxPx} px fits: give a smaller box.`,
    );
  }
  const outside = picks.filter(
    ({ x, y }) => !overlaps(wholePart(x), width, boxPx) || !overlaps(wholePart(y), height, boxPx),
  );
  const [first] = outside;
  if (first) {
    throw new CryoliteError(
      'outside',
      `${name} has ${width} × ${height} pixels, and ${outside.length} of its ${picks.length} picks lie outside, such as (${first.x}, ${first.y}): they belong to a picture of another size.`,
    );
  }
}

/** A warning where the picks look like those of a smaller copy of the picture. */
export function doubtOf(
  { width, height }: Pick<Picture, 'width' | 'height'>,
  picks: readonly Centre[],
): string | undefined {
  const isCorner = picks.every(({ x, y }) => x < width / 2 && y < height / 2);
  return picks.length >= enoughToTell && isCorner
    ? `all ${picks.length} picks lie in one quarter of the micrograph: were they made on a binned copy?`
    : undefined;
}

/** Picks all over a micrograph lie in its first quarter once in 4^12. */
const enoughToTell = 12;

function overlaps(pixel: number, length: number, boxPx: number): boolean {
  const first = pixel - boxPx / 2;
  return Number.isFinite(pixel) && first + boxPx - 1 >= 0 && first < length;
}

/**
 * Cuts the particles out one by one: cut, bin, normalise, invert. Picks are taken to have passed `checkPicks`.
 * @param transfer low-pass while binning, in cycles per pixel of the binned box.
 */
export function* extractBoxes(
  picture: Picture,
  picks: readonly Centre[],
  settings: BoxSettings,
  transfer?: (cyclesPerPixel: number) => number,
): Generator<ParticleBox> {
  const { boxPx, binnedPx, invert, backgroundRadiusPx } = settings;
  const crop =
    binnedPx < boxPx || transfer !== undefined ? new FourierCrop(boxPx, binnedPx, transfer) : undefined;
  const normaliser =
    backgroundRadiusPx === undefined ? undefined : new BackgroundNormaliser(binnedPx, backgroundRadiusPx);
  for (const [index, { x, y }] of picks.entries()) {
    const pixel = { x: wholePart(x), y: wholePart(y) };
    const cut = new Float32Array(boxPx * boxPx);
    const isOverEdge = cutBox(picture, pixel, boxPx, cut);
    const pixels = crop ? crop.run(cut) : cut;
    const isFlat = normaliser ? !normaliser.run(pixels) : false;
    if (invert) for (let i = 0; i < pixels.length; i++) pixels[i] = -(pixels[i] ?? 0);
    yield { index, pixels, pixel, remainder: { x: x - pixel.x, y: y - pixel.y }, isOverEdge, isFlat };
  }
}

/** Towards 0, as RELION takes a coordinate; never −0. */
function wholePart(coordinate: number): number {
  return Math.trunc(coordinate) + 0;
}

/** Copies a box; outside the picture its nearest pixel is repeated. @returns whether that was needed. */
function cutBox(
  { data, width, height }: Picture,
  { x, y }: Centre,
  side: number,
  into: Float32Array,
): boolean {
  const [left, top] = [x - side / 2, y - side / 2];
  const isOverEdge = left < 0 || top < 0 || left + side > width || top + side > height;
  for (let row = 0; row < side; row++) {
    const from = Math.min(height - 1, Math.max(0, top + row)) * width;
    if (!isOverEdge) {
      into.set(data.subarray(from + left, from + left + side), row * side);
      continue;
    }
    for (let column = 0; column < side; column++) {
      into[row * side + column] = data[from + Math.min(width - 1, Math.max(0, left + column))] ?? 0;
    }
  }
  return isOverEdge;
}
