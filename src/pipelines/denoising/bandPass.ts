import { UsageError } from '../../core/errors.ts';
import { highpass, lowpass, product } from '../../fft/transfer.ts';
import type { GpuContext } from '../../gpu/context.ts';
import type { Plane } from '../../gpu/plane.ts';
import type { LoadedPlane } from '../load.ts';
import { filterLoaded } from './filterLoaded.ts';

/** A Gaussian band-pass: wavelengths in Å at which the amplitude is halved; undefined leaves that side open. */
export interface BandPass {
  readonly pixelSizeAngstrom: number;
  readonly lowpassAngstrom: number | undefined;
  readonly highpassAngstrom: number | undefined;
}

/** @throws UsageError when the cut-offs make no sense. */
export function checkBandPass({ pixelSizeAngstrom, lowpassAngstrom, highpassAngstrom }: BandPass): void {
  if (!(pixelSizeAngstrom > 0 && Number.isFinite(pixelSizeAngstrom))) {
    throw new UsageError('The pixel size is not known: give it in Å, so that the filter can be too.');
  }
  for (const [name, value] of [
    ['low-pass', lowpassAngstrom],
    ['high-pass', highpassAngstrom],
  ] as const) {
    if (value !== undefined && !(value > 0 && Number.isFinite(value))) {
      throw new UsageError(`The ${name} cut-off must be a length above 0 Å.`);
    }
  }
  if (
    lowpassAngstrom !== undefined &&
    highpassAngstrom !== undefined &&
    lowpassAngstrom >= highpassAngstrom
  ) {
    throw new UsageError(
      `The low-pass (${lowpassAngstrom} Å) must be finer than the high-pass (${highpassAngstrom} Å), or nothing is left.`,
    );
  }
}

/**
 * The low-pass that is a Gaussian of standard deviation σ in the picture, as the wavelength at which it halves the amplitude:
 * exp(−2π²σ²k²) is ½ at k = √(½·ln 2) / (πσ).
 */
export function gaussianWavelength(sigmaAngstrom: number): number {
  return (Math.PI * sigmaAngstrom) / Math.sqrt(Math.LN2 / 2);
}

/** "low-pass 20 A, high-pass none": in ASCII, for the labels of a file. */
export function describeBandPass({ lowpassAngstrom, highpassAngstrom }: BandPass): string {
  const side = (value: number | undefined): string => (value === undefined ? 'none' : `${value} A`);
  return `low-pass ${side(lowpassAngstrom)}, high-pass ${side(highpassAngstrom)}`;
}

/**
 * Filters a loaded micrograph. The mean stays where it was: a high-pass takes it from the standardised picture, where
 * it is 0.
 * @returns a new plane of the same size in the same units, which the caller frees.
 */
export async function bandPassPlane(
  context: GpuContext,
  loaded: LoadedPlane,
  band: BandPass,
): Promise<Plane> {
  checkBandPass(band);
  const { pixelSizeAngstrom, lowpassAngstrom, highpassAngstrom } = band;
  const transfer = product(
    ...(lowpassAngstrom === undefined ? [] : [lowpass(lowpassAngstrom / pixelSizeAngstrom)]),
    ...(highpassAngstrom === undefined ? [] : [highpass(highpassAngstrom / pixelSizeAngstrom)]),
  );
  return await filterLoaded(context, loaded, transfer);
}
