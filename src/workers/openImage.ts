import { halfTable } from '../core/dtype.ts';
import { CryoliteError, GpuUnavailableError, isAbort, UsageError } from '../core/errors.ts';
import type { JobOptions } from '../core/progress.ts';
import type { Micrograph, PixelStatistics } from '../dataset/micrograph.ts';
import type { GpuContext } from '../gpu/context.ts';
import { readTile } from '../gpu/ops/image.ts';
import type { Plane } from '../gpu/plane.ts';
import { automaticContrast, overviewTiles } from '../pipelines/contrast.ts';
import { type BandPass, bandPassPlane, checkBandPass } from '../pipelines/denoise.ts';
import { type LoadedPlane, standardisation } from '../pipelines/load.ts';
import type { Picture } from '../pipelines/readingScore.ts';
import type { ContrastWindow, ImageKind, TilePixels } from '../rpc/contract.ts';
import { type CachedTile, cacheVersion, type PictureSummary, type TileCache } from '../tiles/cache.ts';
import { levelCount, levelSize, tileOnCpu, tileRectangle, tileSize } from '../tiles/pyramid.ts';
import type { RawPicture } from './rawPicture.ts';
import { Shared } from './shared.ts';

/** A raw picture on the GPU, and which one it is. */
interface ResidentPicture {
  readonly version: string;
  readonly plane: Shared<LoadedPlane>;
}

/** A filtered picture and what it was made with and of. */
interface FilteredPicture {
  readonly band: BandPass;
  readonly version: string;
  /** Undefined while it is not on the GPU. */
  plane: Shared<Plane> | undefined;
}

/**
 * One opened picture. Its planes live on the GPU only while they are wanted: they are made when first asked for, thrown
 * away when another image needs the room, and made again after a lost device. They are shared by whatever runs at the
 * same time (tiles, a filter, a pick), so each user holds them while it works.
 */
export class OpenImage {
  private statistics: PixelStatistics | undefined;
  private context: GpuContext | undefined;
  private loaded: ResidentPicture | undefined;
  private filtered: FilteredPicture | undefined;
  private pixels: Promise<Float32Array<ArrayBuffer>> | undefined;
  private isClosed = false;

  constructor(
    readonly fingerprint: string,
    readonly micrograph: Micrograph,
    private picture: RawPicture,
    private readonly cache: TileCache,
  ) {}

  /** Runs `work` with the raw picture on the GPU. */
  async withRaw<R>(
    context: GpuContext,
    options: JobOptions,
    work: (loaded: LoadedPlane, version: string) => R | Promise<R>,
  ): Promise<R> {
    for (;;) {
      this.moveTo(context);
      const known = this.loaded;
      const { plane, version } = known ?? this.load(context, options);
      let isLoaded = false;
      try {
        return await plane.use((loaded) => {
          isLoaded = true;
          if (version === this.picture.version) this.statistics = loaded.statistics;
          return work(loaded, version);
        });
      } catch (error) {
        // Where another's cancel ended the loading that we shared, we load ourselves.
        const isOthers = known !== undefined && isAbort(error) && options.signal?.aborted !== true;
        if (isLoaded || !isOthers) throw error;
      }
    }
  }

  /**
   * Shows another raw picture from now on. Until it is there, and if it can't be made, the one before is shown; the
   * filtered picture goes with the one it was made of.
   */
  async show(context: GpuContext | undefined, next: RawPicture, options: JobOptions): Promise<void> {
    if (!context) {
      const { data, statistics } = await next.pixels(options);
      this.checkOpen();
      this.picture = next;
      this.statistics = statistics;
      this.pixels = Promise.resolve(data);
      return;
    }
    this.moveTo(context);
    const loaded = await next.load(context, options);
    if (this.isClosed || this.context !== context) {
      // It was closed or had to make room meanwhile.
      context.free(loaded.plane.buffer);
      this.checkOpen();
      this.picture = next;
      this.filtered = undefined;
      this.statistics = loaded.statistics;
      return;
    }
    this.loaded?.plane.drop();
    this.filtered?.plane?.drop();
    this.filtered = undefined;
    this.picture = next;
    this.statistics = loaded.statistics;
    this.loaded = { version: next.version, plane: this.share(context, Promise.resolve(loaded)) };
  }

  /** Filters anew; tiles of the old filter are stale. @throws UsageError when the cut-offs make no sense. */
  async filter(context: GpuContext, band: BandPass, options: JobOptions = {}): Promise<void> {
    checkBandPass(band);
    await this.withRaw(context, options, async (loaded, raw) => {
      this.filtered?.plane?.drop();
      const version = filteredVersion(raw, band);
      const filtered = { band, version, plane: this.filterLoaded(context, loaded, band) };
      this.filtered = filtered;
      try {
        await filtered.plane.use(() => {});
      } catch (error) {
        if (this.filtered === filtered) this.filtered = undefined;
        throw error;
      }
    });
  }

