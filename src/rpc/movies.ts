/** Movies and their gain references, as they cross the worker boundary. */
import type { FrameRange, GainOperation, GainOrientation } from '../dataset/exposure.ts';
import type { PixelStatistics } from '../dataset/micrograph.ts';
import type { ContrastWindow } from './pictures.ts';

/** A gain reference laid on the frames of a movie. */
export interface GainUse {
  /** Handle from `openGain`. */
  readonly gain: number;
  readonly operation: GainOperation;
  readonly orientation: GainOrientation;
}

/** The picture that is made of a movie: which frames are summed, and how the detector is corrected. */
export interface Exposure {
  /** A range of one frame shows that frame alone. */
  readonly range: FrameRange;
  readonly removeHotPixels: boolean;
  readonly gain: GainUse | undefined;
}

/** Numbers about the picture made of a movie. Undefined where it came from the cache and was not made again. */
export interface ExposureReport {
  readonly exposure: Exposure;
  readonly hotPixels: number | undefined;
  /** Pixels that the gain reference marks as dead. */
  readonly defects: number | undefined;
}

/** What `expose` has made; the filtered picture is gone, since it was made of another. */
export interface ExposureResult extends ExposureReport {
  /** Tiles of another version are stale. */
  readonly version: string;
  readonly statistics: PixelStatistics;
  readonly contrast: ContrastWindow;
  readonly seconds: number;
}

export interface OpenedGain {
  /** Handle for `GainUse`; good until `closeGain` or a new worker. */
  readonly id: number;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly description: string;
  readonly warnings: readonly string[];
}

/** One way to lay a gain reference on a movie, judged by what is left of the detector's pattern. */
export interface JudgedOrientation {
  readonly orientation: GainOrientation;
  /** Size of the reference so turned, px; where it is not the frames' size nothing else is known. */
  readonly width: number;
  readonly height: number;
  readonly fits: boolean;
  /** Correlation of the fixed patterns, signed, and how many standard errors it is from none. */
  readonly correlation: number | undefined;
  readonly z: number | undefined;
  /** Pixel-to-pixel variance after correction over the variance before: below 1 is better. */
  readonly residual: number | undefined;
  /** The corrected sum as grey levels, its pattern visible; the same stretch for all. */
  readonly thumbnail: Thumbnail | undefined;
}

/** A small grey picture, row-major, one byte a pixel. */
export interface Thumbnail {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

export interface GainJudgement {
  readonly orientations: readonly JudgedOrientation[];
  /** The best one and what to do with it; undefined when none stands out. */
  readonly proposal: { readonly orientation: GainOrientation; readonly operation: GainOperation } | undefined;
  /** What the origin of the files suggests, where the pattern tells nothing. */
  readonly customary: { readonly orientation: GainOrientation; readonly operation: GainOperation };
  /** The verdict in a sentence. */
  readonly verdict: string;
}

/** Which frames of the range go into an exported sum; frame 1 is odd. */
export type SumPart = 'all' | 'even' | 'odd';
