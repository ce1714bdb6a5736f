import type { IDBPTransaction } from 'idb';
import { CryoliteError } from '../../core/errors.ts';
import type { ListView } from '../../dataset/listView.ts';
import type { ItemNote, MicrographSession } from '../../dataset/session.ts';
import { knownView } from '../../dataset/sessionFile/records.ts';
import { type SessionList, sessionList } from './sessionList.ts';
import {
  openSessionDatabase,
  type RecentSource,
  type SessionDatabase,
  type SessionSchema,
  type StarText,
  type StoredSession,
  sessionOfStored,
  storedMicrograph,
  withinSession,
} from './sessionSchema.ts';

export type { KnownFolder, RecentSource, StarText } from './sessionSchema.ts';

const keptRecent = 8;
const keptStarLetters = 2 ** 28;
/** How exactly it is known when a session was used. */
const usedMilliseconds = 60_000;

/**
 * What survives a reload, in IndexedDB, of the session that is open: what is known of a micrograph, under its fingerprint,
 * of the items of the list, and what was opened last. Everything is best effort: where storage is refused (private
 * windows), the page works and forgets.
 */
export interface SessionStore {
  /** Of the session that is open. */
  readonly sessionId: string;
  load(fingerprint: string): Promise<MicrographSession | undefined>;
  /** @throws CryoliteError 'taken-over' where another tab has the session. */
  save(session: MicrographSession): Promise<void>;
  /** What is known of the items of the list. */
  items(): Promise<ItemNote[]>;
  /** Each as a whole, in the place of what was known under its key. @throws as `save`. */
  saveItems(notes: readonly ItemNote[]): Promise<void>;
  /** How the list is looked at; undefined where that was never changed, or is of a later version. */
  view(): Promise<ListView | undefined>;
  /** @throws as `save`. */
  saveView(view: ListView): Promise<void>;
  /** Latest first. */
  recent(): Promise<RecentSource[]>;
  remember(source: RecentSource): Promise<void>;
  forget(id: string): Promise<void>;
  keepStar(star: StarText): Promise<void>;
  loadStar(hash: string): Promise<string | undefined>;
}

/** The session that is open, all others, and the right to write. */
export interface OwnedSessionStore extends SessionStore {
  readonly list: SessionList;
  /** From now on only this tab may write into the session: another that still tries fails. */
  claim(): Promise<void>;
  /** Since when another tab has it, milliseconds since 1970. */
  ownedSince(): Promise<number | undefined>;
}

export interface SessionStoreOptions {
  /** Letters of STAR files that are kept together: those used longest ago go first. */
  readonly starLetters?: number;
  /** The session to open; the one used last without it, or where it is not there any more. */
  readonly sessionId?: string | undefined;
  /** When the browser or a newer page takes the database away. */
  readonly onLost?: () => void;
}

/** Opens the database and a session in it, the first one where there is none. @throws when the browser refuses storage. */
export async function openSessionStore(options: SessionStoreOptions = {}): Promise<OwnedSessionStore> {
  const { starLetters = keptStarLetters, sessionId: wanted, onLost } = options;
  const database = await openSessionDatabase(onLost);
  const list = sessionList(database);
  const known = (await list.all()).filter(({ deletedAt }) => deletedAt === undefined);
  const { id } = known.find((one) => one.id === wanted) ?? known[0] ?? (await list.create());
  const owning: Owning = { token: crypto.randomUUID(), follows: undefined };
  return {
    ...sessionStore(database, id, owning, starLetters),
    list,
    claim: async () => {
      const { store, done } = database.transaction('sessions', 'readwrite');
      // Where it is not written in the end, the next write looks for it.
      done.catch(() => {});
      const before = await store.get(id);
      owning.follows = before?.owner?.token;
      if (before) await store.put({ ...before, usedAt: Date.now(), owner: ownerOf(owning) });
      await done;
      owning.follows = undefined;
    },
    ownedSince: async () => {
      const owner = (await database.get('sessions', id))?.owner;
      return owner && owner.token !== owning.token ? owner.since : undefined;
    },
  };
}

/** A tab's claim to a session. */
interface Owning {
  readonly token: string;
  /** Who has it still by the database, where the claim found no room to be written. */
  follows: string | undefined;
}

