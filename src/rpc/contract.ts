/**
 * What the page may ask of the compute worker. Plain data and transferables only; long calls take a `JobPort`
 * (see `job.ts`) over which progress comes back and an abort goes out.
 */
import type { FrameRange, GainOperation, GainOrientation } from '../dataset/exposure.ts';
import type { PixelStatistics } from '../dataset/micrograph.ts';
import type { Pick, Place } from '../dataset/picks.ts';
import type { Provenance, UnaidedMethod } from '../dataset/session.ts';
import type {
  Acquisition,
  ByteSign,
  FileFact,
  FrameKind,
  ImageFormat,
  ReadOptions,
} from '../formats/image.ts';
import type { GpuMemory, GpuReport, NetworkProfile, ProfileRequest } from './diagnostics.ts';
import type { EvaluationApi } from './evaluation.ts';
import type { FilterFindings, FilterParameters } from './filters.ts';
import type { MaskApi } from './masks.ts';
import type { MatchingApi } from './matching.ts';
import type { ModelDescription } from './models.ts';
import type { ParticleApi } from './particles.ts';
import type { PickResult } from './pickResult.ts';
import type { TrainingApi } from './training.ts';
import type { TrustApi } from './trust.ts';

export type { Place } from '../dataset/picks.ts';
export type { GpuMemory, GpuReport, KernelProfile, NetworkProfile, ProfileRequest } from './diagnostics.ts';
export type {
  ComparisonAnswer,
  EvaluationAnswer,
  JudgedMicrograph,
  SideOfEvaluation,
} from './evaluation.ts';
export type { FilterFindings, FilterParameters } from './filters.ts';
export type { QualityReport, QualityRequest } from './masks.ts';
export type {
  MatchingResult,
  OpenedReference,
  ReferenceParameters,
  ReferenceThumbnails,
} from './matching.ts';
export type { ModelDescription, ModelUse } from './models.ts';
export type {
  ClassResult,
  ExtractedBoxes,
  ExtractionRequest,
  ThumbnailRequest,
  ThumbnailSheet,
} from './particles.ts';
export type { PickResult } from './pickResult.ts';
export type {
  TrainingEvent,
  TrainingLook,
  TrainingOutcome,
  TrainingPicture,
  TrainingQuestion,
  TrainingRequest,
  TrainingScore,
  TrainingStart,
} from './training.ts';
export type {
  CrossingReport,
  HalvesBandReport,
  HalvesReport,
  ResidualBandReport,
  ResidualReport,
  TrustRequest,
} from './trust.ts';

/** The two pictures of a micrograph. `filtered` exists once `filter` has run. */
export type ImageKind = 'raw' | 'filtered';

/** What is looked at: the residual is raw less filtered, in the same units. */
export type ShownKind = ImageKind | 'residual';

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

/** What is opened of a file. */
export interface OpenRequest {
  /** Which picture of a stack, from 0; a movie is opened as its sum. */
  readonly frame: number;
  /** What the user says about the file. */
  readonly read: ReadOptions;
  /**
   * Of a movie; without it all frames are summed and hot pixels removed. Its range is cut to the frames that there are:
   * who opens a file with a gain reference in force does not know yet how many that will be.
   */
  readonly exposure: Exposure | undefined;
}

/** Numbers about the picture made of a movie. Undefined where it came from the cache and was not made again. */
export interface ExposureReport {
  readonly exposure: Exposure;
  readonly hotPixels: number | undefined;
  /** Pixels that the gain reference marks as dead. */
  readonly defects: number | undefined;
}

