import { GpuUnavailableError, messageOf } from '../../core/errors.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { type OpenOptions, openGpu } from '../../gpu/open.ts';

const driverAdvice =
  "Cryolite needs a Vulkan, Metal or Direct3D 12 driver; on Linux without a GPU, install Mesa's lavapipe (24 or later).";

/** Dawn ends an instance that nobody holds, and its adapters do not hold it. */
const instances: GPU[] = [];

/**
 * A GPU in Node through Dawn (npm `webgpu`).
 * @param adapterName part of the wanted adapter's name, such as "NVIDIA" or "llvmpipe"; any when left out.
 * @throws GpuUnavailableError when there is none.
 */
export async function openNodeGpu(adapterName?: string, options?: OpenOptions): Promise<GpuContext> {
  let dawn: typeof import('webgpu');
  try {
    dawn = await import('webgpu');
  } catch (cause) {
    throw new GpuUnavailableError(
      `Dawn, the GPU library for Node, could not be loaded: ${messageOf(cause)}`,
      { cause },
    );
  }
  Object.assign(globalThis, dawn.globals);
  const instance = dawn.create(adapterName ? [`adapter=${adapterName}`] : []);
  instances.push(instance);
  const none = adapterName ? `No GPU adapter is called "${adapterName}".` : 'No GPU adapter was found.';
  const noAdapter = `${none} ${driverAdvice}`;
  try {
    return await openGpu(instance, noAdapter, options);
  } catch (cause) {
    if (cause instanceof GpuUnavailableError) throw cause;
    // Dawn throws, with a list of its own, where no adapter has the name.
    throw new GpuUnavailableError(noAdapter, { cause });
  }
}
