import { DeviceLostError } from '../core/errors.ts';
import type { GpuContext } from '../gpu/context.ts';

/** Hands out the one GPU context, and a new one after the device was lost. */
export interface GpuProvider {
  /** @throws GpuUnavailableError when there is no GPU (any more). */
  acquire(): Promise<GpuContext>;
  dispose(): void;
}

/** @param open opens a device; called again after each loss. */
export function createGpuProvider(open: () => Promise<GpuContext>): GpuProvider {
  let current: Promise<GpuContext> | undefined;
  return {
    acquire: async () => {
      for (;;) {
        const known = current;
        const context = await known?.catch(() => undefined);
        if (context && !context.isLost) return context;
        // Of many callers that find the device gone, the first opens the new one and the others wait for it.
        if (known !== current) continue;
        context?.destroy();
        current = open();
        return await current;
      }
    },
    dispose: () => {
      current?.then((context) => context.destroy()).catch(() => {});
      current = undefined;
    },
  };
}

/** A device that goes away this often in one job will go away again. */
const attempts = 3;

/**
 * Runs `work` on the GPU, and again on a new device when the one it had was lost. What `work` wants to keep from a
 * broken attempt it keeps itself, on the CPU.
 */
export async function withGpu<T>(
  provider: GpuProvider,
  work: (context: GpuContext) => Promise<T>,
  onLost?: () => void,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(await provider.acquire());
    } catch (error) {
      if (!(error instanceof DeviceLostError) || attempt === attempts) throw error;
      onLost?.();
    }
  }
}
