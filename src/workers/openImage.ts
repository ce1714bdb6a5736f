import { GpuUnavailableError, UsageError } from '../core/errors.ts';
import type { JobOptions } from '../core/progress.ts';
import type { Micrograph, PixelStatistics } from '../dataset/micrograph.ts';
import type { GpuContext } from '../gpu/context.ts';
import { readTile } from '../gpu/ops/image.ts';
import type { Plane } from '../gpu/plane.ts';
import { automaticContrast, symmetricContrast } from '../pipelines/contrast.ts';
import type { Denoiser } from '../pipelines/denoising/denoiser.ts';
import { type LoadedPlane, standardisation } from '../pipelines/load.ts';
import type { Picture } from '../pipelines/readingScore.ts';
import { TemplateMicrograph } from '../pipelines/template/micrograph.ts';
import type { ContrastWindow, ImageKind, MadeKind, ShownKind, TilePixels } from '../rpc/contract.ts';
import { type CachedTile, cacheVersion, type PictureSummary, type TileCache } from '../tiles/cache.ts';
import { levelCount, tileOnCpu, tileRectangle, tileSize } from '../tiles/pyramid.ts';
import { ImageTemplate } from './imageTemplate.ts';
import { overviewOf } from './overview.ts';
import { type FilteredPicture, PicturePlanes } from './picturePlanes.ts';
import type { RawPicture } from './rawPicture.ts';
import { residualTile } from './residualTile.ts';

/** Where there is a GPU: gets it. */
type Acquire = (() => Promise<GpuContext>) | undefined;

/** One opened picture as it is looked at: tiles, contrast, values; from the GPU, the cache, or without a GPU the CPU. */
export class OpenImage {
  private readonly planes: PicturePlanes;
  private readonly template = new ImageTemplate();
  private pixels: Promise<Float32Array<ArrayBuffer>> | undefined;

  constructor(
    readonly fingerprint: string,
    readonly micrograph: Micrograph,
    picture: RawPicture,
    private readonly cache: TileCache,
  ) {
    this.planes = new PicturePlanes(micrograph.name, picture);
  }

  /** Runs `work` with the raw picture on the GPU. */
  withRaw<R>(
    context: GpuContext,
    options: JobOptions,
    work: (loaded: LoadedPlane, version: string) => R | Promise<R>,
  ): Promise<R> {
    return this.planes.withRaw(context, options, work);
  }

  /** Runs `work` with the raw picture made ready for templates; it is kept for the next one. */
  withTemplate<R>(
    context: GpuContext,
    { diameterPx, brightParticles }: { readonly diameterPx: number; readonly brightParticles: boolean },
    work: (template: TemplateMicrograph) => Promise<R>,
  ): Promise<R> {
    const key = `${this.version('raw')}/${diameterPx}/${brightParticles}`;
    const make = () =>
      this.withRaw(context, {}, (loaded) =>
        TemplateMicrograph.open(context, loaded, diameterPx, brightParticles),
      );
    return this.template.use(context, key, make, work);
  }

  /** Shows another raw picture from now on. Until it is there, and if it can't be made, the one before is shown. */
  async show(context: GpuContext | undefined, next: RawPicture, options: JobOptions): Promise<void> {
    this.template.drop();
    if (context) return await this.planes.show(context, next, options);
    const { data, statistics } = await next.pixels(options);
    this.planes.replace(next, statistics);
    this.pixels = Promise.resolve(data);
  }

  /** Filters anew; tiles of the old filter are stale. */
  filter(
    context: GpuContext,
    filter: Denoiser,
    options: JobOptions = {},
    kind: MadeKind = 'filtered',
  ): Promise<void> {
    return this.planes.filter(context, filter, options, kind);
  }

  /**
   * Runs `work` with a picture that was made, made again if it had to go.
   * @param kind by default what was made last.
   * @throws CryoliteError when there is none.
   */
  withFiltered<R>(
    context: GpuContext,
    options: JobOptions,
    work: (plane: Plane, filtered: FilteredPicture, loaded: LoadedPlane) => R | Promise<R>,
    kind?: MadeKind,
  ): Promise<R> {
    return this.planes.withFiltered(context, options, work, kind);
  }

  /** Says which picture a tile belongs to: the raw one never changes, what is made of it with its parameters. */
  version(kind: ImageKind): string {
    return kind === 'raw' ? this.planes.raw.version : (this.planes.madeOf(kind)?.version ?? 'none');
  }

