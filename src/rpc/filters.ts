/** What makes the filtered or the denoised picture of a micrograph: plain data that crosses to the worker. */
import type { MadeKind } from './pictures.ts';

/** A band-pass. */
export interface LengthFilter {
  readonly method: 'lengths';
  readonly pixelSizeAngstrom: number;
  /** Half-amplitude wavelengths, Å; undefined is off. */
  readonly lowpassAngstrom: number | undefined;
  readonly highpassAngstrom: number | undefined;
}

export interface GaussianFilter {
  readonly method: 'gaussian';
  readonly pixelSizeAngstrom: number;
  /** Standard deviation. */
  readonly sigmaAngstrom: number;
}

/** How a micrograph was taken, as far as it is known. */
export interface FilterOptics {
  /** Underfocus; undefined looks for it in the spectrum. */
  readonly defocusAngstrom: number | undefined;
  /** Undefined: that of most microscopes. */
  readonly voltageKilovolt: number | undefined;
}

/** By the micrograph's own spectrum. */
export interface WienerFilter extends FilterOptics {
  readonly method: 'wiener';
  readonly pixelSizeAngstrom: number;
}

/** Non-local means. */
export interface PatchFilter {
  readonly method: 'nlm';
  readonly pixelSizeAngstrom: number;
  /** Finest detail that is kept. */
  readonly detailAngstrom: number;
  /** More is smoother; 1.2 is usual. */
  readonly strength: number;
}

/** Cryolite's own denoising network, which refines the Wiener filter's picture. */
export interface UnetFilter extends FilterOptics {
  readonly method: 'unet';
  readonly pixelSizeAngstrom: number;
}

/** A denoising network of the user's. */
export interface NetworkFilter {
  readonly method: 'network';
  /** SHA-256 of an open model. */
  readonly model: string;
  /** For the header of a file that is made of it. */
  readonly pixelSizeAngstrom: number | undefined;
}

export type FilterParameters =
  | LengthFilter
  | GaussianFilter
  | WienerFilter
  | PatchFilter
  | UnetFilter
  | NetworkFilter;

/** A filter says what it leaves out; the others estimate what is there, and may err. */
export function madeKindOf(method: FilterParameters['method']): MadeKind {
  return method === 'lengths' || method === 'gaussian' ? 'filtered' : 'denoised';
}

/** What a filter has found out about the micrograph; undefined where it does not ask, or found none. */
export interface FilterFindings {
  readonly defocusAngstrom?: number | undefined;
  /** Variance of the signal over the noise's, per pixel. */
  readonly signalToNoise?: number | undefined;
}
