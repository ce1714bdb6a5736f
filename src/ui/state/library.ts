import { createStore } from 'solid-js/store';
import type { LocalFile } from '../../platform/browser/files.ts';
import type { QualityReport } from '../../rpc/contract.ts';

export type ItemStatus = 'unread' | 'opening' | 'open' | 'failed';

/** One micrograph in the list. Nothing of it is read until it is chosen. */
export interface LibraryItem {
  readonly key: string;
  /** The recent source it came from. */
  readonly sourceId: string;
  readonly name: string;
  readonly folder: string;
  readonly status: ItemStatus;
  /** One sentence about this file alone. */
  readonly error: string | undefined;
  /** Shown picks, once known. */
  readonly pickCount: number | undefined;
  /** Once it was judged. */
  readonly quality: QualityReport | undefined;
}

export interface Library {
  readonly items: readonly LibraryItem[];
  find(key: string | undefined): LibraryItem | undefined;
  file(key: string): LocalFile | undefined;
  /** Adds files, or finds them where they are already listed under that source. @returns their keys. */
  add(sourceId: string, files: readonly LocalFile[]): string[];
  update(key: string, change: Partial<Pick<LibraryItem, 'status' | 'error' | 'pickCount' | 'quality'>>): void;
  clear(): void;
}

/** The opened micrographs, in the order of opening. */
export function createLibrary(): Library {
  const [items, setItems] = createStore<LibraryItem[]>([]);
  const files = new Map<string, LocalFile>();
  /** Items are only ever added at the end, so places stay. A search would be felt with twenty thousand of them. */
  const places = new Map<string, number>();
  return {
    items,
    find: (key) => items[places.get(key ?? '') ?? -1],
    file: (key) => files.get(key),
    add: (sourceId, added) => {
      const fresh: LibraryItem[] = [];
      const keys = added.map((file) => {
        const key = `${sourceId}/${itemPath(file)}`;
        if (!files.has(key)) {
          const { name, folder } = file;
          places.set(key, places.size);
          fresh.push({
            key,
            sourceId,
            name,
            folder,
            status: 'unread',
            error: undefined,
            pickCount: undefined,
            quality: undefined,
          });
        }
        files.set(key, file);
        return key;
      });
      setItems((all) => [...all, ...fresh]);
      return keys;
    },
    update: (key, change) => {
      const index = places.get(key);
      if (index !== undefined) setItems(index, change);
    },
    clear: () => {
      files.clear();
      places.clear();
      setItems([]);
    },
  };
}

/** Folder and name: what the micrograph is called inside its source. */
export function itemPath({ name, folder }: { readonly name: string; readonly folder: string }): string {
  return folder ? `${folder}/${name}` : name;
}
