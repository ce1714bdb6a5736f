import type { Plane } from '../gpu/plane.ts';

/** Planes of one size, one behind the other in one buffer; a plane alone where `count` is absent. */
export interface PlaneStack extends Plane {
  readonly count?: number;
}

/**
 * The half spectra of real planes: rows 0 … height−1 of ⌊width/2⌋ + 1 complex values (vec2f) in natural order,
 * unnormalised, plane behind plane.
 */
export interface Spectrum {
  readonly buffer: GPUBuffer;
  /** Size of the real plane. */
  readonly width: number;
  readonly height: number;
  /** Planes; 1 where absent. */
  readonly count?: number;
}

/** A radial transfer function: frequency in cycles per source pixel to a factor. */
export type RadialTransfer = (cyclesPerPixel: number) => number;

/** Takes buffers that are spent once what was recorded has been submitted. */
export type Release = (...buffers: GPUBuffer[]) => void;

/** Complex values in a row of the half spectrum of a real row. */
export const spectrumColumns = (width: number): number => Math.floor(width / 2) + 1;
