/** Contamination masks and the quality of micrographs: what crosses the worker boundary. */
import type { JobOptions } from '../core/progress.ts';
import type { MaskBitmap } from '../dataset/maskBitmap.ts';
import type { MaskGrid, MicrographSize } from '../dataset/maskGrid.ts';

export interface QualityRequest {
  readonly pixelSizeAngstrom: number | undefined;
  /** Of the particles. */
  readonly diameterAngstrom: number | undefined;
  /** The part of the picture that the mask covers, where a network has told. */
  readonly contaminatedPart: number | undefined;
  /** Picks above the threshold, where it was picked. */
  readonly picks: number | undefined;
}

export interface QualityReport {
  /** 0 to 1. */
  readonly score: number;
  /** What weighs most: "rough-ice". */
  readonly mark: string;
  /** One sentence. */
  readonly reason: string;
  /** How much ice speaks against it, 0 to 1: crystalline, rough, or lying on the film. */
  readonly ice: number;
}

/** The part of `ComputeApi` that is about masks and quality. */
export interface MaskApi {
  /**
   * Reads a picture of values from 0 to 1 as the mask of a micrograph of this size.
   * @throws FormatError as an Error with our sentence, also where it is of another shape.
   */
  openMask(file: File, size: MicrographSize, job: MessagePort): Promise<MaskGrid>;
  /** A mask as an MRC file of bytes (mode 0), of the micrograph's size. */
  exportMask(
    bitmap: MaskBitmap,
    size: MicrographSize,
    pixelSizeAngstrom: number | undefined,
    micrograph: string,
  ): Promise<Blob>;
  /** Judges an open micrograph; what is measured of its pixels is kept. */
  quality(id: number, request: QualityRequest, job: MessagePort): Promise<QualityReport>;
}

/** The same as the page sees it. */
export interface MaskClient extends Pick<MaskApi, 'exportMask'> {
  openMask(file: File, size: MicrographSize, options?: JobOptions): Promise<MaskGrid>;
  quality(id: number, request: QualityRequest, options?: JobOptions): Promise<QualityReport>;
}
