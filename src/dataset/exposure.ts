/** What is summed of a movie, and how its detector is corrected. Plain data: it crosses to the worker and is kept. */
import { UsageError } from '../core/errors.ts';

/** Frames from `first` to `last`, both included, counted from 0. */
export interface FrameRange {
  readonly first: number;
  readonly last: number;
}

export type GainOperation = 'multiply' | 'divide';

/**
 * How a gain reference lies on the frames: turned by `orientation mod 4` quarter turns counter-clockwise (row 0 at the
 * top), then, from 4 on, mirrored left-right.
 */
export type GainOrientation = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

export const gainOrientations: readonly GainOrientation[] = [0, 1, 2, 3, 4, 5, 6, 7];

/** How many frames a range has. */
export function frameCount({ first, last }: FrameRange): number {
  return last - first + 1;
}

/** All frames. */
export function wholeRange(frames: number): FrameRange {
  return { first: 0, last: frames - 1 };
}

/** @throws UsageError when the movie has no such frames. */
export function checkRange(name: string, frames: number, { first, last }: FrameRange): void {
  const isRange = Number.isInteger(first) && Number.isInteger(last) && first >= 0 && first <= last;
  if (isRange && last < frames) return;
  throw new UsageError(
    `${name} has ${frames} frame${frames === 1 ? '' : 's'}: there is no range from ${first + 1} to ${last + 1}.`,
  );
}
