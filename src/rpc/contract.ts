/**
 * What the page may ask of the compute worker. Plain data and transferables only; long calls take a `JobPort`
 * (see `job.ts`) over which progress comes back and an abort goes out.
 */
import type { PixelStatistics } from '../dataset/micrograph.ts';
import type { Place } from '../dataset/picks.ts';
import type { UnaidedMethod } from '../dataset/session.ts';
import type {
  Acquisition,
  ByteSign,
  FileFact,
  FrameKind,
  ImageFormat,
  ReadOptions,
} from '../formats/image.ts';
import type { CoordinateApi } from './coordinates.ts';
import type {
  CacheUsage,
  GpuMemory,
  GpuReport,
  NetworkProfile,
  ProfileRequest,
  StageTime,
} from './diagnostics.ts';
import type { EvaluationApi } from './evaluation.ts';
import type { FilterFindings, FilterParameters } from './filters.ts';
import type { InspectionApi } from './inspection.ts';
import type { MaskApi } from './masks.ts';
import type { MatchingApi } from './matching.ts';
import type { MicrographThumbnailApi } from './micrographThumbnails.ts';
import type { ModelDescription } from './models.ts';
import type {
  Exposure,
  ExposureReport,
  ExposureResult,
  GainJudgement,
  OpenedGain,
  SumPart,
} from './movies.ts';
import type { ParticleApi } from './particles.ts';
import type { PickResult } from './pickResult.ts';
import type { ContrastWindow, MadeKind, ShownKind, TilePixels } from './pictures.ts';
import type { SessionFileApi } from './sessionFiles.ts';
import type { SpectrumApi } from './spectrum.ts';
import type { TemplateParameters, TemplateResult } from './template.ts';
import type { TrainingApi } from './training.ts';
import type { TrustApi } from './trust.ts';

export type { Place } from '../dataset/picks.ts';
export type { ReadCoordinates } from './coordinates.ts';
export type {
  CacheUsage,
  GpuMemory,
  GpuReport,
  KernelProfile,
  NetworkProfile,
  ProfileRequest,
  StageTime,
} from './diagnostics.ts';
export type {
  ComparisonAnswer,
  EvaluationAnswer,
  JudgedMicrograph,
  SideOfEvaluation,
} from './evaluation.ts';
export { type FilterFindings, type FilterParameters, madeKindOf } from './filters.ts';
export type {
  FilteredBlock,
  LineProfile,
  LiveFilter,
  PictureHistogram,
  RegionStatistics,
  TileBlock,
} from './inspection.ts';
export type { QualityReport, QualityRequest } from './masks.ts';
export type {
  MatchingResult,
  OpenedReference,
  ReferenceParameters,
  ReferenceThumbnails,
} from './matching.ts';
export type { GreyThumbnail, MicrographLook, ThumbnailFacts } from './micrographThumbnails.ts';
export type { ModelDescription, ModelUse } from './models.ts';
export type {
  Exposure,
  ExposureReport,
  ExposureResult,
  GainJudgement,
  GainUse,
  JudgedOrientation,
  OpenedGain,
  SumPart,
  Thumbnail,
} from './movies.ts';
export type {
  ClassResult,
  ExtractedBoxes,
  ExtractionRequest,
  ThumbnailRequest,
  ThumbnailSheet,
} from './particles.ts';
export type { PickResult } from './pickResult.ts';
export type { ContrastWindow, ImageKind, MadeKind, ShownKind, TilePixels } from './pictures.ts';
export type { ExportedSession, ImportedSession } from './sessionFiles.ts';
export type {
  DefocusReport,
  DefocusRequest,
  SpectrumReport,
  SpectrumRequest,
} from './spectrum.ts';
export type { TemplateParameters, TemplateResult } from './template.ts';
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

export interface PyramidShape {
  /** Edge of a square tile, px; tiles at the right and lower border are cut to the image. */
  readonly tileSize: number;
  /** Level 0 is the full picture; level L is ceil(width / 2^L) × ceil(height / 2^L). */
  readonly levels: number;
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
  readonly kind: MadeKind;
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

export interface DemoResult {
  /** The simulated micrograph as an MRC file, to be opened like any other. */
  readonly file: File;
  readonly diameterAngstrom: number;
  readonly truth: readonly { readonly x: number; readonly y: number }[];
}

export interface ComputeApi
  extends CoordinateApi,
    EvaluationApi,
    MicrographThumbnailApi,
    TrainingApi,
    InspectionApi,
    ParticleApi,
    MatchingApi,
    MaskApi,
    SpectrumApi,
    SessionFileApi,
    TrustApi {
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
  /** Until the new picture is there, and if it can't be made, the one before stays; that of the other kind stays anyway. */
  filter(id: number, parameters: FilterParameters, job: MessagePort): Promise<FilterResult>;
  /** A picture that `filter` has made as an MRC file (mode 2). */
  exportFiltered(id: number, kind: MadeKind, job: MessagePort): Promise<Blob>;
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
  /** How long each kind of work has taken. */
  stageTimes(): Promise<readonly StageTime[]>;
  /** Bytes in the tile cache, its budget, and what it has dropped. */
  cacheUsage(): Promise<CacheUsage>;
  clearCache(): Promise<void>;
}
