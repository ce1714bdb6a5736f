import { halfTable } from '../core/dtype.ts';
import type { JobOptions } from '../core/progress.ts';
import type { Micrograph, PixelStatistics } from '../dataset/micrograph.ts';
import type { GpuContext } from '../gpu/context.ts';
import { readTile } from '../gpu/ops/image.ts';
import type { Plane } from '../gpu/plane.ts';
import { automaticContrast, overviewTiles } from '../pipelines/contrast.ts';
import { type BandPass, bandPassPlane } from '../pipelines/denoise.ts';
import { type LoadedPlane, loadPixels, loadPlane, standardisation } from '../pipelines/load.ts';
import type { ContrastWindow, ImageKind, TilePixels } from '../rpc/contract.ts';
import type { CachedTile, TileCache } from '../tiles/cache.ts';
import { tileOnCpu, tileRectangle, tileSize } from '../tiles/pyramid.ts';

/**
 * One opened frame. Its planes live on the GPU only while they are wanted: they are made when first asked for, thrown
 * away when another image needs the room, and made again after a lost device.
 */
export class OpenImage {
  statistics: PixelStatistics | undefined;
  private context: GpuContext | undefined;
  private loading: Promise<LoadedPlane> | undefined;
  private filtering: Promise<Plane> | undefined;
  private pixels: Promise<Float32Array<ArrayBuffer>> | undefined;
  private band: BandPass | undefined;

  constructor(
    readonly fingerprint: string,
    readonly micrograph: Micrograph,
    readonly frame: number,
    private readonly cache: TileCache,
  ) {}

  /** The frame on the GPU. */
  async raw(context: GpuContext, options: JobOptions = {}): Promise<LoadedPlane> {
    if (this.context !== context) {
      this.release();
      this.context = context;
    }
    this.loading ??= loadPlane(context, this.micrograph, this.frame, options);
    try {
      const loaded = await this.loading;
      this.statistics = loaded.statistics;
      return loaded;
    } catch (error) {
      this.loading = undefined;
      throw error;
    }
  }

  /** Filters anew; tiles of the old filter are stale. */
  async filter(context: GpuContext, band: BandPass, options: JobOptions = {}): Promise<Plane> {
    const loaded = await this.raw(context, options);
    const previous = this.filtering;
    const filtering = bandPassPlane(context, loaded, band);
    this.filtering = filtering;
    this.band = band;
    try {
      const plane = await filtering;
      const old = await previous?.catch(() => undefined);
      context.free(old?.buffer);
      return plane;
    } catch (error) {
      if (this.filtering === filtering) {
        this.filtering = undefined;
        this.band = undefined;
      }
      throw error;
    }
  }

  /** The filtered frame on the GPU, made again if it had to go. @throws Error when there is no filter yet. */
  async filtered(context: GpuContext): Promise<Plane> {
    if (!this.band) throw new Error(`${this.micrograph.name} has not been filtered yet.`);
    await this.raw(context);
    return this.filtering ? await this.filtering : await this.filter(context, this.band);
  }

  /** What the filtered picture was made with. */
  get filterParameters(): BandPass | undefined {
    return this.band;
  }

  /** Says which picture a tile belongs to: the raw one never changes, the filtered one with its parameters. */
  version(kind: ImageKind): string {
    if (kind === 'raw') return 'raw';
    const { pixelSizeAngstrom, lowpassAngstrom, highpassAngstrom } = this.band ?? {};
    return `filtered-${pixelSizeAngstrom}-${lowpassAngstrom}-${highpassAngstrom}`;
  }

  /** One tile from the cache, or made and cached. `context` is undefined where there is no GPU. */
  async tile(
    context: (() => Promise<GpuContext>) | undefined,
    kind: ImageKind,
    level: number,
    column: number,
    row: number,
  ): Promise<TilePixels> {
    const key = `${this.fingerprint}/${this.version(kind)}/${level}/${column}/${row}`;
    const known = await this.cache.get(key);
    if (known) return known;
    const tile = context
      ? await this.makeTile(await context(), kind, level, column, row)
      : await this.makeTileOnCpu(level, column, row);
    void this.cache.put(key, tile);
    return tile;
  }

  /** Automatic contrast of a picture, from what fills a screen. */
  async contrast(context: (() => Promise<GpuContext>) | undefined, kind: ImageKind): Promise<ContrastWindow> {
    const { level, tiles } = overviewTiles(this.micrograph.width, this.micrograph.height);
    const table = halfTable();
    const parts = await Promise.all(
      tiles.map(async ({ column, row }) => {
        const { data } = await this.tile(context, kind, level, column, row);
        return Float32Array.from(data, (bits) => table[bits] ?? 0);
      }),
    );
    const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return automaticContrast(all);
  }

  /** One pixel in the file's units; of the filtered picture from the GPU, of the raw one from the file. */
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
    if (kind === 'raw' || !context) return (await this.micrograph.readRows(this.frame, row, 1))[column];
    const gpu = await context();
    const plane = await this.filtered(gpu);
    const [value = Number.NaN] = new Float32Array(
      await gpu.read(plane.buffer, 4, (row * plane.width + column) * 4),
    );
    if (!this.statistics) return undefined;
    const { mean, scale } = standardisation(this.statistics);
    return scale > 0 ? value / scale + mean : mean;
  }

  /** The frame on the CPU, where there is no GPU. */
  async pixelsOnCpu(options: JobOptions = {}): Promise<Float32Array<ArrayBuffer>> {
    this.pixels ??= loadPixels(this.micrograph, this.frame, options).then(({ data, statistics }) => {
      this.statistics = statistics;
      return data;
    });
    try {
      return await this.pixels;
    } catch (error) {
      this.pixels = undefined;
      throw error;
    }
  }

  /** Gives the GPU memory back; everything can be made again. */
  release(): void {
    const { context, loading, filtering } = this;
    this.context = undefined;
    this.loading = undefined;
    this.filtering = undefined;
    this.pixels = undefined;
    if (!context) return;
    void loading?.then(({ plane }) => context.free(plane.buffer)).catch(() => {});
    void filtering?.then(({ buffer }) => context.free(buffer)).catch(() => {});
  }

  private async makeTile(
    context: GpuContext,
    kind: ImageKind,
    level: number,
    column: number,
    row: number,
  ): Promise<CachedTile> {
    const loaded = await this.raw(context);
    const plane = kind === 'raw' ? loaded.plane : await this.filtered(context);
    const { width, height } = this.micrograph;
    const rectangle = tileRectangle(width, height, level, column, row);
    const data = await readTile(context, plane, loaded.bin, level, rectangle, tileSize);
    return { width: rectangle.width, height: rectangle.height, data };
  }

  private async makeTileOnCpu(level: number, column: number, row: number): Promise<CachedTile> {
    const { width, height } = this.micrograph;
    return tileOnCpu({ data: await this.pixelsOnCpu(), width, height }, level, column, row);
  }
}
