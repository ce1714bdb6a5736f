/** Loaded pictures as halves at the denoiser's scale. */
import type { GpuContext } from '../../../gpu/context.ts';
import type { LoadedPlane } from '../../load.ts';
import { checkFullSize } from '../filterLoaded.ts';
import type { RefinerSettings } from '../network/settings.ts';
import { toWorkingScale, workingFrame } from '../network/workingPlane.ts';
import type { WienerEstimate } from '../wiener.ts';
import type { Gain, Half, HalfSpectra } from './pairs.ts';

/** @throws GpuLimitError where the picture was binned to fit the GPU. */
export async function halfOf(
  context: GpuContext,
  loaded: LoadedPlane,
  pixelSizeAngstrom: number,
  { workingPixelAngstrom }: RefinerSettings,
): Promise<Half> {
  checkFullSize(loaded, 'learn to denoise');
  const { plane } = loaded;
  const { x, y } = workingFrame(plane, pixelSizeAngstrom / workingPixelAngstrom);
  const working = await toWorkingScale(context, plane, { x, y }, (k) => (k === 0 ? 0 : 1));
  try {
    const { width, height } = working;
    const data = new Float32Array(await context.read(working.buffer, width * height * 4));
    return {
      width,
      height,
      data,
      picture: {
        width: Math.floor(((plane.width - 1) * x.resampled) / x.padded) + 1,
        height: Math.floor(((plane.height - 1) * y.resampled) / y.padded) + 1,
      },
    };
  } finally {
    context.free(working.buffer);
  }
}

/** What was estimated at the micrograph's own pixels, against cycles a working pixel. */
export function spectraAtScale(
  { spectrum: { step }, model: { noise, signal } }: WienerEstimate,
  pixelSizeAngstrom: number,
  { workingPixelAngstrom }: RefinerSettings,
): HalfSpectra {
  const scale = pixelSizeAngstrom / workingPixelAngstrom;
  // Fewer pixels share what of the noise is left.
  const at =
    (curve: Float64Array): Gain =>
    (k) =>
      (curve[Math.min(curve.length - 1, Math.round((k * scale) / step))] ?? 0) * scale * scale;
  return { signal: at(signal), noise: at(noise) };
}
