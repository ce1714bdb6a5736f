/** Denoising by a network that refines what the Wiener filter makes of a micrograph. */
import { chooseLengths, filterPlane, resampleBack } from '../../../fft/filter.ts';
import { FourierTransforms, type RadialTransfer } from '../../../fft/transform.ts';
import type { GpuContext } from '../../../gpu/context.ts';
import { standardisePlane } from '../../../gpu/ops/image.ts';
import { meanMoments } from '../../../gpu/ops/moments.ts';
import type { Plane } from '../../../gpu/plane.ts';
import { costOf } from '../../../nn/cost.ts';
import type { Graph } from '../../../nn/layers.ts';
import type { Size } from '../../../nn/sizes.ts';
import type { LoadedPlane } from '../../load.ts';
import { denoiseWithNetwork, type NetworkDenoiseOptions } from '../../models/denoise.ts';
import { frameFor } from '../../models/frame.ts';
import type { OpenedModel } from '../../models/open.ts';
import { checkFullSize } from '../filterLoaded.ts';
import {
  estimateWiener,
  radialSpectrum,
  type WienerEstimate,
  type WienerSettings,
  wienerTransfer,
} from '../wiener.ts';
import type { RefinerSettings } from './settings.ts';

/**
 * The Wiener filter's picture at the network's pixel size, divided by its standard deviation: so the network sees the same whatever
 * the noise's spectrum is, of which its small surroundings tell it little and the whole micrograph much.
 * @returns a new plane that the caller frees, and what a value of 1 is in units of the loaded one.
 */
async function workingPicture(
  context: GpuContext,
  transforms: FourierTransforms,
  { plane }: LoadedPlane,
  transfer: RadialTransfer,
  scale: number,
  clip: number,
): Promise<{ readonly working: Plane; readonly deviation: number }> {
  const working = await filterPlane(context, transforms, plane, (k) => (k === 0 ? 0 : transfer(k)), scale);
  try {
    const { deviation } = await meanMoments(context, working);
    await standardisePlane(context, working, 0, deviation > 0 ? 1 / deviation : 0, clip);
    return { working, deviation };
  } catch (error) {
    context.free(working.buffer);
    throw error;
  }
}

export interface RefineOptions extends NetworkDenoiseOptions {
  /** Of the same micrograph, made before. */
  readonly known?: WienerEstimate | undefined;
}

/**
 * Denoises a loaded micrograph: Wiener filter, network at its working pixel size, back to the micrograph's pixels by Fourier
 * interpolation. Details finer than two working pixels are gone.
 * @returns a new plane of the same size in the same units, which the caller frees.
 * @throws UsageError without a pixel size; GpuLimitError where the picture does not fit.
 */
export async function refineWithNetwork(
  context: GpuContext,
  loaded: LoadedPlane,
  model: OpenedModel,
  wiener: WienerSettings,
  refiner: RefinerSettings,
  { known, ...options }: RefineOptions = {},
): Promise<{ readonly plane: Plane; readonly estimate: WienerEstimate }> {
  checkFullSize(loaded, 'denoise');
  const estimate =
    known ?? (await estimateWiener(await radialSpectrum(context, loaded), wiener, options.signal));
  const scale = wiener.pixelSizeAngstrom / refiner.workingPixelAngstrom;
  const transfer = wienerTransfer(estimate, { ...wiener, flipPhases: false });
  const transforms = new FourierTransforms(context);
  const spent: GPUBuffer[] = [];
  try {
    const { working, deviation } = await workingPicture(
      context,
      transforms,
      loaded,
      transfer,
      scale,
      refiner.clip,
    );
    spent.push(working.buffer);
    const denoised = await denoiseWithNetwork(context, { ...loaded, plane: working }, model, options);
    spent.push(denoised.buffer);
    const plane = await resampleBack(context, transforms, denoised, loaded.plane, scale);
    await standardisePlane(context, plane, 0, deviation);
    return { plane, estimate };
  } finally {
    context.free(...spent);
    transforms.destroy();
  }
}

/** What the network takes for a micrograph: floating-point operations in all, and for each pixel of the file. */
export function refinerCost(
  graph: Graph,
  size: Size,
  pixelSizeAngstrom: number,
  { workingPixelAngstrom }: RefinerSettings,
): { readonly working: Size; readonly flops: number; readonly flopsPerPixel: number } {
  const scale = pixelSizeAngstrom / workingPixelAngstrom;
  const side = (length: number): number => {
    const { padded, resampled } = chooseLengths(length, scale);
    return Math.floor(((length - 1) * resampled) / padded) + 1;
  };
  const working = { width: side(size.width), height: side(size.height) };
  const flops = costOf(graph, frameFor(graph, working)).reduce((sum, layer) => sum + layer.flops, 0);
  return { working, flops, flopsPerPixel: flops / (size.width * size.height) };
}
