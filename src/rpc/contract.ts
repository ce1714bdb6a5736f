/**
 * What the page may ask of the compute worker. Plain data and transferables only; long calls take a `JobPort`
 * (see `job.ts`) over which progress comes back and an abort goes out.
 */
import type { PixelStatistics } from '../dataset/micrograph.ts';
import type { Pick } from '../dataset/picks.ts';
import type { PickMethod, Provenance } from '../dataset/session.ts';

export interface GpuReport {
  readonly available: boolean;
  /** "NVIDIA GeForce RTX 4070 (vulkan)", or why there is none, in a sentence. */
  readonly description: string;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

/** The two pictures of a micrograph. `filtered` exists once `filter` has run. */
export type ImageKind = 'raw' | 'filtered';

/** Black and white points, in standard deviations from the mean of the raw micrograph. */
export interface ContrastWindow {
  readonly black: number;
  readonly white: number;
}

export interface PyramidShape {
  /** Edge of a square tile, px; tiles at the right and lower border are cut to the image. */
  readonly tileSize: number;
  /** Level 0 is the full picture; level L is ceil(width / 2^L) × ceil(height / 2^L). */
  readonly levels: number;
}

export interface OpenedMicrograph {
  /** Handle for all other calls; good until `close` or a new worker. */
  readonly id: number;
  readonly fingerprint: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly frame: number;
  readonly pixelSizeAngstrom: number | undefined;
  readonly description: string;
  readonly warnings: readonly string[];
  readonly statistics: PixelStatistics;
  /** Automatic contrast from percentiles of the picture. */
  readonly contrast: ContrastWindow;
  readonly pyramid: PyramidShape;
}

/** Pixels of one tile: float16 bit patterns of (value − raw mean) / raw standard deviation, row-major. */
export interface TilePixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint16Array<ArrayBuffer>;
}

export interface FilterParameters {
  readonly pixelSizeAngstrom: number;
  /** Half-amplitude wavelengths, Å; undefined is off. */
  readonly lowpassAngstrom: number | undefined;
  readonly highpassAngstrom: number | undefined;
}

export interface FilterResult {
  /** Changes with the parameters: tiles of another version are stale. */
  readonly version: string;
  readonly contrast: ContrastWindow;
  readonly seconds: number;
}

export interface PickParameters {
  readonly pixelSizeAngstrom: number;
  readonly diameterAngstrom: number;
  readonly method: PickMethod;
  readonly brightParticles: boolean;
}

export interface PickResult {
  /** Every candidate above a very low score, best first. */
  readonly picks: readonly Pick[];
  /** The threshold that the method suggests. */
  readonly suggestedThreshold: number;
  readonly provenance: Provenance;
  readonly seconds: number;
}

export interface DemoResult {
  /** The simulated micrograph as an MRC file, to be opened like any other. */
  readonly file: File;
  readonly diameterAngstrom: number;
  readonly truth: readonly { readonly x: number; readonly y: number }[];
}

export interface ComputeApi {
  /** Starts the GPU; never throws for want of one. */
  start(): Promise<GpuReport>;
  /** Reads the header and pixels of one frame. @throws FormatError as an Error with our sentence. */
  open(file: File, frame: number, job: MessagePort): Promise<OpenedMicrograph>;
  close(id: number): Promise<void>;
  tile(id: number, kind: ImageKind, level: number, column: number, row: number): Promise<TilePixels>;
  /** The value of one pixel, in the file's own units, or undefined where it is not known. */
  valueAt(id: number, kind: ImageKind, x: number, y: number): Promise<number | undefined>;
  filter(id: number, parameters: FilterParameters, job: MessagePort): Promise<FilterResult>;
  /** The filtered picture as an MRC file (mode 2). */
  exportFiltered(id: number, job: MessagePort): Promise<Blob>;
  pick(id: number, parameters: PickParameters, job: MessagePort): Promise<PickResult>;
  /** Simulates the demo micrograph, always the same. */
  demo(job: MessagePort): Promise<DemoResult>;
  /** Bytes in the tile cache and its budget. */
  cacheUsage(): Promise<{ readonly bytes: number; readonly budget: number; readonly tiles: number }>;
  clearCache(): Promise<void>;
}
