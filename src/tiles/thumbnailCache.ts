/** Thumbnails kept between visits, and what else was found out when a file was looked at. */

/** Part of every key: raised when thumbnails are made otherwise, so that old ones are not shown. */
export const thumbnailVersion = 1;

export interface KeptThumbnail {
  /** px. */
  readonly width: number;
  readonly height: number;
  /** Row-major, one byte a pixel. */
  readonly data: Uint8Array<ArrayBuffer>;
  readonly facts: ThumbnailFacts;
}

/** What opening a file lightly tells of it. */
export interface ThumbnailFacts {
  readonly fingerprint: string;
  /** Of the file's pictures, px. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Undefined where the file does not say. */
  readonly pixelSizeAngstrom: number | undefined;
  /** Underfocus is positive; undefined where the file does not say. */
  readonly defocusAngstrom: number | undefined;
}

/** A cache may forget anything at any time, and never throws. */
export interface ThumbnailCache {
  get(key: string): Promise<KeptThumbnail | undefined>;
  /** What is known of it without its pixels being read. */
  facts(key: string): Promise<ThumbnailFacts | undefined>;
  put(key: string, thumbnail: KeptThumbnail): Promise<void>;
  usage(): Promise<{ readonly bytes: number; readonly budget: number; readonly thumbnails: number }>;
  clear(): Promise<void>;
}

/** A file without its folder: a copy elsewhere, or the same folder opened again, has the same thumbnail. */
export function thumbnailKey(file: {
  readonly name: string;
  readonly size: number;
  readonly lastModified: number;
}): string {
  return `${thumbnailVersion}/${file.size}/${file.lastModified}/${file.name}`;
}

/** Where there is no storage: everything is made anew. */
export function noThumbnailCache(budget = 0): ThumbnailCache {
  return {
    get: async () => undefined,
    facts: async () => undefined,
    put: async () => {},
    usage: async () => ({ bytes: 0, budget, thumbnails: 0 }),
    clear: async () => {},
  };
}
