import type { ByteSource } from '../core/bytes.ts';
import type { GpuContext } from '../gpu/context.ts';
import type { TileCache } from '../tiles/cache.ts';
import type { ThumbnailCache } from '../tiles/thumbnailCache.ts';
import type { BundledPicker } from './bundledPicker.ts';
import type { Documents } from './documents.ts';
import type { Gains } from './gains.ts';
import type { GpuAccess } from './gpuAccess.ts';
import type { Models } from './models.ts';
import type { SessionPlaces } from './sessionFileService.ts';

/** What the service needs of the place it runs in. */
export interface ComputePlatform {
  readonly openGpu: () => Promise<GpuContext>;
  readonly openCache: () => Promise<TileCache>;
  readonly openThumbnailCache: () => Promise<ThumbnailCache>;
  readonly sourceOf: (file: File) => ByteSource;
  readonly loadPickerModel: () => Promise<Uint8Array<ArrayBuffer>>;
  readonly loadDenoiserModel: () => Promise<Uint8Array<ArrayBuffer>>;
  readonly sessions: SessionPlaces;
  /** Of planes that stay on the GPU together; what a small graphics card has room for without it. */
  readonly residentBudgetBytes?: number;
  /** Hands an array over to the caller without a copy. */
  readonly transfer: <T>(value: T, transferables: Transferable[]) => T;
}

/** What the parts of the service share. */
export interface ServiceParts {
  readonly platform: ComputePlatform;
  readonly gpu: GpuAccess;
  readonly documents: Documents;
  readonly gains: Gains;
  /** The user's networks. */
  readonly models: Models;
  /** Cryolite's own. */
  readonly picker: BundledPicker;
}