  /** Runs `work` with the filtered frame, made again if it had to go. @throws CryoliteError when there is no filter. */
  async withFiltered<R>(
    context: GpuContext,
    options: JobOptions,
    work: (plane: Plane, filtered: FilteredPicture, loaded: LoadedPlane) => R | Promise<R>,
  ): Promise<R> {
    return await this.withRaw(context, options, async (loaded) => {
      const { filtered } = this;
      if (!filtered) throw this.notFiltered();
      filtered.plane ??= this.filterLoaded(context, loaded, filtered.band);
      return await filtered.plane.use((plane) => work(plane, filtered, loaded));
    });
  }

  /** Says which picture a tile belongs to: the raw one never changes, the filtered one with its parameters. */
  version(kind: ImageKind): string {
    return kind === 'raw' ? this.picture.version : (this.filtered?.version ?? 'none');
  }

  /** One tile from the cache, or made and cached. `context` is undefined where there is no GPU. */
  async tile(
    context: (() => Promise<GpuContext>) | undefined,
    kind: ImageKind,
    level: number,
    column: number,
    row: number,
  ): Promise<TilePixels> {
    const { width, height } = this.micrograph;
    const rectangle = tileRectangle(width, height, level, column, row);
    const isTile =
      [level, column, row].every((n) => Number.isInteger(n) && n >= 0) && level < levelCount(width, height);
    if (!isTile || rectangle.width <= 0 || rectangle.height <= 0) {
      throw new UsageError(`${this.micrograph.name} has no tile ${column}, ${row} at level ${level}.`);
    }
    if (kind === 'filtered' && !this.filtered) throw this.notFiltered();
    const keyOf = (version: string): string => `${this.cacheKey}/${version}/${level}/${column}/${row}`;
    const known = await this.cache.get(keyOf(this.version(kind)));
    if (known) return known;
    let version = this.version('raw');
    let tile: CachedTile;
    if (!context) {
      if (kind === 'filtered')
        throw new GpuUnavailableError('The filtered picture needs the GPU, which is gone.');
      tile = tileOnCpu({ data: await this.pixelsOnCpu(), width, height }, level, column, row);
    } else {
      const gpu = await context();
      const read = async (plane: Plane, { bin }: LoadedPlane): Promise<CachedTile> => {
        const data = await readTile(gpu, plane, bin, level, rectangle, tileSize);
        return { width: rectangle.width, height: rectangle.height, data };
      };
      tile =
        kind === 'raw'
          ? await this.withRaw(gpu, {}, (loaded, made) => {
              // Another picture may have come meanwhile: the tile is kept as what it was made from.
              version = made;
              return read(loaded.plane, loaded);
            })
          : await this.withFiltered(gpu, {}, (plane, filtered, loaded) => {
              version = filtered.version;
              return read(plane, loaded);
            });
    }
    if (this.picture.isKept) void this.cache.put(keyOf(version), tile);
    return tile;
  }

  /**
   * Statistics and contrast of the raw picture: from the cache, so that a picture seen before is there at once, or
   * from its pixels. `read` gets them where the statistics are wanted and not known.
   */
  async summary(
    context: (() => Promise<GpuContext>) | undefined,
    read: () => Promise<unknown>,
  ): Promise<PictureSummary> {
    const key = `${this.cacheKey}/${this.version('raw')}`;
    const known = await this.cache.summary(key);
    if (known) return known;
    await read();
    const contrast = await this.contrast(context, 'raw');
    const summary = { statistics: this.knownStatistics(), contrast };
    if (this.picture.isKept) void this.cache.putSummary(key, summary);
    return summary;
  }

  /** Of the raw picture, once it was made. */
  knownStatistics(): PixelStatistics {
    if (!this.statistics) throw new Error(`${this.micrograph.name} has no statistics.`);
    return this.statistics;
  }

  /** Automatic contrast of a picture, from what fills a screen. */
  async contrast(context: (() => Promise<GpuContext>) | undefined, kind: ImageKind): Promise<ContrastWindow> {
    return automaticContrast((await this.overview(context, kind)).data);
  }

