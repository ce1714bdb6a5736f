import type { JobOptions } from '../../core/progress.ts';
import type { BatchItem } from '../../dataset/batch/queue.ts';
import type { OpenedMicrograph } from '../../rpc/contract.ts';
import { residentCount } from '../../tiles/resident.ts';
import {
  closeItem,
  type FoundItem,
  findItem,
  type OpenedItem,
  type OpeningDependencies,
  openFound,
} from './batchOpening.ts';
import type { ReadingPattern } from './batchReading.ts';
import { isMovie } from './reading.ts';

type NamedItem = Pick<BatchItem, 'key' | 'name'>;

/** Reads the next micrograph while this one is worked on: one ahead, no more. */
export interface Ahead {
  /** Opens a micrograph, or hands over what was opened ahead. It is the caller's to close. @throws what opening throws. */
  take(pattern: ReadingPattern, item: NamedItem, options: JobOptions): Promise<OpenedItem>;
  /** Begins to open the one that comes next, in place of any other. What fails now is tried again by `take`, which says why. */
  begin(pattern: ReadingPattern, item: NamedItem): void;
  /** Lets go of what was opened ahead and is not wanted. */
  drop(): void;
}

interface Waiting {
  readonly key: string;
  readonly stop: AbortController;
  readonly opening: Promise<OpenedItem>;
}

export function createAhead(dependencies: OpeningDependencies): Ahead {
  let waiting: Waiting | undefined;
  const drop = (): void => {
    const gone = waiting;
    waiting = undefined;
    gone?.stop.abort();
    gone?.opening.then(({ opened }) => closeItem(dependencies, opened)).catch(() => {});
  };
  /** @returns undefined where it was read otherwise than it is to be now, or can't be. */
  const handedOver = async (
    { opening, stop }: Waiting,
    found: FoundItem,
    { signal, onProgress }: JobOptions,
  ): Promise<OpenedItem | undefined> => {
    const cancel = (): void => stop.abort();
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel);
    onProgress?.({ stage: 'Opening', done: 0, total: 1 });
    const ready = await opening.catch(() => undefined);
    signal?.removeEventListener('abort', cancel);
    if (ready && !signal?.aborted && isSameReading(ready, found)) return { ...found, opened: ready.opened };
    if (ready) closeItem(dependencies, ready.opened);
    signal?.throwIfAborted();
    return undefined;
  };
  return {
    take: async (pattern, item, options) => {
      const ready = waiting?.key === item.key ? waiting : undefined;
      if (!ready) drop();
      waiting = undefined;
      let found: FoundItem;
      try {
        // As it is now: the user may have worked on it since it was opened.
        found = await findItem(dependencies, pattern, item);
      } catch (error) {
        waiting = ready;
        drop();
        throw error;
      }
      return (
        (ready && (await handedOver(ready, found, options))) ??
        (await openFound(dependencies, found, options))
      );
    },
    begin: (pattern, item) => {
      drop();
      const stop = new AbortController();
      const { signal } = stop;
      const opening = findItem(dependencies, pattern, item).then((found) => {
        signal.throwIfAborted();
        return openFound(dependencies, found, { signal });
      });
      // Whoever takes it hears of it.
      opening.catch(() => {});
      waiting = { key: item.key, stop, opening };
    },
    drop,
  };
}

/**
 * Whether the next one may be read ahead: there has to be room for the one that is worked on, the next, and the one on the screen,
 * which must not be read again because of it.
 */
export function hasRoomAhead(opened: OpenedMicrograph): boolean {
  // A movie's sum is kept beside the picture that is made of it.
  const planes = 3 * (isMovie(opened) ? 2 : 1);
  return residentCount(Array<typeof opened>(planes).fill(opened)) === planes;
}

function isSameReading(a: FoundItem, b: FoundItem): boolean {
  return (
    a.file.size === b.file.size &&
    a.file.lastModified === b.file.lastModified &&
    JSON.stringify(a.request) === JSON.stringify(b.request)
  );
}
