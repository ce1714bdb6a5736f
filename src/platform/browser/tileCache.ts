import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import {
  type CachedTile,
  keysToEvict,
  type LruEntry,
  noTileCache,
  type PictureSummary,
  type TileCache,
} from '../../tiles/cache.ts';

interface TileSchema extends DBSchema {
  tiles: { key: string; value: CachedTile };
  entries: { key: string; value: LruEntry };
  summaries: { key: string; value: PictureSummary };
}

const databaseName = 'cryolite-tiles';
/** What the cache takes at most: about 60 micrographs of 4096². */
export const defaultBudget = 1 << 30;
/** Uses of tiles are written down together, this long after the first, ms. */
const bookDelay = 2000;

/**
 * Tiles in IndexedDB, dropped by least recent use when over the budget. Where IndexedDB is missing (private windows)
 * or full, it just remembers less.
 */
export async function openTileCache(budget = defaultBudget): Promise<TileCache> {
  let database: IDBPDatabase<TileSchema>;
  try {
    database = await openDB<TileSchema>(databaseName, 1, {
      upgrade: (db) => {
        db.createObjectStore('tiles');
        db.createObjectStore('entries', { keyPath: 'key' });
        db.createObjectStore('summaries');
      },
      // Another tab wants to upgrade or delete: let it.
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    });
  } catch {
    return noTileCache(budget);
  }
  const book = new Map<string, LruEntry>();
  for (const entry of await database.getAll('entries').catch(() => [])) book.set(entry.key, entry);
  const used = new Set<string>();
  let scheduled = false;
  let evicted = 0;

  const writeBook = async (): Promise<void> => {
    scheduled = false;
    const entries = [...used].flatMap((key) => book.get(key) ?? []);
    used.clear();
    try {
      const write = database.transaction('entries', 'readwrite');
      await Promise.all([...entries.map((entry) => write.store.put(entry)), write.done]);
    } catch {
      // Only the order of eviction suffers.
    }
  };
  const note = (key: string, bytes: number): void => {
    book.set(key, { key, bytes, usedAt: Date.now() });
    used.add(key);
    if (scheduled) return;
    scheduled = true;
    setTimeout(() => void writeBook(), bookDelay);
  };
  const drop = async (keys: readonly string[]): Promise<void> => {
    evicted += keys.length;
    const write = database.transaction(['tiles', 'entries'], 'readwrite');
    const deletions = keys.flatMap((key) => {
      book.delete(key);
      used.delete(key);
      return [write.objectStore('tiles').delete(key), write.objectStore('entries').delete(key)];
    });
    await Promise.all([...deletions, write.done]);
  };
  const store = async (key: string, tile: CachedTile): Promise<void> => {
    const write = database.transaction(['tiles', 'entries'], 'readwrite');
    const entry = { key, bytes: tile.data.byteLength, usedAt: Date.now() };
    await Promise.all([
      write.objectStore('tiles').put(tile, key),
      write.objectStore('entries').put(entry),
      write.done,
    ]);
    book.set(key, entry);
  };

  return {
    get: async (key) => {
      if (!book.has(key)) return undefined;
      try {
        const tile = await database.get('tiles', key);
        if (tile) note(key, tile.data.byteLength);
        return tile;
      } catch {
        return undefined;
      }
    },
    put: async (key, tile) => {
      try {
        await store(key, tile);
        const excess = keysToEvict(book.values(), budget);
        if (excess.length > 0) await drop(excess);
      } catch {
        // Most likely the quota: make room for the next one.
        const half = [...book.values()].reduce((sum, entry) => sum + entry.bytes, 0) / 2;
        await drop(keysToEvict(book.values(), half)).catch(() => {});
      }
    },
    summary: async (key) => database.get('summaries', key).catch(() => undefined),
    putSummary: async (key, summary) => {
      // A few hundred bytes: they don't count.
      await database.put('summaries', summary, key).catch(() => {});
    },
    usage: async () => ({
      bytes: [...book.values()].reduce((sum, entry) => sum + entry.bytes, 0),
      budget,
      tiles: book.size,
      evicted,
    }),
    clear: async () => {
      book.clear();
      used.clear();
      try {
        // All of it: another tab may have written tiles that are not in our book.
        const write = database.transaction(['tiles', 'entries', 'summaries'], 'readwrite');
        await Promise.all([
          write.objectStore('tiles').clear(),
          write.objectStore('entries').clear(),
          write.objectStore('summaries').clear(),
          write.done,
        ]);
      } catch {
        // Then the browser has taken the storage away already.
      }
    },
  };
}
