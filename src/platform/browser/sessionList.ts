import { CryoliteError } from '../../core/errors.ts';
import type { SessionInfo } from '../../dataset/session.ts';
import { type SessionDatabase, type StoredSession, sessionName, withinSession } from './sessionSchema.ts';

/** A session, and how much is in it. */
export interface SessionSummary extends SessionInfo {
  /** Micrographs that were worked on. */
  readonly micrographs: number;
  /** Above their thresholds. */
  readonly picks: number;
}

/** Deleted sessions can be had back this long. */
export const keptDeletedDays = 7;
const dayMilliseconds = 86_400_000;

/** The sessions there are. Every change is one transaction: other tabs see all of it or nothing. */
export interface SessionList {
  /** Those in use first, the one used last before all; the deleted ones are among them. */
  all(): Promise<SessionInfo[]>;
  /** Counts micrographs and picks without reading them. */
  summary(info: SessionInfo): Promise<SessionSummary>;
  find(id: string): Promise<SessionInfo | undefined>;
  /** What opens by itself with the session: the browser has to be asked for it before. */
  openHandles(id: string): Promise<FileSystemHandle[]>;
  /** @param source what it is called by, until the user gives it a name. */
  create(name?: string, source?: string): Promise<SessionInfo>;
  /** @throws CryoliteError where there is no such session any more. */
  rename(id: string, name: string): Promise<SessionInfo>;
  /** Calls it by what was opened in it first, where the user has not named it. */
  nameBySource(id: string, source: string): Promise<SessionInfo>;
  /** It can be had back for some days. */
  remove(id: string): Promise<void>;
  restore(id: string): Promise<void>;
  /** For good, with all that is in it. */
  purge(id: string): Promise<void>;
  /** Purges what was deleted long ago. */
  purgeOld(now?: number): Promise<void>;
}

export function sessionList(database: SessionDatabase): SessionList {
  const change = async (id: string, next: (before: StoredSession) => StoredSession): Promise<SessionInfo> => {
    const { store, done } = database.transaction('sessions', 'readwrite');
    const before = await store.get(id);
    const after = before && next(before);
    if (after) await store.put(after);
    await done;
    if (!after) throw noSession();
    return infoOf(after);
  };
  const purge = async (id: string): Promise<void> => {
    const transaction = database.transaction(['sessions', 'micrographs', 'items', 'recent'], 'readwrite');
    await Promise.all([
      transaction.objectStore('sessions').delete(id),
      transaction.objectStore('micrographs').delete(withinSession(id)),
      transaction.objectStore('items').delete(withinSession(id)),
      transaction.objectStore('recent').delete(withinSession(id)),
      transaction.done,
    ]);
  };
  const all = async (): Promise<SessionInfo[]> => {
    const stored = await database.getAll('sessions');
    const isGone = ({ deletedAt }: SessionInfo): number => (deletedAt === undefined ? 0 : 1);
    return stored.map(infoOf).sort((a, b) => isGone(a) - isGone(b) || b.usedAt - a.usedAt);
  };
  return {
    all,
    summary: async (info) => {
      let micrographs = 0;
      let picks = 0;
      const index = database.transaction('micrographs').store.index('tally');
      let cursor = await index.openKeyCursor(withinSession(info.id));
      while (cursor) {
        micrographs++;
        picks += cursor.key[1];
        cursor = await cursor.continue();
      }
      return { ...info, micrographs, picks };
    },
    find: async (id) => {
      const stored = await database.get('sessions', id);
      return stored && infoOf(stored);
    },
    openHandles: async (id) => {
      const recent = await database.getAll('recent', withinSession(id));
      return recent.filter(({ isOpen }) => isOpen).flatMap(({ handles }) => handles);
    },
    create: async (name, source) => {
      const now = Date.now();
      const info: SessionInfo = {
        id: crypto.randomUUID(),
        name: name ?? sessionName(source, now),
        hasOwnName: name !== undefined,
        createdAt: now,
        usedAt: now,
        deletedAt: undefined,
      };
      await database.put('sessions', { ...info, owner: undefined });
      return info;
    },
    rename: (id, name) => change(id, (before) => ({ ...before, name, hasOwnName: true })),
    nameBySource: (id, source) =>
      change(id, (before) =>
        before.hasOwnName || before.name !== sessionName(undefined, before.createdAt)
          ? before
          : { ...before, name: sessionName(source, before.createdAt) },
      ),
    remove: async (id) => {
      await change(id, (before) => ({ ...before, deletedAt: Date.now() }));
    },
    restore: async (id) => {
      await change(id, (before) => ({ ...before, deletedAt: undefined }));
    },
    purge,
    purgeOld: async (now = Date.now()) => {
      for (const { id, deletedAt } of await all()) {
        if (deletedAt !== undefined && now - deletedAt > keptDeletedDays * dayMilliseconds) await purge(id);
      }
    },
  };
}

export function infoOf({ id, name, hasOwnName, createdAt, usedAt, deletedAt }: StoredSession): SessionInfo {
  return { id, name, hasOwnName, createdAt, usedAt, deletedAt };
}

function noSession(): CryoliteError {
  return new CryoliteError('no-session', 'The session is not there any more: another tab has deleted it.');
}