export interface OpenedMicrograph {
  /** Handle for all other calls; good until `close` or a new worker. */
  readonly id: number;
  readonly fingerprint: string;
  readonly name: string;
  readonly format: ImageFormat;
  readonly compression: 'gzip' | 'bzip2' | undefined;
  readonly kind: FrameKind;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly frame: number;
  readonly pixelSizeAngstrom: number | undefined;
  readonly description: string;
  readonly warnings: readonly string[];
  /** The header in words. */
  readonly facts: readonly FileFact[];
  readonly acquisition: Acquisition;
  /** How bytes are read, where the user may know better. */
  readonly byteSign: ByteSign | undefined;
  /** EER: raw frames in the file, and how many make one of `frames`. */
  readonly rawFrames: number | undefined;
  readonly framesPerFraction: number | undefined;
  /** Of a movie. */
  readonly exposed: ExposureReport | undefined;
  /** Which raw picture its tiles are of; changes with the exposure. */
  readonly version: string;
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

/** How well particles stand out at one set of places. */
export interface PlaceScore {
  /** Standard errors above random places. */
  readonly z: number;
  /** Places that could be judged. */
  readonly judged: number;
  /** "fits well", "fits a little" or "does not fit". */
  readonly label: string;
}

export interface FilterResult {
  /** Changes with the parameters: tiles of another version are stale. */
  readonly version: string;
  readonly contrast: ContrastWindow;
  /** Of the residual, symmetric about 0. */
  readonly residualContrast: ContrastWindow;
  readonly findings: FilterFindings;
  readonly seconds: number;
}

export interface PickParameters {
  readonly pixelSizeAngstrom: number;
  readonly diameterAngstrom: number;
  readonly method: UnaidedMethod;
  /** SHA-256 of an open model, for the network; without it Cryolite's own. */
  readonly model?: string | undefined;
  readonly brightParticles: boolean;
}

export interface TemplateParameters {
  readonly pixelSizeAngstrom: number;
  readonly diameterAngstrom: number;
  readonly brightParticles: boolean;
}

/** What looks like the particles picked by hand. */
export interface TemplateResult {
  /** Every candidate above a very low score, best first; none where nothing was picked yet. Scores are correlations. */
  readonly candidates: readonly Pick[];
  readonly suggestedThreshold: number;
  /** The template from its centre outwards; dark is negative, 0 the mean, the scale has no meaning. */
  readonly profile: { readonly stepAngstrom: number; readonly values: readonly number[] };
  /** The particles of this diameter that it is made of, here and on other micrographs. */
  readonly examples: { readonly particles: number; readonly micrographs: number };
  readonly provenance: Provenance;
  readonly seconds: number;
}

export interface DemoResult {
  /** The simulated micrograph as an MRC file, to be opened like any other. */
  readonly file: File;
  readonly diameterAngstrom: number;
  readonly truth: readonly { readonly x: number; readonly y: number }[];
}

export interface ComputeApi extends EvaluationApi, TrainingApi, ParticleApi, MatchingApi, MaskApi, TrustApi {
  /** Starts the GPU; never throws for want of one. */
  start(): Promise<GpuReport>;
  /** Reads the header and pixels of one frame. @throws FormatError as an Error with our sentence. */
  open(file: File, request: OpenRequest, job: MessagePort): Promise<OpenedMicrograph>;
  close(id: number): Promise<void>;
  /**
   * Makes another picture of an open movie: fast where the frames are whole numbers, since only those that come and
   * go are read. @throws FormatError wrong-shape when the gain reference does not fit.
   */
  expose(id: number, exposure: Exposure, job: MessagePort): Promise<ExposureResult>;
  /** The sum of the exposure's range as an MRC file (mode 2, counts). */
  exportSum(id: number, part: SumPart, job: MessagePort): Promise<Blob>;
  /** Reads a gain reference and keeps it for the movies to come. */
  openGain(file: File, job: MessagePort): Promise<OpenedGain>;
  closeGain(id: number): Promise<void>;
  /** Lays the gain reference on the movie in all eight ways. */
  judgeGain(id: number, gain: number, job: MessagePort): Promise<GainJudgement>;
  /**
   * How well particles of this diameter (px) stand out at each set of places; the best set is the right reading of a
   * coordinate file, if any stands out.
   */
  scorePlaces(
    id: number,
    sets: readonly (readonly Place[])[],
    diameterPx: number,
    job: MessagePort,
  ): Promise<readonly PlaceScore[]>;
  tile(id: number, kind: ShownKind, level: number, column: number, row: number): Promise<TilePixels>;
  /** The value of one pixel, in the file's own units, or undefined where it is not known. */
  valueAt(id: number, kind: ShownKind, x: number, y: number): Promise<number | undefined>;
  /** Until the new picture is there, and if it can't be made, the one before stays. */
  filter(id: number, parameters: FilterParameters, job: MessagePort): Promise<FilterResult>;
  /** The filtered picture as an MRC file (mode 2). */
  exportFiltered(id: number, job: MessagePort): Promise<Blob>;
  pick(id: number, parameters: PickParameters, job: MessagePort): Promise<PickResult>;
  /**
   * Fits the template to the particles picked on this micrograph, and to those that it was told of before on others, and
   * finds what looks like it. @throws UsageError when the diameter does not fit the picture.
   */
  findByTemplate(
    id: number,
    picked: readonly Place[],
    parameters: TemplateParameters,
    job: MessagePort,
  ): Promise<TemplateResult>;
  /** Simulates the demo micrograph, always the same. */
  demo(job: MessagePort): Promise<DemoResult>;
  /**
   * Reads a network and keeps it until `closeModel`, under the hash of its file; nothing in it is run.
   * @throws FormatError as an Error with our sentence, also where nothing here can use it.
   */
  openModel(file: File, job: MessagePort): Promise<ModelDescription>;
  closeModel(hash: string): Promise<void>;
  /** What is on the GPU now; undefined where there is none. */
  gpuMemory(): Promise<GpuMemory | undefined>;
  /** Times a network on noise, kernel by kernel. */
  profile(request: ProfileRequest, job: MessagePort): Promise<NetworkProfile>;
  /** Bytes in the tile cache and its budget. */
  cacheUsage(): Promise<{ readonly bytes: number; readonly budget: number; readonly tiles: number }>;
  clearCache(): Promise<void>;
}
