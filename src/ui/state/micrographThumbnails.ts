import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import { isAbort, messageOf } from '../../core/errors.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { GreyThumbnail, MicrographLook } from '../../rpc/contract.ts';
import { readable } from './document.ts';
import type { Library } from './library.ts';

/** Thumbnails in the page's memory, 64 KiB each; all others lie in the worker's cache. */
const mostInMemory = 800;
/** Files that are read at a time while the user does nothing else. */
const mostAtOnce = 2;

/** Where thumbnails are looked at. */
export type ThumbnailPlace = 'list' | 'grid';

/** Thumbnails of the list's micrographs: what is in sight first, then all others, so that they are there at once. */
export interface MicrographThumbnails {
  find(key: string): GreyThumbnail | undefined;
  /** Counts thumbnails that have come. */
  readonly arrivals: Accessor<number>;
  /** What is in sight at a place now, in the order it is wanted. */
  want(place: ThumbnailPlace, keys: readonly string[]): void;
  /** How many of the list's files have been looked at. */
  readonly progress: Accessor<{ readonly done: number; readonly total: number }>;
  /** Stops what is made in the background; what is in sight still comes. */
  readonly isPaused: Accessor<boolean>;
  setPaused(isPaused: boolean): void;
}

/**
 * The next file to look at: in sight, the first that is wanted; else the first of the rest.
 * @param rest empty while something else is more important
 */
export function nextThumbnail(
  sight: Iterable<string>,
  rest: Iterable<string>,
  state: { isShown(key: string): boolean; isKnown(key: string): boolean; isBusy(key: string): boolean },
): { readonly key: string; readonly wantsPicture: boolean } | undefined {
  for (const key of sight) {
    if (!state.isShown(key) && !state.isBusy(key)) return { key, wantsPicture: true };
  }
  for (const key of rest) if (!state.isKnown(key) && !state.isBusy(key)) return { key, wantsPicture: false };
  return undefined;
}

/** @param isWorking whether a job of the user's runs: then only what is in sight is made, one at a time. */
export function createMicrographThumbnails(dependencies: {
  readonly compute: Pick<ComputeClient, 'lookAtFile'>;
  readonly library: Library;
  readonly isWorking: Accessor<boolean>;
}): MicrographThumbnails {
  const { compute, library, isWorking } = dependencies;
  const pictures = new Map<string, GreyThumbnail>();
  /** Files that were looked at, or can't be. */
  const known = new Set<string>();
  const failed = new Set<string>();
  const busy = new Map<string, AbortController>();
  const sight = new Map<ThumbnailPlace, readonly string[]>();
  const [arrivals, setArrivals] = createSignal(0);
  const [done, setDone] = createSignal(0);
  const [isPaused, setPaused] = createSignal(false);
  /** Where the background has got to: everything before it is known. */
  let place = 0;
  let isStopped = false;

  const keep = (key: string, picture: GreyThumbnail): void => {
    pictures.delete(key);
    pictures.set(key, picture);
    const inSight = new Set([...sight.values()].flat());
    for (const old of pictures.keys()) {
      if (pictures.size <= mostInMemory) break;
      if (!inSight.has(old)) pictures.delete(old);
    }
    setArrivals((count) => count + 1);
  };
  const note = (key: string, { facts }: MicrographLook): void => {
    const item = library.find(key);
    if (!item || (item.fingerprint === facts.fingerprint && item.size !== undefined)) return;
    const { width, height, fingerprint, defocusAngstrom } = facts;
    library.update(key, {
      size: { width, height },
      fingerprint,
      ...(item.defocusAngstrom === undefined ? { defocusAngstrom } : {}),
    });
  };
  const look = async (key: string, wantsPicture: boolean): Promise<void> => {
    const own = new AbortController();
    busy.set(key, own);
    const local = library.file(key);
    try {
      if (!local) return;
      const file = await readable(local.getFile(), local.name);
      const result = await compute.lookAtFile(file, wantsPicture, { signal: own.signal });
      if (own.signal.aborted) return;
      note(key, result);
      if (result.picture) keep(key, result.picture);
    } catch (error) {
      if (own.signal.aborted || isAbort(error)) return;
      failed.add(key);
      const status = library.find(key)?.status;
      // One that is on the screen could be read: by what the user has said of it.
      if (status === 'unread') library.update(key, { status: 'failed', error: messageOf(error) });
    } finally {
      busy.delete(key);
      if (!own.signal.aborted && !known.has(key)) {
        known.add(key);
        setDone((count) => count + 1);
      }
      pump();
    }
  };
  const state = {
    isShown: (key: string) => pictures.has(key) || failed.has(key),
    isKnown: (key: string) => known.has(key),
    isBusy: (key: string) => busy.has(key),
  };
  function* rest(): Generator<string> {
    const items = library.plain();
    while (place < items.length && known.has(items[place]?.key ?? '')) place++;
    for (let i = place; i < items.length; i++) yield items[i]?.key ?? '';
  }
  const pump = (): void => {
    const quiet = !isWorking();
    while (!isStopped && busy.size < (quiet ? mostAtOnce : 1)) {
      const background = quiet && !isPaused() ? rest() : [];
      const next = nextThumbnail([...sight.values()].flat(), background, state);
      if (!next) return;
      void look(next.key, next.wantsPicture);
    }
  };
  createEffect(
    on([() => library.items.length, isWorking, isPaused], ([length]) => {
      if (length === 0) {
        for (const controller of busy.values()) controller.abort();
        for (const of of [pictures, known, failed]) of.clear();
        place = 0;
        setDone(0);
      }
      pump();
    }),
  );
  onCleanup(() => {
    isStopped = true;
    for (const controller of busy.values()) controller.abort();
  });
  return {
    find: (key) => {
      arrivals();
      return pictures.get(key);
    },
    arrivals,
    want: (of, keys) => {
      sight.set(of, keys);
      pump();
    },
    progress: createMemo(() => ({
      done: Math.min(done(), library.items.length),
      total: library.items.length,
    })),
    isPaused,
    setPaused,
  };
}
