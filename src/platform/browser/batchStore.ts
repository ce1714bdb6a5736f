import { type DBSchema, type IDBPTransaction, openDB } from 'idb';
import type { BatchItem, BatchPlan } from '../../dataset/batch/queue.ts';

/** A batch but for its items. */
export interface BatchRecord {
  readonly id: string;
  readonly plan: BatchPlan;
  /** Whether it is to run: true of one whose tab was closed on the way. */
  readonly isWanted: boolean;
  /** Where its pictures and stacks go; undefined where it writes none. */
  readonly folder: FileSystemDirectoryHandle | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

interface StoredItem extends BatchItem {
  readonly batch: string;
}

interface StoredBatch extends BatchRecord {
  /** The session that its picks are in. */
  readonly session: string;
}

interface Schema extends DBSchema {
  batches: { key: string; value: StoredBatch };
  items: { key: [batch: string, place: number]; value: StoredItem };
}

const databaseName = 'cryolite-batch';
const databaseVersion = 1;
/** Of so many sessions the last batch is kept. */
const keptBatches = 20;

/** The last batch of a session and how far it is, after every step of every item: what a killed tab leaves is all here. */
export interface BatchStore {
  /** Undefined where there is none. */
  load(): Promise<{ readonly batch: BatchRecord; readonly items: readonly BatchItem[] } | undefined>;
  /** A new one; the session's one before is forgotten. */
  begin(batch: BatchRecord, items: readonly BatchItem[]): Promise<void>;
  saveBatch(batch: BatchRecord): Promise<void>;
  saveItems(batch: string, items: readonly BatchItem[]): Promise<void>;
  forget(): Promise<void>;
}

/**
 * Opens the database, at the batches of one session: in another one their picks are not, and no tab there may go on with them.
 * @throws when the browser refuses storage.
 */
export async function openBatchStore(sessionId: string): Promise<BatchStore> {
  const database = await openDB<Schema>(databaseName, databaseVersion, {
    upgrade(db) {
      db.createObjectStore('batches', { keyPath: 'id' });
      db.createObjectStore('items', { keyPath: ['batch', 'place'] });
    },
    // A newer page in another tab wants to change the layout: let it.
    blocking: (_current, _blocked, event) => {
      if (event.target instanceof IDBDatabase) event.target.close();
    },
  });
  return {
    load: async () => {
      const own = (await database.getAll('batches')).filter(({ session }) => session === sessionId);
      const last = own.sort((a, b) => b.startedAt - a.startedAt)[0];
      if (!last) return undefined;
      const { session: _session, ...batch } = last;
      const stored = await database.getAll('items', itemsOf(batch.id));
      return { batch, items: stored.map(({ batch: _, ...item }) => item) };
    },
    begin: async (batch, items) => {
      const transaction = database.transaction(['batches', 'items'], 'readwrite');
      await drop(transaction, ({ session }, age) => session === sessionId || age >= keptBatches);
      await transaction.objectStore('batches').put({ ...batch, session: sessionId });
      for (const item of items) void transaction.objectStore('items').put({ ...item, batch: batch.id });
      await transaction.done;
    },
    saveBatch: async (batch) => {
      await database.put('batches', { ...batch, session: sessionId });
    },
    saveItems: async (batch, items) => {
      const transaction = database.transaction('items', 'readwrite');
      for (const item of items) void transaction.store.put({ ...item, batch });
      await transaction.done;
    },
    forget: async () => {
      const transaction = database.transaction(['batches', 'items'], 'readwrite');
      await drop(transaction, ({ session }) => session === sessionId);
      await transaction.done;
    },
  };
}

function itemsOf(batch: string): IDBKeyRange {
  return IDBKeyRange.bound([batch, 0], [batch, Number.POSITIVE_INFINITY]);
}

/** @param age how many batches are younger. */
async function drop(
  transaction: IDBPTransaction<Schema, ('batches' | 'items')[], 'readwrite'>,
  isMeant: (batch: StoredBatch, age: number) => boolean,
): Promise<void> {
  const batches = transaction.objectStore('batches');
  const all = (await batches.getAll()).sort((a, b) => b.startedAt - a.startedAt);
  for (const { id } of all.filter(isMeant)) {
    await batches.delete(id);
    await transaction.objectStore('items').delete(itemsOf(id));
  }
}

/** Stands in where the browser refuses storage: the batch is gone with the page. */
export function memoryBatchStore(): BatchStore {
  let batch: BatchRecord | undefined;
  const items = new Map<number, BatchItem>();
  const put = (changed: readonly BatchItem[]): void => {
    for (const item of changed) items.set(item.place, item);
  };
  return {
    load: async () => batch && { batch, items: [...items.values()].sort((a, b) => a.place - b.place) },
    begin: async (next, all) => {
      batch = next;
      items.clear();
      put(all);
    },
    saveBatch: async (next) => {
      batch = next;
    },
    saveItems: async (_, changed) => put(changed),
    forget: async () => {
      batch = undefined;
      items.clear();
    },
  };
}

/**
 * Holds the right to run the batch, so that two tabs do not do the same work.
 * @returns what gives it back; undefined where another tab has it.
 */
export async function holdBatch(): Promise<(() => void) | undefined> {
  const { locks } = navigator;
  // Without locks (an insecure page) there is nobody to ask.
  if (!locks) return () => {};
  return await new Promise((got, fail) => {
    locks
      .request('cryolite-batch', { ifAvailable: true }, (lock) => {
        if (!lock) {
          got(undefined);
          return undefined;
        }
        return new Promise<void>((release) => got(release));
      })
      .catch(fail);
  });
}
