import { UsageError } from '../../core/errors.ts';
import { filterPlane, type ResampledPlane } from '../../fft/filter.ts';
import { highpass, product } from '../../fft/transfer.ts';
import { FourierTransforms, type RadialTransfer } from '../../fft/transform.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { standardisePlane } from '../../gpu/ops/image.ts';
import { robustMoments } from '../../gpu/ops/moments.ts';
import type { Plane } from '../../gpu/plane.ts';
import { type LoadedPlane, planeToFile } from '../load.ts';

/** The micrograph at the scale where every particle is equally large. */
export interface WorkingImage {
  /** Whoever asked for it frees it. */
  readonly plane: Plane;
  /** Position in the working image to position in the file, px; centre of pixel 0 is 0 in both. */
  toFile(position: { readonly x: number; readonly y: number }): { x: number; y: number };
}

/** The smallest particle, in pixels of the file, that the pickers take on. */
const smallestDiameterPx = 4;

export interface WorkingScale {
  /** Diameter that a particle has in the file, px. */
  readonly diameterPx: number;
  /** Diameter that it shall have. */
  readonly workingDiameterPx: number;
  /** Half-amplitude wavelength of the high-pass, in diameters. */
  readonly highpassDiameters: number;
}

/**
 * @param width of the micrograph, px.
 * @throws UsageError when no particle of that size can be found in such a picture.
 */
export function checkDiameter(
  diameterAngstrom: number,
  pixelSizeAngstrom: number,
  width: number,
  height: number,
): void {
  if (!(pixelSizeAngstrom > 0 && Number.isFinite(pixelSizeAngstrom))) {
    throw new UsageError(
      'The pixel size is not known: give it in Å, so that the particle diameter can be too.',
    );
  }
  const diameterPx = diameterAngstrom / pixelSizeAngstrom;
  if (!(diameterPx >= smallestDiameterPx)) {
    throw new UsageError(
      `A particle of ${diameterAngstrom} Å is less than ${smallestDiameterPx} pixels wide at ${pixelSizeAngstrom} Å a pixel: check the diameter and the pixel size.`,
    );
  }
  if (diameterPx > Math.min(width, height) / 2) {
    throw new UsageError(
      `A particle of ${diameterAngstrom} Å is ${Math.round(diameterPx)} pixels wide, more than half of the micrograph (${width} × ${height}): check the diameter and the pixel size.`,
    );
  }
}

/** Samples the plane so that particles have the working diameter, high-passed; `extra` is applied as well. */
export async function resampleForPicking(
  context: GpuContext,
  transforms: FourierTransforms,
  loaded: LoadedPlane,
  scale: WorkingScale,
  extra?: (planeDiameterPx: number) => RadialTransfer,
): Promise<ResampledPlane> {
  const planeDiameterPx = scale.diameterPx / loaded.bin;
  const transfer = product(
    highpass(scale.highpassDiameters * planeDiameterPx),
    ...(extra ? [extra(planeDiameterPx)] : []),
  );
  return await filterPlane(
    context,
    transforms,
    loaded.plane,
    transfer,
    scale.workingDiameterPx / planeDiameterPx,
  );
}

/** From a resampled plane's pixels to the file's. */
export function toFilePosition(
  resampled: ResampledPlane,
  bin: number,
): (position: { readonly x: number; readonly y: number }) => { x: number; y: number } {
  return ({ x, y }) => ({
    x: planeToFile(x * resampled.sourcePerSampleX, bin),
    y: planeToFile(y * resampled.sourcePerSampleY, bin),
  });
}

/**
 * Makes the network's input: resampled, standardised by median and median absolute deviation, clipped, particles dark.
 * All of it happens on the GPU; 16 bytes are read back.
 */
export async function prepareWorkingImage(
  context: GpuContext,
  loaded: LoadedPlane,
  scale: WorkingScale,
  clip: number,
  brightParticles: boolean,
): Promise<WorkingImage> {
  const transforms = new FourierTransforms(context);
  let resampled: ResampledPlane | undefined;
  try {
    resampled = await resampleForPicking(context, transforms, loaded, scale);
    const { centre, deviation } = await robustMoments(context, resampled);
    const factor = deviation > 0 ? (brightParticles ? -1 : 1) / deviation : 0;
    await standardisePlane(context, resampled, centre, factor, clip);
    return { plane: resampled, toFile: toFilePosition(resampled, loaded.bin) };
  } catch (error) {
    context.free(resampled?.buffer);
    throw error;
  } finally {
    transforms.destroy();
  }
}
