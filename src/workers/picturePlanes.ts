import { CryoliteError, isAbort } from '../core/errors.ts';
import type { JobOptions } from '../core/progress.ts';
import type { PixelStatistics } from '../dataset/micrograph.ts';
import type { GpuContext } from '../gpu/context.ts';
import type { Plane } from '../gpu/plane.ts';
import type { Denoiser } from '../pipelines/denoising/denoiser.ts';
import type { LoadedPlane } from '../pipelines/load.ts';
import type { MadeKind } from '../rpc/contract.ts';
import type { RawPicture } from './rawPicture.ts';
import { Shared } from './shared.ts';

/** A raw picture on the GPU, and which one it is. */
interface ResidentPicture {
  readonly version: string;
  readonly plane: Shared<LoadedPlane>;
}

/** A filtered or denoised picture, and what it was made with and of. */
export interface FilteredPicture {
  readonly kind: MadeKind;
  readonly filter: Denoiser;
  readonly version: string;
  /** Undefined while it is not on the GPU. */
  plane: Shared<Plane> | undefined;
}

/**
 * The raw, the filtered and the denoised picture of something that is open, on the GPU only while they are wanted: they are made when
 * first asked for, thrown away when another image needs the room, and made again after a lost device. They are shared
 * by whatever runs at the same time (tiles, a filter, a pick), so each user holds them while it works.
 */
export class PicturePlanes {
  /** Of the raw picture, once it was made. */
  statistics: PixelStatistics | undefined;
  private context: GpuContext | undefined;
  private loaded: ResidentPicture | undefined;
  private readonly made = new Map<MadeKind, FilteredPicture>();
  /** Which one was made last. */
  private latest: MadeKind = 'filtered';
  private isClosed = false;

  constructor(
    private readonly name: string,
    private picture: RawPicture,
  ) {}

  get raw(): RawPicture {
    return this.picture;
  }

  /** What was made last. */
  get filtered(): FilteredPicture | undefined {
    return this.made.get(this.latest);
  }

  madeOf(kind: MadeKind): FilteredPicture | undefined {
    return this.made.get(kind);
  }

  /** Whether the raw picture is on the GPU, or on its way. */
  get isLoaded(): boolean {
    return this.loaded !== undefined;
  }

  /** Planes that it takes on the GPU: the raw one, which is there or comes back, and what is made of it. */
  get count(): number {
    return 1 + [...this.made.values()].filter(({ plane }) => plane !== undefined).length;
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
   * Has another raw picture from now on. Until it is there, and if it can't be made, the one before stays; what was made of
   * it goes with it.
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
    for (const { plane } of this.made.values()) plane?.drop();
    this.made.clear();
    this.picture = next;
    this.statistics = statistics;
  }

  /** Filters anew. Until the picture is there, and if it can't be made or is cancelled, the one of its kind before stays. */
  async filter(
    context: GpuContext,
    filter: Denoiser,
    options: JobOptions,
    kind: MadeKind = 'filtered',
  ): Promise<void> {
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
      this.made.get(kind)?.plane?.drop();
      const version = `${raw}-${filter.version}`;
      this.made.set(kind, { kind, filter, version, plane: isHomeless ? undefined : plane });
      this.latest = kind;
    });
  }

  /**
   * Runs `work` with a picture that was made, made again if it had to go.
   * @param kind by default what was made last.
   * @throws CryoliteError when there is none.
   */
  async withFiltered<R>(
    context: GpuContext,
    options: JobOptions,
    work: (plane: Plane, filtered: FilteredPicture, loaded: LoadedPlane) => R | Promise<R>,
    kind?: MadeKind,
  ): Promise<R> {
    return await this.withRaw(context, options, async (loaded) => {
      const made = this.made.get(kind ?? this.latest);
      if (!made) throw this.notFiltered();
      made.plane ??= this.filterAgain(context, loaded, made);
      return await made.plane.use((plane) => work(plane, made, loaded));
    });
  }

  /** Gives the memory back, as soon as nobody uses it; everything can be made again. */
  release(): void {
    this.loaded?.plane.drop();
    for (const [kind, made] of this.made) {
      made.plane?.drop();
      this.made.set(kind, { ...made, plane: undefined });
    }
    this.picture.release();
    this.context = undefined;
    this.loaded = undefined;
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
  private filterAgain(
    context: GpuContext,
    loaded: LoadedPlane,
    { kind, filter }: FilteredPicture,
  ): Shared<Plane> {
    this.checkOpen();
    const filtering = filter.apply(context, loaded, {});
    const filtered = new Shared(filtering, ({ buffer }) => context.free(buffer));
    filtering.catch(() => {
      const made = this.made.get(kind);
      if (made?.plane === filtered) made.plane = undefined;
    });
    return filtered;
  }
}

function share(context: GpuContext, loading: Promise<LoadedPlane>): Shared<LoadedPlane> {
  return new Shared(loading, ({ plane }) => context.free(plane.buffer));
}
