import { GpuLimitError } from '../../core/errors.ts';
import { filterPlane } from '../../fft/filter.ts';
import { FourierTransforms, type RadialTransfer } from '../../fft/transform.ts';
import type { GpuContext } from '../../gpu/context.ts';
import type { Plane } from '../../gpu/plane.ts';
import type { LoadedPlane } from '../load.ts';

/** @throws GpuLimitError where the picture was binned to fit the GPU: what comes out would be of another size. */
export function checkFullSize({ bin }: LoadedPlane, what: string): void {
  if (bin === 1) return;
  throw new GpuLimitError(
    `This micrograph is too large for the GPU to ${what} at full size; bin it by 2 first.`,
  );
}

/**
 * A loaded micrograph times a radial transfer function.
 * @returns a new plane of the same size in the same units, which the caller frees.
 */
export async function filterLoaded(
  context: GpuContext,
  loaded: LoadedPlane,
  transfer: RadialTransfer,
): Promise<Plane> {
  checkFullSize(loaded, 'filter');
  const transforms = new FourierTransforms(context);
  try {
    return await filterPlane(context, transforms, loaded.plane, transfer);
  } finally {
    transforms.destroy();
  }
}
