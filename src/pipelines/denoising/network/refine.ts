/** Denoising by a network that refines what the Wiener filter makes of a micrograph. */
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
import { fromWorkingScale, toWorkingScale, type WorkingFrame, workingFrame } from './workingPlane.ts';

/** What the network sees of a micrograph. */
export interface WorkingPicture {
  /** The whole periodic frame: filtered, of deviation 1, clipped. Whoever asked for it frees it. */
  readonly plane: Plane;
  readonly frame: WorkingFrame;
  /** What a value of 1 is, in units of the loaded plane. */
  readonly deviation: number;
}

/**
 * The Wiener filter's picture at the network's pixel size, divided by its standard deviation: so the network sees the same whatever
 * the noise's spectrum is, of which its small surroundings tell it little and the whole micrograph much.
 */
export async function workingPicture(
  context: GpuContext,
  { plane }: LoadedPlane,
  estimate: WienerEstimate,
  wiener: WienerSettings,
  { workingPixelAngstrom, clip }: RefinerSettings,
): Promise<WorkingPicture> {
  const frame = workingFrame(plane, wiener.pixelSizeAngstrom / workingPixelAngstrom);
  const transfer = wienerTransfer(estimate, { ...wiener, flipPhases: false });
  const working = await toWorkingScale(context, plane, frame, (k) => (k === 0 ? 0 : transfer(k)));
  try {
    const { deviation } = await meanMoments(context, working);
    await standardisePlane(context, working, 0, deviation > 0 ? 1 / deviation : 0, clip);
    return { plane: working, frame, deviation };
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
  const { plane, frame, deviation } = await workingPicture(context, loaded, estimate, wiener, refiner);
  let denoised: Plane | undefined;
  try {
    denoised = await denoiseWithNetwork(context, { ...loaded, plane }, model, options);
    return { plane: await fromWorkingScale(context, denoised, frame, loaded.plane, deviation), estimate };
  } finally {
    context.free(plane.buffer, denoised?.buffer);
  }
}

/** What the network takes for a micrograph: floating-point operations in all, and for each pixel of the file. */
export function refinerCost(
  graph: Graph,
  size: Size,
  pixelSizeAngstrom: number,
  { workingPixelAngstrom }: RefinerSettings,
): { readonly working: Size; readonly flops: number; readonly flopsPerPixel: number } {
  const { x, y } = workingFrame(size, pixelSizeAngstrom / workingPixelAngstrom);
  const working = { width: x.resampled, height: y.resampled };
  const flops = costOf(graph, frameFor(graph, working)).reduce((sum, layer) => sum + layer.flops, 0);
  return { working, flops, flopsPerPixel: flops / (size.width * size.height) };
}
