import { type DBSchema, openDB } from 'idb';

/** A network that the user has opened, as it comes back after a reload. `D` is what is known of it without reading it. */
export interface KeptModel<D> {
  /** SHA-256 of the file, hex. */
  readonly hash: string;
  readonly description: D;
}

interface StoredModel extends KeptModel<unknown> {
  /** Milliseconds since 1970, and the size of the file: so both are known without reading it. */
  readonly kept: [usedAt: number, bytes: number];
}

interface Schema extends DBSchema {
  models: { key: string; value: StoredModel; indexes: { kept: [number, number] } };
  files: { key: string; value: ArrayBuffer };
}

const databaseName = 'cryolite-models';
/** Raise it when descriptions change: what is kept is forgotten then. */
const databaseVersion = 1;
const keptBytes = 2 ** 28;

/** The user's networks in IndexedDB, within a budget: those used longest ago go first. */
export interface ModelStore<D> {
  /** The one used last first. */
  list(): Promise<KeptModel<D>[]>;
  /** Keeps a file, or marks it as used now. @returns false where it is larger than the budget. */
  keep(model: KeptModel<D>, bytes: ArrayBuffer): Promise<boolean>;
  /** Undefined where it is not kept. */
  bytes(hash: string): Promise<ArrayBuffer | undefined>;
  forget(hash: string): Promise<void>;
}

/**
 * Opens the database. @throws when the browser refuses storage.
 * @param budget bytes of files that are kept together.
 */
export async function openModelStore<D>(budget = keptBytes): Promise<ModelStore<D>> {
  const database = await openDB<Schema>(databaseName, databaseVersion, {
    upgrade(db) {
      db.createObjectStore('models', { keyPath: 'hash' }).createIndex('kept', 'kept');
      db.createObjectStore('files');
    },
    // A newer page in another tab wants to change the layout: let it.
    blocking: (_current, _blocked, event) => {
      if (event.target instanceof IDBDatabase) event.target.close();
    },
  });
  return {
    list: async () => {
      const all = await database.getAllFromIndex('models', 'kept');
      // What this version of the database holds was written with this D.
      return all.reverse().map(({ hash, description }) => ({ hash, description: description as D }));
    },
    keep: async ({ hash, description }, file) => {
      if (file.byteLength > budget) return false;
      const transaction = database.transaction(['models', 'files'], 'readwrite');
      const models = transaction.objectStore('models');
      const files = transaction.objectStore('files');
      await models.put({ hash, description, kept: [Date.now(), file.byteLength] });
      await files.put(file, hash);
      let bytes = 0;
      let cursor = await models.index('kept').openKeyCursor(undefined, 'prev');
      while (cursor) {
        bytes += cursor.key[1];
        if (bytes > budget && cursor.primaryKey !== hash) {
          await models.delete(cursor.primaryKey);
          await files.delete(cursor.primaryKey);
        }
        cursor = await cursor.continue();
      }
      await transaction.done;
      return true;
    },
    bytes: (hash) => database.get('files', hash),
    forget: async (hash) => {
      const transaction = database.transaction(['models', 'files'], 'readwrite');
      await transaction.objectStore('models').delete(hash);
      await transaction.objectStore('files').delete(hash);
      await transaction.done;
    },
  };
}