  /** A copy of a picture that is small enough for a screen. */
  async overview(context: (() => Promise<GpuContext>) | undefined, kind: ImageKind): Promise<Picture> {
    const { width, height } = this.micrograph;
    const { level, tiles } = overviewTiles(width, height);
    const size = levelSize(width, height, level);
    const table = halfTable();
    const data = new Float32Array(size.width * size.height);
    await Promise.all(
      tiles.map(async ({ column, row }) => {
        const tile = await this.tile(context, kind, level, column, row);
        for (let y = 0; y < tile.height; y++) {
          const start = (row * tileSize + y) * size.width + column * tileSize;
          for (let x = 0; x < tile.width; x++)
            data[start + x] = table[tile.data[y * tile.width + x] ?? 0] ?? 0;
        }
      }),
    );
    return { data, ...size, pixelsPerSample: 2 ** level };
  }

  /** One pixel in the file's units: from the file where it has it, else from the picture on the GPU. */
  async valueAt(
    context: (() => Promise<GpuContext>) | undefined,
    kind: ImageKind,
    x: number,
    y: number,
  ): Promise<number | undefined> {
    const { width, height } = this.micrograph;
    if (!(x >= 0 && y >= 0 && x < width && y < height)) return undefined;
    const column = Math.floor(x);
    const row = Math.floor(y);
    if (kind === 'raw' && this.picture.valueAt) return await this.picture.valueAt(column, row);
    // Nobody wants to wait for a movie to be summed for the value under the cursor.
    if (!context || (kind === 'raw' && !this.loaded)) return undefined;
    const gpu = await context();
    const read = async (plane: Plane, { statistics, bin }: LoadedPlane): Promise<number | undefined> => {
      if (bin > 1) return undefined;
      const [value = Number.NaN] = new Float32Array(
        await gpu.read(plane.buffer, 4, (row * plane.width + column) * 4),
      );
      const { mean, scale } = standardisation(statistics);
      return scale > 0 ? value / scale + mean : mean;
    };
    return kind === 'raw'
      ? await this.withRaw(gpu, {}, (loaded) => read(loaded.plane, loaded))
      : await this.withFiltered(gpu, {}, (plane, _, loaded) => read(plane, loaded));
  }

  /** The frame on the CPU, where there is no GPU. */
  async pixelsOnCpu(options: JobOptions = {}): Promise<Float32Array<ArrayBuffer>> {
    this.checkOpen();
    const pixels =
      this.pixels ??
      this.picture.pixels(options).then(({ data, statistics }) => {
        this.statistics = statistics;
        return data;
      });
    this.pixels = pixels;
    try {
      return await pixels;
    } catch (error) {
      if (this.pixels === pixels) this.pixels = undefined;
      throw error;
    }
  }

  /** Gives the memory back, as soon as nobody uses it; everything can be made again. */
  release(): void {
    this.loaded?.plane.drop();
    this.filtered?.plane?.drop();
    this.picture.release();
    this.context = undefined;
    this.loaded = undefined;
    if (this.filtered) this.filtered = { ...this.filtered, plane: undefined };
    this.pixels = undefined;
  }

  /** For good: what comes too late does not bring the planes back. */
  close(): void {
    this.isClosed = true;
    this.release();
  }

  private get cacheKey(): string {
    return `${cacheVersion}/${this.fingerprint}`;
  }

  private moveTo(context: GpuContext): void {
    this.checkOpen();
    // Who comes late with a lost device must not take the planes from the new one.
    context.check();
    if (this.context === context) return;
    this.release();
    this.context = context;
  }

  private load(context: GpuContext, options: JobOptions): ResidentPicture {
    const { version } = this.picture;
    const loading = this.picture.load(context, options);
    const loaded = { version, plane: this.share(context, loading) };
    this.loaded = loaded;
    loading.catch(() => {
      if (this.loaded === loaded) this.loaded = undefined;
    });
    return loaded;
  }

  private share(context: GpuContext, loading: Promise<LoadedPlane>): Shared<LoadedPlane> {
    return new Shared(loading, ({ plane }) => context.free(plane.buffer));
  }

  private filterLoaded(context: GpuContext, loaded: LoadedPlane, band: BandPass): Shared<Plane> {
    this.checkOpen();
    const filtering = bandPassPlane(context, loaded, band);
    const filtered = new Shared(filtering, ({ buffer }) => context.free(buffer));
    filtering.catch(() => {
      if (this.filtered?.plane === filtered) this.filtered.plane = undefined;
    });
    return filtered;
  }

  private checkOpen(): void {
    if (this.isClosed) {
      throw new CryoliteError('closed', `${this.micrograph.name} is not open any more; open it again.`);
    }
  }

  private notFiltered(): CryoliteError {
    return new CryoliteError('not-filtered', `${this.micrograph.name} has not been filtered yet.`);
  }
}

function filteredVersion(raw: string, band: BandPass): string {
  const { pixelSizeAngstrom, lowpassAngstrom, highpassAngstrom } = band;
  return `${raw}-filtered-${pixelSizeAngstrom}-${lowpassAngstrom}-${highpassAngstrom}`;
}
