import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { keysToEvict, type LruEntry } from '../../tiles/cache.ts';
import {
  type KeptThumbnail,
  noThumbnailCache,
  type ThumbnailCache,
  type ThumbnailFacts,
} from '../../tiles/thumbnailCache.ts';

interface ThumbnailEntry extends LruEntry {
  readonly facts: ThumbnailFacts;
}

interface Schema extends DBSchema {
  pictures: { key: string; value: Omit<KeptThumbnail, 'facts'> };
  entries: { key: string; value: ThumbnailEntry };
}

const databaseName = 'cryolite-thumbnails';
/** Some 6,000 thumbnails of 256². */
export const thumbnailBudget = 400 * 2 ** 20;
/** A thumbnail's use is written down again after so long, ms: its order of eviction needs no more. */
const useIsNewFor = 24 * 3_600_000;

/** Thumbnails in IndexedDB, dropped by least recent use when over the budget; where there is no storage or no room, it just remembers less. */
export async function openThumbnailCache(budget = thumbnailBudget): Promise<ThumbnailCache> {
  let database: IDBPDatabase<Schema>;
  try {
    database = await openDB<Schema>(databaseName, 1, {
      upgrade: (db) => {
        db.createObjectStore('pictures');
        db.createObjectStore('entries', { keyPath: 'key' });
      },
      // Another tab wants to upgrade or delete: let it.
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    });
  } catch {
    return noThumbnailCache(budget);
  }
  const book = new Map<string, ThumbnailEntry>();
  for (const entry of await database.getAll('entries').catch(() => [])) book.set(entry.key, entry);
  let bytes = [...book.values()].reduce((sum, entry) => sum + entry.bytes, 0);

  const note = (entry: ThumbnailEntry): void => {
    bytes += entry.bytes - (book.get(entry.key)?.bytes ?? 0);
    book.set(entry.key, entry);
  };
  const drop = async (keys: readonly string[]): Promise<void> => {
    const write = database.transaction(['pictures', 'entries'], 'readwrite');
    const deletions = keys.flatMap((key) => {
      bytes -= book.get(key)?.bytes ?? 0;
      book.delete(key);
      return [write.objectStore('pictures').delete(key), write.objectStore('entries').delete(key)];
    });
    await Promise.all([...deletions, write.done]);
  };
  const touch = (entry: ThumbnailEntry): void => {
    const usedAt = Date.now();
    if (usedAt - entry.usedAt < useIsNewFor) return;
    note({ ...entry, usedAt });
    // Only the order of eviction suffers.
    database.put('entries', { ...entry, usedAt }).catch(() => {});
  };
  const store = async (key: string, { facts, ...picture }: KeptThumbnail): Promise<void> => {
    const entry = { key, bytes: picture.data.byteLength, usedAt: Date.now(), facts };
    const write = database.transaction(['pictures', 'entries'], 'readwrite');
    await Promise.all([
      write.objectStore('pictures').put(picture, key),
      write.objectStore('entries').put(entry),
      write.done,
    ]);
    note(entry);
  };
  return {
    get: async (key) => {
      const entry = book.get(key);
      if (!entry) return undefined;
      try {
        const picture = await database.get('pictures', key);
        if (!picture) return undefined;
        touch(entry);
        return { ...picture, facts: entry.facts };
      } catch {
        return undefined;
      }
    },
    facts: async (key) => book.get(key)?.facts,
    put: async (key, thumbnail) => {
      try {
        await store(key, thumbnail);
        if (bytes > budget) await drop(keysToEvict(book.values(), budget));
      } catch {
        // Most likely the quota: make room for the next one.
        await drop(keysToEvict(book.values(), bytes / 2)).catch(() => {});
      }
    },
    usage: async () => ({ bytes, budget, thumbnails: book.size }),
    clear: async () => {
      book.clear();
      bytes = 0;
      try {
        const write = database.transaction(['pictures', 'entries'], 'readwrite');
        await Promise.all([
          write.objectStore('pictures').clear(),
          write.objectStore('entries').clear(),
          write.done,
        ]);
      } catch {
        // Then the browser has taken the storage away already.
      }
    },
  };
}
