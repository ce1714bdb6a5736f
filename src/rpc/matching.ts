/** What the page may ask about references to match, and about what several methods agree on. */
import type { JobOptions } from '../core/progress.ts';
import type { ParticlePose } from '../formats/coordinates.ts';
import type { PickResult } from './pickResult.ts';

/** A file of references, opened. */
export interface OpenedReference {
  /** Handle; good until `closeReference` or a new worker. */
  readonly id: number;
  readonly name: string;
  readonly kind: 'averages' | 'volume';
  /** Averages in the file; 1 for a density map. */
  readonly pictures: number;
  readonly sidePx: number;
  /** Undefined where the file does not say. */
  readonly pixelSizeAngstrom: number | undefined;
}

/** The transfer function of a micrograph. */
export interface MatchingOptics {
  /** Underfocus, Å. */
  readonly defocusAngstrom: number;
  readonly voltageKilovolt: number;
  readonly sphericalAberrationMm: number;
  readonly amplitudeContrast: number;
}

export interface ReferenceParameters {
  /** Of the reference. */
  readonly referencePixelSizeAngstrom: number | undefined;
  readonly diameterAngstrom: number;
  readonly angularStepDegrees: number;
  /** Undefined: references are taken as they are. */
  readonly optics: MatchingOptics | undefined;
  readonly lowpassAngstrom: number | undefined;
  readonly mirrors: boolean;
}

export interface MatchingParameters extends ReferenceParameters {
  readonly pixelSizeAngstrom: number;
  readonly brightParticles: boolean;
}

/** Small grey pictures of what is searched for, before whitening; row-major, one byte a pixel. */
export interface ReferenceThumbnails {
  readonly sidePx: number;
  readonly pictures: readonly Uint8ClampedArray<ArrayBuffer>[];
  /** References in all, before turning. */
  readonly references: number;
  /** Pictures that every place will be compared with. */
  readonly templates: number;
}

export interface MatchingResult extends PickResult {
  readonly templates: number;
  /** False candidates expected at the suggested threshold. */
  readonly expectedFalse: number;
  readonly gigaflop: number;
}

/** The picks of one method. */
export interface CombinedSet {
  /** In the user's words. */
  readonly name: string;
  readonly picks: readonly {
    readonly x: number;
    readonly y: number;
    readonly score: number;
    /** Where the method tells; what is agreed on keeps it. */
    readonly pose?: ParticlePose | undefined;
  }[];
}

export interface CombineRequest {
  readonly sets: readonly CombinedSet[];
  /** How many of them have to agree. */
  readonly least: number;
  readonly diameterAngstrom: number;
  readonly pixelSizeAngstrom: number;
}

export interface MatchingApi {
  /** Reads the header of class averages or a density map. @throws UsageError, FormatError. */
  openReference(file: File, job: MessagePort): Promise<OpenedReference>;
  closeReference(id: number): Promise<void>;
  previewReference(
    id: number,
    parameters: ReferenceParameters,
    job: MessagePort,
  ): Promise<ReferenceThumbnails>;
  /** Finds what looks like the references on a micrograph. */
  matchReference(
    micrograph: number,
    reference: number,
    parameters: MatchingParameters,
    job: MessagePort,
  ): Promise<MatchingResult>;
  /** What enough methods agree on, best first. */
  combinePicks(request: CombineRequest): Promise<PickResult>;
}

/** The same as the page sees it. */
export interface MatchingClient {
  openReference(file: File, options?: JobOptions): Promise<OpenedReference>;
  closeReference(id: number): Promise<void>;
  previewReference(
    id: number,
    parameters: ReferenceParameters,
    options?: JobOptions,
  ): Promise<ReferenceThumbnails>;
  matchReference(
    micrograph: number,
    reference: number,
    parameters: MatchingParameters,
    options?: JobOptions,
  ): Promise<MatchingResult>;
  combinePicks(request: CombineRequest): Promise<PickResult>;
}
