/** The power spectrum that is looked at: what crosses the worker boundary. */
import type { JobOptions } from '../core/progress.ts';
import type { ImageKind } from './pictures.ts';

export interface SpectrumRequest {
  readonly kind: ImageKind;
  /** A rectangle of the file, px, cut to the picture; the whole of it without. */
  readonly region:
    | { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
    | undefined;
}

export interface SpectrumReport {
  /** Samples along a side; the zero frequency is at (edge/2, edge/2), Nyquist at its left and upper border. */
  readonly edge: number;
  /** File pixels along a side of the pixels that were transformed: 1 but of frames too large for the GPU. */
  readonly bin: number;
  /** Squares that were averaged. */
  readonly squares: number;
  /** edge × edge × 4 bytes, as a canvas takes them. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  /** Mean power ring by ring, from the mean to Nyquist, and what of it is smooth. */
  readonly radial: Float32Array<ArrayBuffer>;
  readonly background: Float32Array<ArrayBuffer>;
}

export interface DefocusRequest {
  /** Of the file. */
  readonly pixelSizeAngstrom: number;
  /** Undefined: that of most microscopes. */
  readonly voltageKilovolt: number | undefined;
}

export interface DefocusReport {
  /** The most probable underfocus. */
  readonly defocusAngstrom: number;
  /** Probability of the defoci that are within a tenth of it, 0 to 1. */
  readonly certainty: number;
  readonly isSure: boolean;
  /** Correlation of measured and fitted rings, −1 to 1. */
  readonly agreement: number;
  /** Ring by ring, from the mean to Nyquist: the fitted power over the fitted noise, and that noise. */
  readonly fitted: readonly number[];
  readonly noise: readonly number[];
  /** Å, of the last ring. */
  readonly nyquistAngstrom: number;
}

/** A defocus and its microscope: where the transfer function is 0. */
export interface ZerosRequest {
  readonly defocusAngstrom: number;
  readonly voltageKilovolt: number | undefined;
  /** Zeros up to here, 1/Å. */
  readonly highestPerAngstrom: number;
}

/** The part of `ComputeApi` about power spectra. */
export interface SpectrumApi {
  /** @throws UsageError where less than 32 px each way are left of the region. */
  powerSpectrum(id: number, request: SpectrumRequest, job: MessagePort): Promise<SpectrumReport>;
  /** Looks for the defocus in the spectrum of the whole raw picture. */
  estimateDefocus(id: number, request: DefocusRequest, job: MessagePort): Promise<DefocusReport>;
  /** 1/Å, from the centre outwards. */
  transferZeros(request: ZerosRequest): Promise<readonly number[]>;
}

/** The same as the page sees it. */
export interface SpectrumClient {
  powerSpectrum(id: number, request: SpectrumRequest, options?: JobOptions): Promise<SpectrumReport>;
  estimateDefocus(id: number, request: DefocusRequest, options?: JobOptions): Promise<DefocusReport>;
  transferZeros(request: ZerosRequest): Promise<readonly number[]>;
}
