/** Gain references: read, turned as they lie on the frames, and made into what each count of a pixel is worth. */
import { FormatError } from '../core/errors.ts';
import type { ImageFormat } from '../formats/image.ts';
import type { GainOperation, GainOrientation } from './exposure.ts';
import type { Micrograph } from './micrograph.ts';

/** A gain reference: one value a pixel of the detector, row-major, width × height. */
export interface Gain {
  /** File name without folders. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly pixels: Float32Array<ArrayBuffer>;
}

/** A gain reference and how it is laid on a movie. */
export interface GainCorrection {
  readonly gain: Gain;
  readonly operation: GainOperation;
  readonly orientation: GainOrientation;
}

/** Rows read at a time: 8 MiB of floats. */
const stripPixels = 2 << 20;

/**
 * Reads a gain reference from anything that `openMicrograph` opens.
 * @throws FormatError wrong-shape when the file holds more than one picture; others when it can't be read.
 */
export async function readGain(micrograph: Micrograph): Promise<Gain> {
  const { name, width, height, frames } = micrograph;
  if (frames !== 1) {
    throw new FormatError(
      'wrong-shape',
      name,
      `has ${frames} frames, but a gain reference is one picture: choose the reference, not a movie.`,
    );
  }
  const pixels = new Float32Array(width * height);
  const rowsAtOnce = Math.max(1, Math.floor(stripPixels / width));
  for (let row = 0; row < height; row += rowsAtOnce) {
    pixels.set(await micrograph.readRows(0, row, Math.min(rowsAtOnce, height - row)), row * width);
  }
  return { name, width, height, pixels };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size that a picture has when it is so turned. */
export function orientedSize({ width, height }: Size, orientation: GainOrientation): Size {
  return orientation % 2 === 0 ? { width, height } : { width: height, height: width };
}

/**
 * Where the pixels of a turned picture come from: pixel (x, y) of it is stored at start + x · across + y · down.
 * One quarter turn counter-clockwise brings the right column to the top row: turned(x, y) = stored(width − 1 − y, x).
 */
export function orientedSteps(
  { width, height }: Size,
  orientation: GainOrientation,
): { readonly start: number; readonly across: number; readonly down: number } {
  const last = width * height - 1;
  const turned = (
    [
      { start: 0, across: 1, down: width },
      { start: width - 1, across: width, down: -1 },
      { start: last, across: -1, down: -width },
      { start: last - (width - 1), across: -width, down: 1 },
    ] as const
  )[orientation % 4] ?? { start: 0, across: 1, down: width };
  if (orientation < 4) return turned;
  const { start, across, down } = turned;
  return {
    start: start + (orientedSize({ width, height }, orientation).width - 1) * across,
    across: -across,
    down,
  };
}

/** The gain reference turned as `orientation` says; itself where that is not at all. */
export function orientGain(gain: Gain, orientation: GainOrientation): Gain {
  if (orientation === 0) return gain;
  const { width, height } = orientedSize(gain, orientation);
  const { start, across, down } = orientedSteps(gain, orientation);
  const pixels = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    let from = start + y * down;
    for (let to = y * width; to < (y + 1) * width; to++) {
      pixels[to] = gain.pixels[from] ?? 0;
      from += across;
    }
  }
  return { name: gain.name, width, height, pixels };
}

/** Whether the gain reference, so turned, has the shape of the frames. */
export function gainFits(gain: Size, orientation: GainOrientation, frames: Size): boolean {
  const { width, height } = orientedSize(gain, orientation);
  return width === frames.width && height === frames.height;
}

/** @throws FormatError wrong-shape, which tells both shapes, where the gain reference does not fit the movie. */
export function checkGainShape(
  gain: Gain,
  orientation: GainOrientation,
  movie: Size & { readonly name: string },
): void {
  if (gainFits(gain, orientation, movie)) return;
  const { width, height } = orientedSize(gain, orientation);
  const turned = orientation === 0 ? '' : ` in orientation ${orientation}`;
  const advice = gainFits(gain, 1, movie)
    ? 'turn it by a quarter: orientation 1, 3, 5 or 7'
    : gainFits(gain, 0, movie)
      ? 'do not turn it by a quarter: orientation 0, 2, 4 or 6'
      : 'choose the reference of the same detector and mode';
  throw new FormatError(
    'wrong-shape',
    gain.name,
    `is ${width} × ${height} px${turned}, but the frames of ${movie.name} are ${movie.width} × ${movie.height} px: ${advice}.`,
  );
}

/** What is done with a gain reference, and how it is laid on the frames. */
export interface GainUsage {
  readonly operation: GainOperation;
  readonly orientation: GainOrientation;
}

/**
 * What is done with a gain reference of this origin by custom: an MRC reference of an EER movie holds the detector's
 * response, and divides; TIFF `.gain` files and references of K2 and K3 (MRC, DM4) hold its inverse, and multiply.
 * References lie on the frames as both are read, but a TIFF one on an EER movie as it is stored (RELION takes its own
 * flip of TIFF back there): upside down of how TIFF is read.
 */
export function customaryUsage(gain: ImageFormat, movie: ImageFormat): GainUsage {
  return {
    operation: gain === 'MRC' && movie === 'EER' ? 'divide' : 'multiply',
    orientation: gain === 'TIFF' && movie === 'EER' ? upsideDown : 0,
  };
}

/** Half a turn, then mirrored left-right. */
const upsideDown: GainOrientation = 6;

/**
 * What each count is worth, as the gain lies on the frames: g, or mean / g where it divides, so that counts stay counts
 * (RELION does so too: `EERRenderer::upsampleEERGain`; here the mean leaves out defects). 0 marks a defect: a value that
 * is 0, negative, NaN or infinite.
 */
export function gainFactors({ gain, operation, orientation }: GainCorrection): Float32Array<ArrayBuffer> {
  const { pixels } = orientGain(gain, orientation);
  const factors = new Float32Array(pixels.length);
  const numerator = operation === 'divide' ? goodMean(pixels) : 1;
  for (let i = 0; i < factors.length; i++) {
    const value = pixels[i] ?? 0;
    if (!isGood(value)) continue;
    const factor = Math.fround(operation === 'divide' ? numerator / value : value);
    // The inverse of a denormal is infinite.
    if (isGood(factor)) factors[i] = factor;
  }
  return factors;
}

/** Whether a gain value is one, and not the mark of a defect. */
export function isGood(value: number): boolean {
  return value > 0 && value < Number.POSITIVE_INFINITY;
}

function goodMean(pixels: Float32Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i] ?? 0;
    if (!isGood(value)) continue;
    sum += value;
    count++;
  }
  return count > 0 ? sum / count : 1;
}
