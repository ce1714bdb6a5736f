/** Two whole numbers, one for each axis. */
export interface Pair {
  readonly x: number;
  readonly y: number;
}

/** Pixels beyond (or off) the four sides of a picture. */
export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** How a kernel slides over a picture: its taps, px from one result to the next, px from one tap to the next. */
export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
}

/** What lies beyond a picture's edges: zeros, or its mirror image about the outermost pixel (2 1 | 0 1 2). */
export type PaddingMode = 'zero' | 'reflect';

export type Axis = 'x' | 'y';

export const noMargins: Margins = { left: 0, right: 0, top: 0, bottom: 0 };

/** The margins before and after the picture along an axis. */
export function marginsAlong(margins: Margins, axis: Axis): readonly [before: number, after: number] {
  return axis === 'x' ? [margins.left, margins.right] : [margins.top, margins.bottom];
}

/** Pixels from a window's first tap to its last, both counted. */
export function extentAlong({ kernel, dilation }: Window, axis: Axis): number {
  return (kernel[axis] - 1) * dilation[axis] + 1;
}
