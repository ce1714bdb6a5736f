import { GpuUnavailableError } from '../../../src/core/errors.ts';
import type { GpuContext } from '../../../src/gpu/context.ts';
import { browserFileSource } from '../../../src/platform/browser/fileSource.ts';
import { noTileCache } from '../../../src/tiles/cache.ts';
import { noThumbnailCache } from '../../../src/tiles/thumbnailCache.ts';
import { createComputeService } from '../../../src/workers/computeService.ts';
import type { ComputePlatform } from '../../../src/workers/serviceParts.ts';
import { noSessionPlaces } from '../../fixtures/sessionPlaces.ts';
import { openContext } from '../micrographs.ts';

/**
 * The worker's service in this process, on a real device, without storage and without networks.
 * @param platform what is otherwise
 * @param hasGpu asked whenever a device is wanted
 */
export function computeService(platform: Partial<ComputePlatform> = {}, hasGpu = () => true) {
  const contexts: GpuContext[] = [];
  const service = createComputeService({
    openGpu: async () => {
      if (!hasGpu()) throw new GpuUnavailableError('This browser has no WebGPU.');
      const context = await openContext();
      contexts.push(context);
      return context;
    },
    openThumbnailCache: async () => noThumbnailCache(),
    openCache: async () => noTileCache(),
    sourceOf: browserFileSource,
    loadPickerModel: async () => new Uint8Array(),
    loadDenoiserModel: async () => new Uint8Array(),
    sessions: noSessionPlaces,
    transfer: (value) => value,
    ...platform,
  });
  /** What the frees leave that follow the last user: bytes on the device opened last. */
  const memory = async (): Promise<number> => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return contexts.at(-1)?.memory().bytes ?? 0;
  };
  /** Ends the devices, after the frees that follow the last user. */
  const end = async (): Promise<void> => {
    await memory();
    for (const context of contexts) {
      context.destroy();
      await context.device.lost;
    }
  };
  return { service, contexts, memory, end };
}
