import { CryoliteError, isAbort } from '../core/errors.ts';
import type { JobOptions } from '../core/progress.ts';
import type { PixelStatistics } from '../dataset/micrograph.ts';
import type { GpuContext } from '../gpu/context.ts';
import type { Plane } from '../gpu/plane.ts';
import type { Denoiser } from '../pipelines/denoising/denoiser.ts';
import type { LoadedPlane } from '../pipelines/load.ts';
import type { RawPicture } from './rawPicture.ts';
import { Shared } from './shared.ts';

/** A raw picture on the GPU, and which one it is. */
interface ResidentPicture {
  readonly version: string;
  readonly plane: Shared<LoadedPlane>;
}

/** A filtered picture and what it was made with and of. */
export interface FilteredPicture {
  readonly filter: Denoiser;
  readonly version: string;
  /** Undefined while it is not on the GPU. */
  plane: Shared<Plane> | undefined;
}

/**
 * The raw and the filtered picture of something that is open, on the GPU only while they are wanted: they are made when
 * first asked for, thrown away when another image needs the room, and made again after a lost device. They are shared
 * by whatever runs at the same time (tiles, a filter, a pick), so each user holds them while it works.
 */
export class PicturePlanes {
  /** Of the raw picture, once it was made. */
  statistics: PixelStatistics | undefined;
  private context: GpuContext | undefined;
  private loaded: ResidentPicture | undefined;
  private made: FilteredPicture | undefined;
  private isClosed = false;

  constructor(
    private readonly name: string,
    private picture: RawPicture,
  ) {}

  get raw(): RawPicture {
    return this.picture;
  }

  get filtered(): FilteredPicture | undefined {
    return this.made;
  }

  /** Whether the raw picture is on the GPU, or on its way. */
  get isLoaded(): boolean {
    return this.loaded !== undefined;
  }

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
   * Has another raw picture from now on. Until it is there, and if it can't be made, the one before stays; the filtered
   * picture goes with the one it was made of.
   */
  async show(context: GpuContext, next: RawPicture, options: JobOptions): Promise<void> {
    this.moveTo(context);
    const loaded = await next.load(context, options);
    if (this.isClosed || this.context !== context) {
      // It was closed or had to make room meanwhile.
      context.free(loaded.plane.buffer);
      this.checkOpen();
      this.replace(next, loaded.statistics);
      return;
    }
    this.loaded?.plane.drop();
    this.replace(next, loaded.statistics);
    this.loaded = { version: next.version, plane: share(context, Promise.resolve(loaded)) };
  }

  /** Another raw picture that is not on the GPU. */
  replace(next: RawPicture, statistics: PixelStatistics): void {
    this.checkOpen();
    this.made?.plane?.drop();
    this.made = undefined;
    this.picture = next;
    this.statistics = statistics;
  }

  /** Filters anew. Until the picture is there, and if it can't be made or is cancelled, the one before stays. */
  async filter(context: GpuContext, filter: Denoiser, options: JobOptions): Promise<void> {
    await this.withRaw(context, options, async (loaded, raw) => {
      this.checkOpen();
      const plane = new Shared(filter.apply(context, loaded, options), ({ buffer }) => context.free(buffer));
      try {
        await plane.use(() => options.signal?.throwIfAborted());
        this.checkOpen();
      } catch (error) {
        plane.drop();
        throw error;
      }
      // Another raw picture is shown by now, or this one had to make room.
      const isStale = this.picture.version !== raw;
      const isHomeless = this.context !== context;
      if (isStale || isHomeless) plane.drop();
      if (isStale) return;
      this.made?.plane?.drop();
      const version = `${raw}-${filter.version}`;
      this.made = { filter, version, plane: isHomeless ? undefined : plane };
    });
  }

  /** Runs `work` with the filtered picture, made again if it had to go. @throws CryoliteError when there is none. */
  async withFiltered<R>(
    context: GpuContext,
    options: JobOptions,
    work: (plane: Plane, filtered: FilteredPicture, loaded: LoadedPlane) => R | Promise<R>,
  ): Promise<R> {
    return await this.withRaw(context, options, async (loaded) => {
      const { made } = this;
      if (!made) throw this.notFiltered();
      made.plane ??= this.filterAgain(context, loaded, made.filter);
      return await made.plane.use((plane) => work(plane, made, loaded));
    });
  }

  /** Gives the memory back, as soon as nobody uses it; everything can be made again. */
  release(): void {
    this.loaded?.plane.drop();
    this.made?.plane?.drop();
    this.picture.release();
    this.context = undefined;
    this.loaded = undefined;
    if (this.made) this.made = { ...this.made, plane: undefined };
  }

  /** For good: what comes too late does not bring the planes back. */
  close(): void {
    this.isClosed = true;
    this.release();
  }

  /** @throws CryoliteError 'closed'. */
  checkOpen(): void {
    if (this.isClosed) {
      throw new CryoliteError('closed', `${this.name} is not open any more; open it again.`);
    }
  }

  notFiltered(): CryoliteError {
    return new CryoliteError('not-filtered', `${this.name} has not been filtered yet.`);
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
    const loaded = { version, plane: share(context, loading) };
    this.loaded = loaded;
    loading.catch(() => {
      if (this.loaded === loaded) this.loaded = undefined;
    });
    return loaded;
  }

  /** For all who ask at once: nobody's cancel ends it. */
  private filterAgain(context: GpuContext, loaded: LoadedPlane, filter: Denoiser): Shared<Plane> {
    this.checkOpen();
    const filtering = filter.apply(context, loaded, {});
    const filtered = new Shared(filtering, ({ buffer }) => context.free(buffer));
    filtering.catch(() => {
      if (this.made?.plane === filtered) this.made.plane = undefined;
    });
    return filtered;
  }
}

function share(context: GpuContext, loading: Promise<LoadedPlane>): Shared<LoadedPlane> {
  return new Shared(loading, ({ plane }) => context.free(plane.buffer));
}
