import { GpuLimitError, UsageError } from '../core/errors.ts';
import { filterPlane } from '../fft/filter.ts';
import { highpass, lowpass, product } from '../fft/transfer.ts';
import { FourierTransforms } from '../fft/transform.ts';
import type { GpuContext } from '../gpu/context.ts';
import type { Plane } from '../gpu/plane.ts';
import type { LoadedPlane } from './load.ts';

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
  if (loaded.bin !== 1) {
    throw new GpuLimitError(
      'This micrograph is too large for the GPU to filter at full size; bin it by 2 first.',
    );
  }
  const { pixelSizeAngstrom, lowpassAngstrom, highpassAngstrom } = band;
  const transforms = new FourierTransforms(context);
  try {
    const transfer = product(
      ...(lowpassAngstrom === undefined ? [] : [lowpass(lowpassAngstrom / pixelSizeAngstrom)]),
      ...(highpassAngstrom === undefined ? [] : [highpass(highpassAngstrom / pixelSizeAngstrom)]),
    );
    return await filterPlane(context, transforms, loaded.plane, transfer);
  } finally {
    transforms.destroy();
  }
}

/** Pixels copied back at a time: 8 MiB of floats. */
const stripPixels = 2 << 20;

/** The pixels of a plane, row strips in order, in units of the file again. */
export async function* readPlaneStrips(
  context: GpuContext,
  plane: Plane,
  toFileUnits: (value: number) => number,
  signal?: AbortSignal,
): AsyncGenerator<Float32Array<ArrayBuffer>> {
  const rowsAtOnce = Math.max(1, Math.floor(stripPixels / plane.width));
  for (let row = 0; row < plane.height; row += rowsAtOnce) {
    signal?.throwIfAborted();
    const rows = Math.min(rowsAtOnce, plane.height - row);
    const strip = new Float32Array(
      await context.read(plane.buffer, rows * plane.width * 4, row * plane.width * 4),
    );
    for (let i = 0; i < strip.length; i++) strip[i] = toFileUnits(strip[i] ?? 0);
    yield strip;
  }
}
