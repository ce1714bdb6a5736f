/** The pictures of a micrograph, and what is drawn of them. */

/** What `filter` makes: a filter leaves frequencies out, a denoiser estimates what is there. */
export type MadeKind = 'filtered' | 'denoised';

/** The pictures of a micrograph. Those that are made exist, each, once `filter` has run with a method of its kind. */
export type ImageKind = 'raw' | MadeKind;

/** What is looked at: the residual is raw less what was made last, in the same units. */
export type ShownKind = ImageKind | 'residual';

/** Black and white points, in standard deviations from the mean of the raw micrograph. */
export interface ContrastWindow {
  readonly black: number;
  readonly white: number;
}

/** Pixels of one tile: float16 bit patterns of (value − raw mean) / raw standard deviation, row-major. */
export interface TilePixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint16Array<ArrayBuffer>;
}
