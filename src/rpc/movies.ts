/** Movies and their gain references, as they cross the worker boundary. */
import type { FrameRange, GainOperation, GainOrientation } from '../dataset/exposure.ts';
import type { GainJudgement as JudgedGain } from '../dataset/gainJudgement.ts';
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

export type { JudgedOrientation, Thumbnail } from '../dataset/gainJudgement.ts';

export interface GainJudgement extends JudgedGain {
  /** What the origin of the files suggests, where the pattern tells nothing. */
  readonly customary: { readonly orientation: GainOrientation; readonly operation: GainOperation };
}

/** Which frames of the range go into an exported sum; frame 1 is odd. */
export type SumPart = 'all' | 'even' | 'odd';
