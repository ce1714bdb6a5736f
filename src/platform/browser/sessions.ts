import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { MicrographSession } from '../../dataset/session.ts';

/** Something opened before: what to show, and the handles to open it again where the browser keeps them. */
export interface RecentSource {
  readonly id: string;
  readonly kind: 'files' | 'folder' | 'demo';
  readonly name: string;
  readonly handles: readonly FileSystemHandle[];
  /** The micrograph that was on the screen, as folder and name. */
  readonly current: string | undefined;
  /** Its frame. */
  readonly frame: number;
  /** Whether it was in the list when the page was left; then it opens again by itself. */
  readonly isOpen: boolean;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
}

/** The text of a STAR file that picks came from. */
export interface StarText {
  /** SHA-256 of the text, hex. */
  readonly hash: string;
  readonly text: string;
}

interface StoredStar extends StarText {
  /** Milliseconds since 1970, and the text's length: so both are known without reading the text. */
  readonly kept: [usedAt: number, length: number];
}

interface Schema extends DBSchema {
  sessions: { key: string; value: MicrographSession; indexes: { updatedAt: number } };
  recent: { key: string; value: RecentSource; indexes: { openedAt: number } };
  stars: { key: string; value: StoredStar; indexes: { kept: [number, number] } };
}

const databaseName = 'cryolite-sessions';
const databaseVersion = 2;
const keptRecent = 8;
const keptStarLetters = 2 ** 28;

/**
 * What survives a reload, in IndexedDB: a session a micrograph under its fingerprint, and what was opened last.
 * Everything is best effort: where storage is refused (private windows), the page works and forgets.
 */
export interface SessionStore {
  load(fingerprint: string): Promise<MicrographSession | undefined>;
  save(session: MicrographSession): Promise<void>;
  /** Latest first. */
  recent(): Promise<RecentSource[]>;
  remember(source: RecentSource): Promise<void>;
  forget(id: string): Promise<void>;
  keepStar(star: StarText): Promise<void>;
  loadStar(hash: string): Promise<string | undefined>;
}

/**
 * Opens the database. @throws when the browser refuses storage.
 * @param starLetters letters of STAR files that are kept together: those used longest ago go first.
 */
export async function openSessionStore(starLetters = keptStarLetters): Promise<SessionStore> {
  const database = await openDB<Schema>(databaseName, databaseVersion, {
    upgrade(db, oldVersion) {
      if (oldVersion < 1) {
        db.createObjectStore('sessions', { keyPath: 'fingerprint' }).createIndex('updatedAt', 'updatedAt');
        db.createObjectStore('recent', { keyPath: 'id' }).createIndex('openedAt', 'openedAt');
      }
      if (oldVersion < 2) db.createObjectStore('stars', { keyPath: 'hash' }).createIndex('kept', 'kept');
    },
    // A newer page in another tab wants to change the layout: let it.
    blocking: (_current, _blocked, event) => {
      if (event.target instanceof IDBDatabase) event.target.close();
    },
  });
  return {
    load: (fingerprint) => database.get('sessions', fingerprint),
    save: async (session) => {
      await database.put('sessions', session);
    },
    recent: async () => (await database.getAllFromIndex('recent', 'openedAt')).reverse(),
    remember: (source) => remember(database, source),
    forget: (id) => database.delete('recent', id),
    keepStar: (star) => keepStar(database, star, starLetters),
    loadStar: async (hash) => {
      const star = await database.get('stars', hash);
      if (star) await keepStar(database, star, starLetters);
      return star?.text;
    },
  };
}

async function keepStar(
  database: IDBPDatabase<Schema>,
  { hash, text }: StarText,
  limit: number,
): Promise<void> {
  const { store, done } = database.transaction('stars', 'readwrite');
  await store.put({ hash, text, kept: [Date.now(), text.length] });
  let letters = 0;
  let cursor = await store.index('kept').openKeyCursor(undefined, 'prev');
  while (cursor) {
    letters += cursor.key[1];
    if (letters > limit && cursor.primaryKey !== hash) await store.delete(cursor.primaryKey);
    cursor = await cursor.continue();
  }
  await done;
}

async function remember(database: IDBPDatabase<Schema>, source: RecentSource): Promise<void> {
  const transaction = database.transaction('recent', 'readwrite');
  for (const other of await transaction.store.getAll()) {
    if (other.id !== source.id && isSame(other, source)) await transaction.store.delete(other.id);
  }
  await transaction.store.put(source);
  const all = await transaction.store.index('openedAt').getAllKeys();
  for (const id of all.slice(0, Math.max(0, all.length - keptRecent))) await transaction.store.delete(id);
  await transaction.done;
}

/** By kind and name: comparing handles is asynchronous and would end the transaction. */
function isSame(a: RecentSource, b: RecentSource): boolean {
  return a.kind === b.kind && a.name === b.name && a.handles.length === b.handles.length;
}
