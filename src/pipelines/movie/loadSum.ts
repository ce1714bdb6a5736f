import type { GpuContext } from '../../gpu/context.ts';
import { standardisePlane } from '../../gpu/ops/image.ts';
import { type LoadedPlane, standardisation } from '../load.ts';
import type { SummedPicture } from './sumMovie.ts';

/**
 * A summed picture as `loadPlane` would give it.
 * @returns a plane that the caller frees.
 * @throws GpuLimitError when no buffer can hold it.
 */
export async function loadSum(
  context: GpuContext,
  { pixels, statistics }: SummedPicture,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<LoadedPlane> {
  const plane = { buffer: context.upload('half of a movie', pixels), width, height };
  try {
    const { mean, scale } = standardisation(statistics);
    await standardisePlane(context, plane, mean, scale);
    return { plane, bin: 1, statistics };
  } catch (error) {
    context.free(plane.buffer);
    throw error;
  }
}
