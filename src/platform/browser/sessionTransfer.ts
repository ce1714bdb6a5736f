import { freeName } from '../../core/freeName.ts';
import type { ListView } from '../../dataset/listView.ts';
import type { ItemNote, MicrographSession } from '../../dataset/session.ts';
import { knownView } from '../../dataset/sessionFile/records.ts';
import {
  openSessionDatabase,
  type SessionDatabase,
  type StarText,
  sessionOfStored,
  storedMicrograph,
  withinSession,
} from './sessionSchema.ts';

/** What a session that comes from a file is to be called. */
export interface ArrivingSession {
  readonly name: string;
  readonly hasOwnName: boolean;
  readonly createdAt: number;
  readonly view?: ListView | undefined;
}

/** Whole sessions on their way out of the database and into it. */
export interface SessionTransfer {
  /** One after the other: together they may not fit into memory. */
  micrographs(sessionId: string): AsyncGenerator<MicrographSession>;
  count(sessionId: string): Promise<number>;
  items(sessionId: string): Promise<ItemNote[]>;
  /** How its list is looked at. */
  view(sessionId: string): Promise<ListView | undefined>;
  star(hash: string): Promise<string | undefined>;
  /** A new session; one of the same name gets a number. It can't be opened before `arrived`. */
  create(session: ArrivingSession): Promise<{ readonly id: string; readonly name: string }>;
  put(sessionId: string, micrographs: readonly MicrographSession[]): Promise<void>;
  putItems(sessionId: string, items: readonly ItemNote[]): Promise<void>;
  putStar(star: StarText): Promise<void>;
  /** Everything is there. */
  arrived(sessionId: string): Promise<void>;
  /** Takes back what was put. */
  discard(sessionId: string): Promise<void>;
  close(): void;
}

/** @throws when the browser refuses storage. */
export async function openSessionTransfer(): Promise<SessionTransfer> {
  const database = await openSessionDatabase();
  return {
    micrographs: (sessionId) => micrographsOf(database, sessionId),
    count: (sessionId) => database.count('micrographs', withinSession(sessionId)),
    items: async (sessionId) => {
      const stored = await database.getAll('items', withinSession(sessionId));
      return stored.map(({ sessionId: _of, ...note }) => note);
    },
    view: async (sessionId) => knownView((await database.get('sessions', sessionId))?.view),
    star: async (hash) => (await database.get('stars', hash))?.text,
    create: async ({ name, hasOwnName, createdAt, view }) => {
      const names = new Set((await database.getAll('sessions')).map((one) => one.name));
      const id = crypto.randomUUID();
      const free = freeName(name, names);
      const now = Date.now();
      // As long as it is being written it counts as deleted: what is left of it after a crash goes by itself.
      const info = { id, name: free, hasOwnName, createdAt, usedAt: now, deletedAt: now };
      await database.put('sessions', { ...info, owner: undefined, view });
      return { id, name: free };
    },
    put: async (sessionId, micrographs) => {
      const { store, done } = database.transaction('micrographs', 'readwrite');
      await Promise.all([...micrographs.map((one) => store.put(storedMicrograph(sessionId, one))), done]);
    },
    putItems: async (sessionId, items) => {
      const { store, done } = database.transaction('items', 'readwrite');
      await Promise.all([...items.map((note) => store.put({ ...note, sessionId })), done]);
    },
    putStar: async ({ hash, text }) => {
      await database.put('stars', { hash, text, kept: [Date.now(), text.length] });
    },
    arrived: async (sessionId) => {
      const { store, done } = database.transaction('sessions', 'readwrite');
      const info = await store.get(sessionId);
      if (info) await store.put({ ...info, deletedAt: undefined });
      await done;
    },
    discard: async (sessionId) => {
      const transaction = database.transaction(['sessions', 'micrographs', 'items'], 'readwrite');
      await Promise.all([
        transaction.objectStore('sessions').delete(sessionId),
        transaction.objectStore('micrographs').delete(withinSession(sessionId)),
        transaction.objectStore('items').delete(withinSession(sessionId)),
        transaction.done,
      ]);
    },
    close: () => database.close(),
  };
}

async function* micrographsOf(
  database: SessionDatabase,
  sessionId: string,
): AsyncGenerator<MicrographSession> {
  for (const key of await database.getAllKeys('micrographs', withinSession(sessionId))) {
    const stored = await database.get('micrographs', key);
    if (stored) yield sessionOfStored(stored);
  }
}