function ownerOf({ token }: Owning): { readonly token: string; readonly since: number } {
  return { token, since: Date.now() };
}

/** @param owning of the tab that writes. */
function sessionStore(
  database: SessionDatabase,
  sessionId: string,
  owning: Owning,
  starLetters: number,
): SessionStore {
  /**
   * Writes where the session is ours: the right is looked up in the transaction that writes, so that a tab that was asleep
   * while another took over can't spoil what that has written.
   */
  const write = async (
    work: (transaction: WriteTransaction) => readonly Promise<unknown>[],
    change?: Pick<StoredSession, 'view'>,
  ): Promise<void> => {
    const transaction = database.transaction(['sessions', 'micrographs', 'items'], 'readwrite');
    const sessions = transaction.objectStore('sessions');
    const info = await sessions.get(sessionId);
    const owner = info?.owner?.token;
    const isClaimLate = owner !== undefined && owner === owning.follows;
    if (!info || (owner !== undefined && owner !== owning.token && !isClaimLate)) {
      await transaction.done;
      throw info ? takenOver(info.name) : gone();
    }
    const now = Date.now();
    const isStale = now - info.usedAt > usedMilliseconds;
    const next: StoredSession = {
      ...{ ...info, ...change },
      ...(isClaimLate || isStale ? { usedAt: now } : {}),
      ...(isClaimLate ? { owner: ownerOf(owning) } : {}),
    };
    await Promise.all([
      ...work(transaction),
      change || isClaimLate || isStale ? sessions.put(next) : undefined,
      transaction.done,
    ]);
    if (isClaimLate) owning.follows = undefined;
  };
  return {
    sessionId,
    load: async (fingerprint) => {
      const stored = await database.get('micrographs', [sessionId, fingerprint]);
      return stored && sessionOfStored(stored);
    },
    save: (session) => {
      // Before the transaction begins, which is another task: of 50,000 picks both take a while.
      const stored = storedMicrograph(sessionId, session);
      return write((transaction) => [transaction.objectStore('micrographs').put(stored)]);
    },
    items: async () => {
      const stored = await database.getAll('items', withinSession(sessionId));
      return stored.map(({ sessionId: _of, ...note }) => note);
    },
    saveItems: (notes) =>
      write((transaction) => {
        const items = transaction.objectStore('items');
        return notes.map((note) => items.put({ ...note, sessionId }));
      }),
    view: async () => knownView((await database.get('sessions', sessionId))?.view),
    saveView: (view) => write(() => [], { view }),
    recent: async () => {
      const stored = await database.getAllFromIndex('recent', 'openedAt', withinSession(sessionId));
      return stored.reverse().map(({ sessionId: _of, ...source }) => source);
    },
    remember: (source) => remember(database, sessionId, source),
    forget: (id) => database.delete('recent', [sessionId, id]),
    keepStar: (star) => keepStar(database, star, starLetters),
    loadStar: async (hash) => {
      const star = await database.get('stars', hash);
      if (star) await keepStar(database, star, starLetters);
      return star?.text;
    },
  };
}

/** Where what is known of micrographs and items is written, beside the right to do so. */
type WriteTransaction = IDBPTransaction<SessionSchema, ('sessions' | 'micrographs' | 'items')[], 'readwrite'>;

async function keepStar(database: SessionDatabase, { hash, text }: StarText, limit: number): Promise<void> {
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

async function remember(database: SessionDatabase, sessionId: string, source: RecentSource): Promise<void> {
  const { store, done } = database.transaction('recent', 'readwrite');
  await store.put({ ...source, sessionId });
  const all = await store.index('openedAt').getAllKeys(withinSession(sessionId));
  for (const key of all.slice(0, Math.max(0, all.length - keptRecent))) await store.delete(key);
  await done;
}

function takenOver(name: string): CryoliteError {
  return new CryoliteError(
    'taken-over',
    `Another tab has taken over the session ${name}: nothing is kept here.`,
  );
}

function gone(): CryoliteError {
  return new CryoliteError(
    'no-session',
    'The session was deleted for good in another tab: nothing is kept here.',
  );
}
