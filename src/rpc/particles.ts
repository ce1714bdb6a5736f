/** What the page may ask about the boxes of picks: small pictures of them, classes, stacks. */
import type { JobOptions } from '../core/progress.ts';
import type { NamedPick, Place } from '../dataset/picks.ts';
import type { ReadOptions } from '../formats/image.ts';
import type { ExtractedParticle } from '../formats/star/extracted.ts';
import type { ImageKind } from './pictures.ts';

export interface ThumbnailRequest {
  readonly places: readonly Place[];
  /** Side of the box, px of the file; even. */
  readonly boxPx: number;
  /** Side of the picture, px; even. */
  readonly sidePx: number;
  /** Half-amplitude wavelength, px of the file; 0 for none. */
  readonly lowpassPx: number;
  /** Each picture by a contrast of its own. */
  readonly isContrastOwn: boolean;
  /** Of an earlier answer, so that all pictures look alike. */
  readonly range: readonly [number, number] | undefined;
}

/** Small grey pictures, one a place. */
export interface ThumbnailSheet {
  /** Which picture they are of; those of another version are stale. */
  readonly version: string;
  readonly sidePx: number;
  /** Picture after picture, row-major. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** The common contrast; undefined where each picture has its own. */
  readonly range: readonly [number, number] | undefined;
}

export interface ClassRequest {
  readonly places: readonly Place[];
  readonly pixelSizeAngstrom: number;
  /** Side of the box, px of the file; even. */
  readonly boxPx: number;
  readonly diameterAngstrom: number;
  readonly classes: number;
  readonly brightParticles: boolean;
}

export interface ClassResult {
  /** Side of an average, px, and the length of its pixels. */
  readonly sidePx: number;
  readonly pixelSizeAngstrom: number;
  /** Average after average, the largest class first; particles are bright. */
  readonly averages: Float32Array<ArrayBuffer>;
  readonly members: readonly number[];
  /** Of each place its class; −1 where it was not looked at, as there were too many. */
  readonly classOf: Int8Array<ArrayBuffer>;
  readonly seconds: number;
}

/** What is cut out of one micrograph. */
export interface ExtractionRequest {
  /** How the file is read. */
  readonly read: ReadOptions;
  readonly picks: readonly NamedPick[];
  readonly pixelSizeAngstrom: number;
  readonly boxAngstrom: number;
  /** Side of the binned box, px; undefined for none. */
  readonly binTo: number | undefined;
  readonly invert: boolean;
  readonly normalise: boolean;
}

export interface ExtractedBoxes {
  /** The stack as an MRC file (mode 2). */
  readonly stack: Blob;
  /** Who made it and how, for a comment. */
  readonly label: string;
  readonly particles: readonly ExtractedParticle[];
  readonly boxPx: number;
  readonly binnedPx: number;
  readonly binnedPixelSizeAngstrom: number;
  /** Boxes over the edge of the micrograph, and boxes whose background has no contrast. */
  readonly overEdge: number;
  readonly flat: number;
}

/** The part of `ComputeApi` that is about boxes. */
export interface ParticleApi {
  /** Pictures of the places on an open micrograph; a filtered one is for looking alone. */
  particleThumbnails(
    id: number,
    kind: ImageKind,
    request: ThumbnailRequest,
    job: MessagePort,
  ): Promise<ThumbnailSheet>;
  /** How far each place stands out from its surroundings, in standard deviations of the micrograph. */
  particleContrasts(
    id: number,
    places: readonly Place[],
    diameterPx: number,
    brightParticles: boolean,
    job: MessagePort,
  ): Promise<Float32Array<ArrayBuffer>>;
  /** @throws UsageError where the boxes are too few or too small. */
  classAverages(id: number, request: ClassRequest, job: MessagePort): Promise<ClassResult>;
  /** @throws CryoliteError where the file is filtered, or is no micrograph, or the picks do not fit it. */
  extractParticles(file: File, request: ExtractionRequest, job: MessagePort): Promise<ExtractedBoxes>;
}

/** The same as the page sees it. */
export interface ParticleClient {
  particleThumbnails(
    id: number,
    kind: ImageKind,
    request: ThumbnailRequest,
    options?: JobOptions,
  ): Promise<ThumbnailSheet>;
  particleContrasts(
    id: number,
    places: readonly Place[],
    diameterPx: number,
    brightParticles: boolean,
    options?: JobOptions,
  ): Promise<Float32Array<ArrayBuffer>>;
  classAverages(id: number, request: ClassRequest, options?: JobOptions): Promise<ClassResult>;
  extractParticles(file: File, request: ExtractionRequest, options?: JobOptions): Promise<ExtractedBoxes>;
}
