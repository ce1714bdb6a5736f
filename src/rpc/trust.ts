/** What there is to trust in a filtered picture: what crosses the worker boundary. */
import type { JobOptions } from '../core/progress.ts';
import type { FilterParameters } from './filters.ts';

export interface TrustRequest {
  readonly pixelSizeAngstrom: number;
  readonly diameterAngstrom: number;
}

/** A part of the spectrum, by the particle's diameter: from two diameters to a half, to an eighth, to Nyquist. */
interface Band {
  readonly name: 'particle' | 'detail' | 'fine';
  readonly fromAngstrom: number;
  readonly toAngstrom: number;
}

export interface ResidualBandReport extends Band {
  /** Power of the residual over the raw picture's. */
  readonly share: number;
  /** Of residual and filtered picture, −1 to 1. */
  readonly coherence: number;
}

export interface ResidualReport {
  /** Of the filtered picture that was judged. */
  readonly version: string;
  readonly nyquistAngstrom: number;
  /** Mean power ring by ring, from the mean to Nyquist. */
  readonly raw: readonly number[];
  readonly denoised: readonly number[];
  readonly residual: readonly number[];
  readonly bands: readonly ResidualBandReport[];
  /** One sentence. */
  readonly verdict: string;
}

export interface HalvesBandReport extends Band {
  readonly rawFrc: number;
  readonly denoisedFrc: number;
  /** Part of the signal that the denoised halves keep; undefined where the raw ones can't tell. */
  readonly signalKept: number | undefined;
  /** Correlation with the true signal. */
  readonly rawLikeness: number | undefined;
  readonly denoisedLikeness: number | undefined;
}

export interface CrossingReport {
  readonly threshold: number;
  readonly firstBelowAngstrom: number | undefined;
  readonly lastAboveAngstrom: number | undefined;
}

export interface HalvesReport {
  readonly nyquistAngstrom: number;
  /** Fourier ring correlations ring by ring: raw halves, denoised halves, and a denoised one with the other raw one. */
  readonly rawFrc: readonly number[];
  readonly denoisedFrc: readonly number[];
  readonly acrossFrc: readonly number[];
  readonly bands: readonly HalvesBandReport[];
  readonly rawCrossings: readonly CrossingReport[];
  readonly denoisedCrossings: readonly CrossingReport[];
  /** One sentence. */
  readonly verdict: string;
  readonly seconds: number;
}

/** The part of `ComputeApi` about trust. */
export interface TrustApi {
  /** Judges the filtered picture that is there. @throws CryoliteError 'not-filtered'. */
  judgeResidual(id: number, request: TrustRequest, job: MessagePort): Promise<ResidualReport>;
  /**
   * Filters the sums of even and of odd frames, each for itself, and compares them.
   * @throws UsageError where it is no movie, or one frame alone is shown.
   */
  compareHalves(
    id: number,
    parameters: FilterParameters,
    request: TrustRequest,
    job: MessagePort,
  ): Promise<HalvesReport>;
}

/** The same as the page sees it. */
export interface TrustClient {
  judgeResidual(id: number, request: TrustRequest, options?: JobOptions): Promise<ResidualReport>;
  compareHalves(
    id: number,
    parameters: FilterParameters,
    request: TrustRequest,
    options?: JobOptions,
  ): Promise<HalvesReport>;
}
