import { GpuUnavailableError } from '../../core/errors.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { openGpu } from '../../gpu/open.ts';

/** The GPU of this browser, for computing. @throws GpuUnavailableError when it offers none. */
export async function openBrowserGpu(): Promise<GpuContext> {
  if (!('gpu' in navigator) || !navigator.gpu) throw new GpuUnavailableError('This browser has no WebGPU.');
  return await openGpu(
    navigator.gpu,
    'No GPU adapter was found. Update the graphics driver, or switch on hardware acceleration.',
  );
}