  /** One tile from the cache, or made and cached. */
  async tile(
    acquire: Acquire,
    kind: ShownKind,
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
    if (kind === 'residual') {
      const less = this.lastMade();
      const of = (part: ImageKind) => this.tile(acquire, part, level, column, row);
      return residualTile(await of('raw'), await of(less));
    }
    if (kind !== 'raw' && !this.planes.madeOf(kind)) throw this.planes.notFiltered();
    const keyOf = (version: string): string => `${this.cacheKey}/${version}/${level}/${column}/${row}`;
    const known = await this.cache.get(keyOf(this.version(kind)));
    if (known) return known;
    let version = this.version('raw');
    let tile: CachedTile;
    if (!acquire) {
      if (kind !== 'raw') throw new GpuUnavailableError(`The ${kind} picture needs the GPU, which is gone.`);
      tile = tileOnCpu({ data: await this.pixelsOnCpu(), width, height }, level, column, row);
    } else {
      const gpu = await acquire();
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
          : await this.withFiltered(
              gpu,
              {},
              (plane, made, loaded) => {
                version = made.version;
                return read(plane, loaded);
              },
              kind,
            );
    }
    if (this.planes.raw.isKept) void this.cache.put(keyOf(version), tile);
    return tile;
  }

  /**
   * Statistics and contrast of the raw picture: from the cache, so that a picture seen before is there at once, or
   * from its pixels. `read` gets them where the statistics are wanted and not known.
   */
  async summary(acquire: Acquire, read: () => Promise<unknown>): Promise<PictureSummary> {
    const key = `${this.cacheKey}/${this.version('raw')}`;
    const known = await this.cache.summary(key);
    if (known) return known;
    await read();
    const contrast = await this.contrast(acquire, 'raw');
    const summary = { statistics: this.knownStatistics(), contrast };
    if (this.planes.raw.isKept) void this.cache.putSummary(key, summary);
    return summary;
  }

  /** Of the raw picture, once it was made. */
  knownStatistics(): PixelStatistics {
    const { statistics } = this.planes;
    if (!statistics) throw new Error(`${this.micrograph.name} has no statistics.`);
    return statistics;
  }

  /** Automatic contrast of a picture, from what fills a screen. */
  async contrast(acquire: Acquire, kind: ShownKind): Promise<ContrastWindow> {
    const { data } = await this.overview(acquire, kind);
    return kind === 'residual' ? symmetricContrast(data) : automaticContrast(data);
  }

  /** A copy of a picture that is small enough for a screen. */
  overview(acquire: Acquire, kind: ShownKind): Promise<Picture> {
    return overviewOf(this.micrograph, (level, column, row) => this.tile(acquire, kind, level, column, row));
  }

  /** One pixel in the file's units: from the file where it has it, else from the picture on the GPU. */
  async valueAt(acquire: Acquire, kind: ShownKind, x: number, y: number): Promise<number | undefined> {
    if (kind === 'residual') {
      const made = await this.valueAt(acquire, this.lastMade(), x, y);
      const raw = made === undefined ? undefined : await this.valueAt(acquire, 'raw', x, y);
      return raw === undefined || made === undefined ? undefined : raw - made;
    }
    const { width, height } = this.micrograph;
    if (!(x >= 0 && y >= 0 && x < width && y < height)) return undefined;
    const column = Math.floor(x);
    const row = Math.floor(y);
    const { raw, isLoaded } = this.planes;
    if (kind === 'raw' && raw.valueAt) return await raw.valueAt(column, row);
    // Nobody wants to wait for a movie to be summed for the value under the cursor.
    if (!acquire || (kind === 'raw' && !isLoaded)) return undefined;
    const gpu = await acquire();
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
      : await this.withFiltered(gpu, {}, (plane, _, loaded) => read(plane, loaded), kind);
  }

  /** The frame on the CPU, where there is no GPU. */
  async pixelsOnCpu(options: JobOptions = {}): Promise<Float32Array<ArrayBuffer>> {
    this.planes.checkOpen();
    const pixels =
      this.pixels ??
      this.planes.raw.pixels(options).then(({ data, statistics }) => {
        this.planes.statistics = statistics;
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
  /** How many planes of the picture's size it takes on the GPU. */
  get planeCount(): number {
    return this.planes.count;
  }

  release(): void {
    this.planes.release();
    this.template.drop();
    this.pixels = undefined;
  }

  /** For good: what comes too late does not bring the planes back. */
  close(): void {
    this.planes.close();
    this.template.drop();
    this.pixels = undefined;
  }

  /** What the residual is the rest of. @throws CryoliteError when nothing was made. */
  private lastMade(): MadeKind {
    const { filtered } = this.planes;
    if (!filtered) throw this.planes.notFiltered();
    return filtered.kind;
  }

  private get cacheKey(): string {
    return `${cacheVersion}/${this.fingerprint}`;
  }
}
