/** Looking closely at a picture: what crosses the worker boundary. */
import type { JobOptions } from '../core/progress.ts';
import type { Place } from '../dataset/picks.ts';
import type { GaussianFilter, LengthFilter } from './filters.ts';
import type { ContrastWindow, ImageKind, ShownKind, TilePixels } from './pictures.ts';

/** Of the picture as it fills a screen, in standard deviations from the mean of the raw micrograph, as tiles are. */
export interface PictureHistogram {
  /** Where the first bin begins and the last one ends; what lies beyond is counted in them. */
  readonly low: number;
  readonly high: number;
  readonly counts: Uint32Array<ArrayBuffer>;
  readonly mean: number;
  readonly sigma: number;
}

export interface ProfileRequest {
  /** Pick coordinates, file px. */
  readonly from: Place;
  readonly to: Place;
  /** Across the line so many pixels are averaged. */
  readonly widthPx: number;
}

/** Values along a line, in the file's own units. */
export interface LineProfile {
  /** Distance of two values, file px. */
  readonly stepPx: number;
  /** NaN outside the picture. */
  readonly values: Float32Array<ArrayBuffer>;
}

/** Whole pixels of a picture, file px. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** In the file's own units; NaN where there is no pixel. */
export interface RegionStatistics {
  readonly region: Region;
  readonly mean: number;
  /** Divided by n. */
  readonly sigma: number;
  readonly min: number;
  readonly max: number;
}

/** Tiles of one level beside each other: which part of a picture is filtered for a look. */
export interface TileBlock {
  readonly level: number;
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

export type LiveFilter = LengthFilter | GaussianFilter;

/** A part of the picture, filtered at the size of the screen. */
export interface FilteredBlock extends TilePixels {
  /** Automatic contrast of this part. */
  readonly contrast: ContrastWindow;
}

/** The part of `ComputeApi` about looking closely. */
export interface InspectionApi {
  histogram(id: number, kind: ShownKind): Promise<PictureHistogram>;
  lineProfile(id: number, kind: ImageKind, request: ProfileRequest, job: MessagePort): Promise<LineProfile>;
  /** Of what of the region lies on the picture. */
  regionStatistics(id: number, kind: ImageKind, region: Region, job: MessagePort): Promise<RegionStatistics>;
  /**
   * Filters tiles of the raw picture as they are on the screen, fast enough to follow a slider; long waves are only as right
   * as the part is large. @throws UsageError for a block that is not on the picture.
   */
  filterBlock(id: number, filter: LiveFilter, block: TileBlock): Promise<FilteredBlock>;
}

/** The same as the page sees it. */
export interface InspectionClient {
  histogram(id: number, kind: ShownKind): Promise<PictureHistogram>;
  lineProfile(
    id: number,
    kind: ImageKind,
    request: ProfileRequest,
    options?: JobOptions,
  ): Promise<LineProfile>;
  regionStatistics(
    id: number,
    kind: ImageKind,
    region: Region,
    options?: JobOptions,
  ): Promise<RegionStatistics>;
  filterBlock(id: number, filter: LiveFilter, block: TileBlock): Promise<FilteredBlock>;
}
