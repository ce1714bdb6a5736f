/** What is summed of a movie, and how its detector is corrected. Plain data: it crosses to the worker and is kept. */

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
