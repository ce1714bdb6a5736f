import type { GpuContext } from '../gpu/context.ts';
import { createGpuProvider, type GpuProvider, withGpu } from '../jobs/gpu.ts';
import { openNodeGpu } from '../platform/node/gpu.ts';
import type { CommandContext } from './command.ts';

export interface GpuOptions {
  readonly gpu?: string;
}

/** A GPU for the length of one command. */
export interface CommandGpu {
  readonly adapterName: string;
  /** The device at hand, or a new one after it was lost. */
  acquire(): Promise<GpuContext>;
  /** Runs `work`, and again on a new device when the one it had was lost. */
  run<T>(work: (context: GpuContext) => Promise<T>): Promise<T>;
}

/**
 * Opens the GPU before any file is touched, so that a machine without one says so at once, and lets it go at the end:
 * Dawn keeps the process alive while a device is open.
 * @throws GpuUnavailableError when there is none.
 */
export async function withCommandGpu<T>(
  context: CommandContext,
  options: GpuOptions,
  work: (gpu: CommandGpu) => Promise<T>,
): Promise<T> {
  const provider: GpuProvider = createGpuProvider(() => openNodeGpu(options.gpu));
  try {
    const { adapterName } = await provider.acquire();
    return await work({
      adapterName,
      acquire: () => provider.acquire(),
      run: (body) =>
        withGpu(provider, body, () => context.warn('The GPU was lost; going on with a new device.')),
    });
  } finally {
    provider.dispose();
  }
}
