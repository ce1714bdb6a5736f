import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from 'idb';
import type { ListView } from '../../dataset/listView.ts';
import {
  type PickColumns,
  type PlaceColumns,
  pickColumns,
  picksOfColumns,
  placeColumns,
  placesOf,
} from '../../dataset/pickColumns.ts';
import { isShown, type Pick, type Place } from '../../dataset/picks.ts';
import type { ItemNote, MicrographSession, SessionInfo } from '../../dataset/session.ts';

/** A folder as it is called where it lies, and as the session knows it: it was renamed, or another had its name. */
export interface KnownFolder {
  /** With those above it inside the source: "Grid3_old/raw". */
  readonly lies: string;
  readonly known: string;
  /** True where another folder had its name: what it is known by was never its own. */
  readonly isGiven?: true;
}

/** Something opened before: what to show, and the handles to open it again where the browser keeps them. */
export interface RecentSource {
  readonly id: string;
  readonly kind: 'files' | 'folder' | 'demo';
  /** No other of the session is called the same. */
  readonly name: string;
  readonly handles: readonly FileSystemHandle[];
  /** Absent where all folders are known as they are called. */
  readonly folders?: readonly KnownFolder[];
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

/** What lies in a session's drawer: everything but stars, which are the same for all under their hash. */
interface InSession {
  readonly sessionId: string;
}

/** Picks lie in columns; as lists where they came from an earlier version. */
export interface StoredMicrograph extends InSession, Omit<MicrographSession, 'picks' | 'rejected'> {
  readonly picks: PickColumns | readonly Pick[];
  readonly rejected?: PlaceColumns | readonly Place[] | undefined;
  /** Picks above the threshold: in an index, so that counting reads no picks. */
  readonly pickCount: number;
}

export interface StoredSession extends SessionInfo {
  /** The tab that may write into it; any may where there is none. */
  readonly owner: { readonly token: string; readonly since: number } | undefined;
  /** How its list is looked at; absent where that was never changed. */
  readonly view?: ListView | undefined;
}

export interface SessionSchema extends DBSchema {
  sessions: { key: string; value: StoredSession };
  micrographs: {
    key: [sessionId: string, fingerprint: string];
    value: StoredMicrograph;
    indexes: { tally: [sessionId: string, pickCount: number] };
  };
  items: { key: [sessionId: string, key: string]; value: ItemNote & InSession };
  recent: {
    key: [sessionId: string, id: string];
    value: RecentSource & InSession;
    indexes: { openedAt: [sessionId: string, openedAt: number] };
  };
  stars: { key: string; value: StoredStar; indexes: { kept: [number, number] } };
}

export type SessionDatabase = IDBPDatabase<SessionSchema>;
type Upgrade = IDBPTransaction<SessionSchema, StoreNames<SessionSchema>[], 'versionchange'>;

export const sessionDatabaseName = 'cryolite-sessions';
const version = 3;

/**
 * Opens the database and brings what an earlier version has kept into today's layout.
 * @throws when the browser refuses storage, or has a database of a later version.
 */
export async function openSessionDatabase(onLost: () => void = () => {}): Promise<SessionDatabase> {
  return await openDB<SessionSchema>(sessionDatabaseName, version, {
    async upgrade(db, oldVersion, _newVersion, transaction) {
      if (oldVersion < 2) createStars(db);
      if (oldVersion < 1) createStores(db);
      else if (oldVersion < 3) await gatherIntoOne(db, transaction);
    },
    // A newer page in another tab wants to change the layout: let it.
    blocking: (_current, _blocked, event) => {
      if (event.target instanceof IDBDatabase) event.target.close();
      onLost();
    },
    terminated: onLost,
  });
}

/** Everything of one session, or of one and a number or name in it. */
export function withinSession(sessionId: string): IDBKeyRange {
  // An array comes after all numbers and strings.
  return IDBKeyRange.bound([sessionId], [sessionId, []]);
}

export function storedMicrograph(sessionId: string, session: MicrographSession): StoredMicrograph {
  const { threshold } = session.parameters;
  const pickCount = session.picks.filter((pick) => isShown(pick, threshold)).length;
  const { picks, rejected, ...rest } = session;
  return {
    ...rest,
    ...{ sessionId, pickCount, picks: columnsOf(picks) },
    ...(rejected && { rejected: placeColumns(rejected) }),
  };
}

const madeColumns = new WeakMap<readonly Pick[], PickColumns>();

/** Made once: a session is saved at every change of a slider, too, and lists of picks never change themselves. */
function columnsOf(picks: readonly Pick[]): PickColumns {
  const columns = madeColumns.get(picks) ?? pickColumns(picks);
  madeColumns.set(picks, columns);
  return columns;
}

export function sessionOfStored(stored: StoredMicrograph): MicrographSession {
  const { sessionId: _of, pickCount: _count, picks, rejected, ...rest } = stored;
  return {
    ...rest,
    picks: 'score' in picks ? picksOfColumns(picks) : picks,
    ...(rejected && { rejected: 'x' in rejected ? placesOf(rejected) : rejected }),
  };
}

/** Version 2: the text of STAR files. */
function createStars(db: SessionDatabase): void {
  db.createObjectStore('stars', { keyPath: 'hash' }).createIndex('kept', 'kept');
}

/** Version 3: several sessions. */
function createStores(db: SessionDatabase): void {
  db.createObjectStore('sessions', { keyPath: 'id' });
  db.createObjectStore('micrographs', { keyPath: ['sessionId', 'fingerprint'] }).createIndex('tally', [
    'sessionId',
    'pickCount',
  ]);
  db.createObjectStore('items', { keyPath: ['sessionId', 'key'] });
  db.createObjectStore('recent', { keyPath: ['sessionId', 'id'] }).createIndex('openedAt', [
    'sessionId',
    'openedAt',
  ]);
}

/**
 * Versions 1 and 2 had no sessions of several micrographs: `sessions` held one a micrograph, under its fingerprint. All of
 * it becomes one session, named by what was opened last and when.
 */
async function gatherIntoOne(db: SessionDatabase, transaction: Upgrade): Promise<void> {
  // What earlier versions wrote under these names is of other types.
  const micrographs: unknown[] = await transaction.objectStore('sessions').getAll();
  const recent: unknown[] = await transaction.objectStore('recent').getAll();
  db.deleteObjectStore('sessions');
  db.deleteObjectStore('recent');
  createStores(db);
  // One that was written by halves must not keep all others from being brought along.
  const old = {
    micrographs: (micrographs as Partial<MicrographSession>[]).filter(isWhole),
    recent: (recent as Partial<RecentSource>[]).filter(isNamed),
  };
  if (old.micrographs.length + old.recent.length === 0) return;
  const session = sessionOfOld(old.micrographs, old.recent);
  await transaction.objectStore('sessions').put({ ...session, owner: undefined });
  for (const one of old.micrographs) {
    await transaction.objectStore('micrographs').put(storedMicrograph(session.id, one));
  }
  for (const source of old.recent) {
    await transaction.objectStore('recent').put({ ...source, sessionId: session.id });
  }
}

function isWhole(one: Partial<MicrographSession>): one is MicrographSession {
  const { fingerprint, parameters, picks } = one;
  return typeof fingerprint === 'string' && typeof parameters === 'object' && Array.isArray(picks);
}

function isNamed(source: Partial<RecentSource>): source is RecentSource {
  return typeof source.id === 'string' && Array.isArray(source.handles);
}

/** What a session is called that was there before sessions had names. */
export function sessionOfOld(
  micrographs: readonly MicrographSession[],
  recent: readonly RecentSource[],
): SessionInfo {
  const times = [
    ...micrographs.map(({ updatedAt }) => updatedAt),
    ...recent.map(({ openedAt }) => openedAt),
  ].filter((time) => Number.isFinite(time));
  const usedAt = times.reduce((a, b) => Math.max(a, b), 0);
  const createdAt = times.reduce((a, b) => Math.min(a, b), usedAt);
  const latest = recent.toSorted((a, b) => b.openedAt - a.openedAt)[0]?.name ?? micrographs.at(-1)?.name;
  return {
    id: crypto.randomUUID(),
    name: sessionName(latest, usedAt),
    hasOwnName: false,
    createdAt,
    usedAt,
    deletedAt: undefined,
  };
}

/** "grid 3, 22 Nov 2026". @param source what was opened in it first. */
export function sessionName(source: string | undefined, time: number): string {
  const day = new Date(time).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
  return source === undefined ? `Session of ${day}` : `${source}, ${day}`;
}
