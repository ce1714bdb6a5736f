/** How many raw frames of an EER movie make one frame of it. */
import { UsageError } from '../../core/errors.ts';

/** "About 0.5 to 1.25 e/Å²" (RELION's documentation, Movie Compression). */
const wantedDosePerFraction = 1;
/** RELION's own default, for movies whose dose can't be told. */
const usualFramesPerFraction = 40;
/** Counts of a fraction have 16 bits, and a raw frame adds one at most. */
const mostFramesPerFraction = 65_535;

/**
 * A number of raw frames whose fractions have about 1 e/Å² each, or about 40 raw frames where the dose is not known:
 * the one that leaves over the fewest raw frames for this number of fractions.
 * @param dosePerRawFrame electrons per Å², undefined where it is not known.
 */
export function defaultFramesPerFraction(rawFrames: number, dosePerRawFrame: number | undefined): number {
  const wanted =
    dosePerRawFrame !== undefined && dosePerRawFrame > 0
      ? wantedDosePerFraction / dosePerRawFrame
      : usualFramesPerFraction;
  const fractions = Math.min(rawFrames, Math.max(1, Math.round(rawFrames / wanted)));
  return Math.min(mostFramesPerFraction, Math.floor(rawFrames / fractions));
}

/** @throws UsageError when the number that a user gave can't be one of any movie. */
export function checkFramesPerFraction(framesPerFraction: number): void {
  if (
    !Number.isInteger(framesPerFraction) ||
    framesPerFraction < 1 ||
    framesPerFraction > mostFramesPerFraction
  ) {
    throw new UsageError(
      `${framesPerFraction} raw frames can't make a fraction: choose a whole number from 1 to ${mostFramesPerFraction}.`,
    );
  }
}
