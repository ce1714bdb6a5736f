/** Non-local means of a micrograph, at a working scale at which a particle's detail is a few pixels wide. */
import { UsageError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import { filterPlane, resampleBack } from '../../fft/filter.ts';
import { highpass } from '../../fft/transfer.ts';
import { FourierTransforms, type RadialTransfer } from '../../fft/transform.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { robustMoments } from '../../gpu/ops/moments.ts';
import { nonLocalMeansFlops, nonLocalMeans as recordNonLocalMeans } from '../../gpu/ops/nonLocalMeans.ts';
import type { Plane } from '../../gpu/plane.ts';
import type { LoadedPlane } from '../load.ts';
import { checkFullSize } from './filterLoaded.ts';

export interface NonLocalMeansParameters {
  readonly pixelSizeAngstrom: number;
  /** Finest detail that is looked at, Å: three working pixels. */
  readonly detailAngstrom: number;
  /** Tolerance of patches' differences, in noise variances: more is smoother. */
  readonly strength: number;
}

/** What suits most proteins: patches of 37 Å, compared within 90 Å. */
export const defaultDetailAngstrom = 16;
export const defaultStrength = 1.2;

/** Patches of 7 × 7 working pixels in a window of 17 × 17. */
export const nonLocalRadii = { patchRadius: 3, searchRadius: 8 } as const;
/** σ of the Gaussian that patches are compared behind, working pixels: at such noise single pixels tell nothing. */
const guideSigma = 1;
/** Waves from here on are taken away to see the noise alone, working pixels. */
const noiseWave = 4;

/** @throws UsageError for parameters that make no sense. */
export function checkNonLocalMeans({
  pixelSizeAngstrom,
  detailAngstrom,
  strength,
}: NonLocalMeansParameters): void {
  if (!(pixelSizeAngstrom > 0 && Number.isFinite(pixelSizeAngstrom)))
    throw new UsageError('The pixel size is not known: give it in Å, so that detail has a size.');
  if (!(detailAngstrom > 0 && detailAngstrom <= 1000))
    throw new UsageError(`Detail of ${detailAngstrom} Å can't be looked for: give a length up to 1000 Å.`);
  if (!(strength > 0 && strength <= 100))
    throw new UsageError(`A strength of ${strength} can't be used: give a number above 0, such as 1.`);
}

/** Working pixels for a file pixel, along a side: 1 where the file's pixels are as large already. */
export function nonLocalScale({ pixelSizeAngstrom, detailAngstrom }: NonLocalMeansParameters): number {
  const scale = (3 * pixelSizeAngstrom) / detailAngstrom;
  return scale > 0.8 ? 1 : scale;
}

/** Floating-point operations for a pixel of the file, besides the Fourier transforms. */
export function nonLocalFlopsPerPixel(parameters: NonLocalMeansParameters): number {
  return (
    nonLocalMeansFlops({ ...nonLocalRadii, expectedDifference: 0, tolerance: 1 }) *
    nonLocalScale(parameters) ** 2
  );
}

/**
 * Denoises a loaded micrograph: it is sampled at a third of the detail, becomes means of places that look alike (Buades,
 * Coll, Morel 2005, with the noise taken out of the differences as they did in 2011), and is sampled as before. Patches are
 * compared in a picture smoothed a little. The noise is told by the median of what is left beyond long waves, so it is
 * taken for white: long waves of noise stay.
 * @returns a new plane of the same size in the same units, which the caller frees.
 */
export async function nonLocalMeansPlane(
  context: GpuContext,
  loaded: LoadedPlane,
  parameters: NonLocalMeansParameters,
  { signal, onProgress }: JobOptions = {},
): Promise<Plane> {
  checkNonLocalMeans(parameters);
  checkFullSize(loaded, 'denoise');
  const scale = nonLocalScale(parameters);
  const transforms = new FourierTransforms(context);
  const kept: Plane[] = [];
  const keep = <P extends Plane>(plane: P): P => {
    kept.push(plane);
    return plane;
  };
  const all: RadialTransfer = () => 1;
  try {
    const source = loaded.plane;
    const working = scale === 1 ? source : keep(await filterPlane(context, transforms, source, all, scale));
    const fine = keep(await filterPlane(context, transforms, working, highpass(noiseWave)));
    const { deviation } = await robustMoments(context, fine);
    const noise = deviation ** 2 / passedPart(highpass(noiseWave));
    const smooth: RadialTransfer = (k) => Math.exp(-2 * (Math.PI * k * guideSigma) ** 2);
    const guide = keep(await filterPlane(context, transforms, working, smooth));
    const variance = Math.max(noise * passedPart(smooth), 1e-12);
    const total = working.height;
    const settings = {
      ...nonLocalRadii,
      expectedDifference: 2 * variance,
      tolerance: parameters.strength ** 2 * variance,
    };
    const denoised = await recordNonLocalMeans(context, working, guide, settings, (done) => {
      signal?.throwIfAborted();
      onProgress?.({ stage: 'Denoising', done, total });
    });
    if (scale === 1) return denoised;
    keep(denoised);
    return await resampleBack(context, transforms, denoised, source, scale);
  } finally {
    context.free(...kept.map(({ buffer }) => buffer));
    transforms.destroy();
  }
}

/** Part of white noise's variance that a transfer function passes: its mean square over all frequencies. */
export function passedPart(transfer: RadialTransfer): number {
  const steps = 64;
  let sum = 0;
  for (let v = 0; v < steps; v++)
    for (let u = 0; u < steps; u++)
      sum += transfer(Math.hypot((u + 0.5) / (2 * steps), (v + 0.5) / (2 * steps))) ** 2;
  return sum / steps ** 2;
}
