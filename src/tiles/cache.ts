import type { PixelStatistics } from '../dataset/micrograph.ts';

/** Part of every key: raised when the arithmetic of tiles or summaries changes, so that old ones are not shown. */
export const cacheVersion = 2;

/** What a micrograph's pixels say as a whole: with it and its tiles a picture is shown again without reading it. */
export interface PictureSummary {
  readonly statistics: PixelStatistics;
  /** Automatic contrast, in standard deviations from the mean. */
  readonly contrast: { readonly black: number; readonly white: number };
}

/** A tile as it is kept: float16 bit patterns, row-major. */
export interface CachedTile {
  readonly width: number;
  readonly height: number;
  readonly data: Uint16Array<ArrayBuffer>;
}

/** Keeps tiles and summaries between visits. A cache may forget anything at any time, and never throws. */
export interface TileCache {
  get(key: string): Promise<CachedTile | undefined>;
  put(key: string, tile: CachedTile): Promise<void>;
  summary(key: string): Promise<PictureSummary | undefined>;
  putSummary(key: string, summary: PictureSummary): Promise<void>;
  /** `evicted`: tiles dropped for room since the cache was opened. */
  usage(): Promise<{
    readonly bytes: number;
    readonly budget: number;
    readonly tiles: number;
    readonly evicted: number;
  }>;
  clear(): Promise<void>;
}

/** Where there is no storage: everything is computed anew. */
export function noTileCache(budget = 0): TileCache {
  return {
    get: async () => undefined,
    put: async () => {},
    summary: async () => undefined,
    putSummary: async () => {},
    usage: async () => ({ bytes: 0, budget, tiles: 0, evicted: 0 }),
    clear: async () => {},
  };
}

/** One entry of the book of a least-recently-used cache. */
export interface LruEntry {
  readonly key: string;
  readonly bytes: number;
  readonly usedAt: number;
}

/**
 * The keys to drop, longest unused first, so that the rest fits into nine tenths of the budget; none while the
 * budget holds. The tenth to spare keeps a full cache from dropping something at every write.
 */
export function keysToEvict(entries: Iterable<LruEntry>, budget: number): string[] {
  const all = [...entries];
  let bytes = all.reduce((sum, entry) => sum + entry.bytes, 0);
  if (bytes <= budget) return [];
  const sorted = all.sort((a, b) => a.usedAt - b.usedAt);
  const keys: string[] = [];
  for (const entry of sorted) {
    if (bytes <= budget * 0.9) break;
    keys.push(entry.key);
    bytes -= entry.bytes;
  }
  return keys;
}
