import { batch, createSignal } from 'solid-js';
import { createStore, unwrap } from 'solid-js/store';
import type { Acceptance } from '../../dataset/session.ts';
import type { LocalFile } from '../../platform/browser/files.ts';
import type { QualityReport } from '../../rpc/contract.ts';

export type ItemStatus = 'unread' | 'opening' | 'open' | 'failed';

export type { Acceptance } from '../../dataset/session.ts';

/** What is found out about a micrograph little by little; all of it undefined until then. */
export interface ItemFacts {
  /** Shown picks. */
  readonly pickCount: number | undefined;
  /** Once it was judged. */
  readonly quality: QualityReport | undefined;
  /** Rejected micrographs are left out of what is done with all. */
  readonly acceptance: Acceptance | undefined;
  /** Underfocus is positive, Å: from the file's header, or what the Wiener filter has found. */
  readonly defocusAngstrom: number | undefined;
  /** Of the pictures, px. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  /** Milliseconds since 1970. */
  readonly modified: number | undefined;
  /** Of the file. */
  readonly bytes: number | undefined;
  readonly fingerprint: string | undefined;
  /** A sentence about something doubtful: the file is not what it was. */
  readonly warning: string | undefined;
}

/** One micrograph in the list. Nothing of it is read until it is chosen. */
export interface LibraryItem extends ItemFacts {
  readonly key: string;
  /** The recent source it came from. */
  readonly sourceId: string;
  readonly name: string;
  readonly folder: string;
  readonly status: ItemStatus;
  /** One sentence about this file alone. */
  readonly error: string | undefined;
}

export type ItemChange = Partial<ItemFacts & Pick<LibraryItem, 'status' | 'error'>>;

export interface Library {
  readonly items: readonly LibraryItem[];
  /** The same without tracking, for walks through thousands: `version` tells when to look again. */
  plain(): readonly LibraryItem[];
  /** Counts changes of any item. */
  version(): number;
  find(key: string | undefined): LibraryItem | undefined;
  /** The same without tracking, as `plain`. */
  peek(key: string): LibraryItem | undefined;
  file(key: string): LocalFile | undefined;
  /** The key of the file that was listed last under this folder and name (`itemPath`); follows what is listed. */
  keyAt(path: string): string | undefined;
  /** Adds files, or finds them where they are already listed under that source. @returns their keys. */
  add(sourceId: string, files: readonly LocalFile[]): string[];
  update(key: string, change: ItemChange): void;
  /** Many at once. */
  updateAll(changes: Iterable<readonly [key: string, change: ItemChange]>): void;
  clear(): void;
}

const nothingKnown: ItemFacts = {
  pickCount: undefined,
  quality: undefined,
  acceptance: undefined,
  defocusAngstrom: undefined,
  size: undefined,
  modified: undefined,
  bytes: undefined,
  fingerprint: undefined,
  warning: undefined,
};

/** The opened micrographs, in the order of opening. */
export function createLibrary(): Library {
  const [items, setItems] = createStore<LibraryItem[]>([]);
  const [version, setVersion] = createSignal(0);
  const files = new Map<string, LocalFile>();
  /** Items are only ever added at the end, so places stay. A search would be felt with twenty thousand of them. */
  const places = new Map<string, number>();
  /** Names never change: kept as files come, not made anew for thousands at every change of one. */
  const keysByPath = new Map<string, string>();
  const touch = (): void => {
    setVersion((count) => count + 1);
  };
  const set = (key: string, change: ItemChange): void => {
    const index = places.get(key);
    if (index !== undefined) setItems(index, change);
  };
  return {
    items,
    plain: () => unwrap(items),
    version,
    find: (key) => items[places.get(key ?? '') ?? -1],
    peek: (key) => unwrap(items)[places.get(key) ?? -1],
    file: (key) => files.get(key),
    keyAt: (path) => {
      void items.length;
      return keysByPath.get(path);
    },
    add: (sourceId, added) => {
      const fresh: LibraryItem[] = [];
      const keys = added.map((file) => {
        const path = itemPath(file);
        const key = `${sourceId}/${path}`;
        if (!files.has(key)) {
          const { name, folder } = file;
          places.set(key, places.size);
          keysByPath.set(path, key);
          fresh.push({ key, sourceId, name, folder, status: 'unread', error: undefined, ...nothingKnown });
        }
        files.set(key, file);
        return key;
      });
      batch(() => {
        const last = fresh.pop();
        if (last) {
          // A store makes a signal for each element that is set: for 5,000 files that is felt. Nobody has asked for these yet, so
          // one that is set tells of all.
          const raw = unwrap(items);
          for (const item of fresh) raw.push(item);
          setItems(raw.length, last);
        }
        touch();
      });
      return keys;
    },
    update: (key, change) =>
      batch(() => {
        set(key, change);
        touch();
      }),
    updateAll: (changes) =>
      batch(() => {
        for (const [key, change] of changes) set(key, change);
        touch();
      }),
    clear: () =>
      batch(() => {
        files.clear();
        places.clear();
        keysByPath.clear();
        setItems([]);
        touch();
      }),
  };
}

/** Folder and name: what the micrograph is called inside its source. */
export function itemPath({ name, folder }: { readonly name: string; readonly folder: string }): string {
  return folder ? `${folder}/${name}` : name;
}

/**
 * Which micrographs count wherever "all" are meant, in exports, extraction, batch and judging: those that were not rejected.
 */
export function countedItems(library: Pick<Library, 'plain'>): readonly LibraryItem[] {
  return library.plain().filter(({ acceptance }) => acceptance !== 'rejected');
}
