/** What is found out about the ways to lay a gain reference on a movie. */
import type { GainOperation, GainOrientation } from './exposure.ts';

/** A small grey picture, row-major, one byte a pixel. */
export interface Thumbnail {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** One of the eight ways, judged by what is left of the detector's pattern. All but its size is undefined where that is not the frames'. */
export interface JudgedOrientation {
  readonly orientation: GainOrientation;
  /** Of the reference so turned, px. */
  readonly width: number;
  readonly height: number;
  readonly fits: boolean;
  /** Of the fixed patterns of raw sum and reference: below 0 where it multiplies, above where it divides. */
  readonly correlation: number | undefined;
  /** The correlation in standard errors of that of unrelated patterns. */
  readonly z: number | undefined;
  /** Pixel-to-pixel variance after correction, by the operation that the correlation speaks for, over that before: below 1 is better. */
  readonly residual: number | undefined;
  /** The sum so corrected, its pattern made visible; the same grey levels for all. */
  readonly thumbnail: Thumbnail | undefined;
}

export interface GainJudgement {
  readonly orientations: readonly JudgedOrientation[];
  /** What the pattern speaks for; undefined where it speaks for none. */
  readonly proposal: { readonly orientation: GainOrientation; readonly operation: GainOperation } | undefined;
  /** The verdict in a sentence. */
  readonly verdict: string;
}
