/** Loaded pictures as halves at the denoiser's scale. */
import { filterPlane } from '../../../fft/filter.ts';
import { largestSmooth } from '../../../fft/sizes.ts';
import { FourierTransforms } from '../../../fft/transform.ts';
import type { GpuContext } from '../../../gpu/context.ts';
import type { LoadedPlane } from '../../load.ts';
import { checkFullSize } from '../filterLoaded.ts';
import type { RefinerSettings } from '../network/settings.ts';
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
  const transforms = new FourierTransforms(context);
  const working = await filterPlane(
    context,
    transforms,
    loaded.plane,
    (k) => (k === 0 ? 0 : 1),
    pixelSizeAngstrom / workingPixelAngstrom,
  );
  try {
    const { width: stride, height: rows } = working;
    const all = new Float32Array(await context.read(working.buffer, stride * rows * 4));
    const [width, height] = [largestSmooth(stride), largestSmooth(rows)];
    const data = new Float32Array(width * height);
    for (let y = 0; y < height; y++) data.set(all.subarray(y * stride, y * stride + width), y * width);
    return { width, height, data };
  } finally {
    context.free(working.buffer);
    transforms.destroy();
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
