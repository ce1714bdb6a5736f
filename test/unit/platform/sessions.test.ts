import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { MicrographSession } from '../../../src/dataset/session.ts';
import { openSessionStore, type RecentSource } from '../../../src/platform/browser/sessions.ts';

const session: MicrographSession = {
  fingerprint: 'abc',
  name: 'a.mrc',
  parameters: {
    frame: 0,
    pixelSizeAngstrom: undefined,
    diameterAngstrom: 150,
    lowpassAngstrom: 20,
    highpassAngstrom: undefined,
    method: 'cnn',
    threshold: 0.4,
    brightParticles: false,
  },
  picks: [
    { x: 1.5, y: 2.25, score: 0.9, origin: 'cnn' },
    { x: 7, y: 8, score: 0.1, origin: 'cnn' },
  ],
  provenance: undefined,
  updatedAt: 1,
};
const source = (id: string, name: string, openedAt: number): RecentSource => ({
  id,
  kind: 'folder',
  name,
  handles: [],
  current: undefined,
  frame: 0,
  isOpen: true,
  openedAt,
});
const day = Date.UTC(2026, 10, 22, 12);

/** The database as version 1 or 2 of the page has left it. */
async function leaveOld(
  version: 1 | 2,
  sessions: MicrographSession[],
  recent: RecentSource[],
): Promise<void> {
  const old = await openDB('cryolite-sessions', version, {
    upgrade(db) {
      db.createObjectStore('sessions', { keyPath: 'fingerprint' }).createIndex('updatedAt', 'updatedAt');
      db.createObjectStore('recent', { keyPath: 'id' }).createIndex('openedAt', 'openedAt');
      if (version > 1) db.createObjectStore('stars', { keyPath: 'hash' }).createIndex('kept', 'kept');
    },
  });
  for (const one of sessions) await old.put('sessions', one);
  for (const one of recent) await old.put('recent', one);
  if (version > 1) await old.put('stars', { hash: 'h', text: 'data_old', kept: [1, 8] });
  old.close();
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe('a database of an earlier version', () => {
  it('of version 1 becomes one session with all that was in it', async () => {
    await leaveOld(1, [session, { ...session, fingerprint: 'def', picks: [], updatedAt: 2 }], []);
    const store = await openSessionStore();
    expect(await store.load('abc')).toEqual(session);
    expect((await store.load('def'))?.updatedAt).toBe(2);
    expect((await store.load('abc'))?.star).toBeUndefined();
    await store.keepStar({ hash: 'h', text: 'data_' });
    expect(await store.loadStar('h')).toBe('data_');
    expect(await store.items()).toEqual([]);
  });

  it('of version 2 keeps STAR files and what was opened, and is named by the latest of it', async () => {
    const recent = [source('1', 'grid 1', day - 5), source('2', 'grid 2', day)];
    await leaveOld(2, [{ ...session, updatedAt: day - 9 }], recent);
    const store = await openSessionStore();
    expect(await store.load('abc')).toEqual({ ...session, updatedAt: day - 9 });
    expect(await store.loadStar('h')).toBe('data_old');
    expect(await store.recent()).toEqual([source('2', 'grid 2', day), source('1', 'grid 1', day - 5)]);
    const all = await store.list.all();
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ name: 'grid 2, 22 Nov 2026', usedAt: day, createdAt: day - 9 });
    const [only] = await Promise.all(all.map((one) => store.list.summary(one)));
    expect(only).toMatchObject({ id: store.sessionId, micrographs: 1, picks: 1 });
  });

  it('with nothing in it becomes a first session', async () => {
    await leaveOld(2, [], []);
    const store = await openSessionStore();
    expect(await store.list.all()).toHaveLength(1);
    expect(await store.recent()).toEqual([]);
    expect(await store.loadStar('h')).toBe('data_old');
  });

  it('with a micrograph that was written by halves brings all others along', async () => {
    const { picks: _none, ...halved } = session;
    const odd = { ...halved, fingerprint: 'odd' } as MicrographSession;
    const { handles: _lost, ...without } = source('2', 'grid 2', day);
    await leaveOld(2, [odd, session], [without as RecentSource, source('1', 'grid 1', 1)]);
    const store = await openSessionStore();
    expect(await store.load('abc')).toEqual(session);
    expect((await store.recent()).map(({ id }) => id)).toEqual(['1']);
  });

  it('has picks as lists, which are read beside the columns of today', async () => {
    const { sessionId } = await openSessionStore();
    const database = await openDB('cryolite-sessions');
    await database.put('micrographs', { ...session, sessionId, pickCount: 1, rejected: [{ x: 1, y: 2 }] });
    database.close();
    const store = await openSessionStore();
    expect(await store.load('abc')).toEqual({ ...session, rejected: [{ x: 1, y: 2 }] });
  });

  it('is only brought up to date once', async () => {
    await leaveOld(1, [session], []);
    const { sessionId } = await openSessionStore();
    const again = await openSessionStore();
    expect(again.sessionId).toBe(sessionId);
    expect(await again.load('abc')).toEqual(session);
  });
});

describe('a session', () => {
  it('gives micrographs back under their fingerprint, also to a second connection', async () => {
    const store = await openSessionStore();
    await store.save(session);
    await store.save({ ...session, picks: [], updatedAt: 2 });
    const again = await openSessionStore();
    expect((await again.load('abc'))?.updatedAt).toBe(2);
    expect(await again.load('unknown')).toBeUndefined();
  });

  it('remembers what was opened: latest first, two of one name too, not for ever', async () => {
    const store = await openSessionStore();
    await store.remember(source('1', 'grid', 1));
    await store.remember(source('2', 'other', 2));
    await store.remember(source('3', 'grid', 3));
    expect((await store.recent()).map(({ id }) => id)).toEqual(['3', '2', '1']);
    await store.remember(source('1', 'grid', 4));
    expect((await store.recent()).map(({ id }) => id)).toEqual(['1', '3', '2']);
    for (let i = 10; i < 30; i++) await store.remember(source(`${i}`, `folder ${i}`, i));
    const kept = (await store.recent()).map(({ id }) => id);
    expect(kept).toHaveLength(8);
    expect(kept[0]).toBe('29');
    await store.forget('29');
    expect((await store.recent())[0]?.id).toBe('28');
  });

  it('keeps STAR files within a budget, those used last', async () => {
    const store = await openSessionStore({ starLetters: 400 });
    const text = 'x'.repeat(100);
    for (const hash of ['1', '2', '3', '4']) {
      await store.keepStar({ hash, text });
      await new Promise((done) => setTimeout(done, 2));
    }
    expect((await store.loadStar('1'))?.length).toBe(text.length);
    await new Promise((done) => setTimeout(done, 2));
    // "1" was used after "2".
    await store.keepStar({ hash: '5', text });
    const there = await Promise.all(
      ['1', '2', '5'].map(async (hash) => (await store.loadStar(hash)) !== undefined),
    );
    expect(there).toEqual([true, false, true]);
  });

  it('keeps what is known of the items of the list', async () => {
    const store = await openSessionStore();
    await store.saveItems([
      { key: 'a', acceptance: 'rejected', size: 5 },
      { key: 'b', ice: 0.5 },
    ]);
    await store.saveItems([{ key: 'a', acceptance: 'accepted' }]);
    expect(await store.items()).toEqual([
      { key: 'a', acceptance: 'accepted' },
      { key: 'b', ice: 0.5 },
    ]);
  });
});

describe('several sessions', () => {
  it('keep apart what is known of the same micrograph', async () => {
    const first = await openSessionStore();
    await first.save(session);
    await first.remember(source('1', 'grid', 1));
    await first.saveItems([{ key: 'a', acceptance: 'accepted' }]);
    const { id } = await first.list.create('another');
    const second = await openSessionStore({ sessionId: id });
    expect(second.sessionId).toBe(id);
    expect(await second.load('abc')).toBeUndefined();
    expect(await second.recent()).toEqual([]);
    expect(await second.items()).toEqual([]);
    await second.save({ ...session, updatedAt: 7 });
    expect((await first.load('abc'))?.updatedAt).toBe(1);
  });

  it('are renamed, deleted, had back, and purged with all that is in them', async () => {
    const store = await openSessionStore();
    const { list } = store;
    await store.save(session);
    const other = await list.create('to go');
    await list.rename(other.id, 'ribosome');
    expect((await list.find(other.id))?.name).toBe('ribosome');
    await list.remove(store.sessionId);
    // A deleted session is not opened by itself.
    expect((await openSessionStore({ sessionId: store.sessionId })).sessionId).toBe(other.id);
    expect((await list.all()).map(({ id }) => id)).toEqual([other.id, store.sessionId]);
    await list.restore(store.sessionId);
    expect(await store.load('abc')).toEqual(session);
    await list.remove(store.sessionId);
    await list.purgeOld(Date.now() + 6 * 86_400_000);
    expect(await list.find(store.sessionId)).toBeDefined();
    await list.purgeOld(Date.now() + 8 * 86_400_000);
    expect(await list.find(store.sessionId)).toBeUndefined();
    expect(await store.load('abc')).toBeUndefined();
    await expect(list.rename(store.sessionId, 'x')).rejects.toThrow(/not there any more/);
  });

  it('are called by what was opened first until they have a name', async () => {
    const { list, sessionId } = await openSessionStore();
    expect((await list.nameBySource(sessionId, 'grid 4')).name).toMatch(/^grid 4, /);
    expect((await list.nameBySource(sessionId, 'grid 5')).name).toMatch(/^grid 4, /);
    const other = await list.create('mine');
    expect((await list.nameBySource(other.id, 'grid 5')).name).toBe('mine');
  });
});

describe('two tabs on one session', () => {
  it('never write over each other: the one that claimed it last writes', async () => {
    const first = await openSessionStore();
    await first.claim();
    await first.save(session);
    const second = await openSessionStore();
    expect(second.sessionId).toBe(first.sessionId);
    expect(await second.ownedSince()).toBeGreaterThan(0);
    await expect(second.save({ ...session, updatedAt: 2 })).rejects.toThrow(/taken over/);
    await second.claim();
    expect(await second.ownedSince()).toBeUndefined();
    await second.save({ ...session, updatedAt: 3 });
    await expect(first.save({ ...session, updatedAt: 4 })).rejects.toThrow(/taken over/);
    await expect(first.saveItems([{ key: 'a' }])).rejects.toThrow(/taken over/);
    expect((await first.load('abc'))?.updatedAt).toBe(3);
  });

  it('may follow each other on a full disk: a claim that found no room is made good by the first write', async () => {
    const yesterday = await openSessionStore();
    await yesterday.claim();
    const today = await openSessionStore();
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError');
    });
    await expect(today.claim()).rejects.toThrow('no room');
    await expect(today.save(session)).rejects.toThrow('no room');
    put.mockRestore();
    await today.save({ ...session, updatedAt: 2 });
    expect((await today.load('abc'))?.updatedAt).toBe(2);
    await expect(yesterday.save(session)).rejects.toThrow(/taken over/);
    expect(await today.ownedSince()).toBeUndefined();
  });

  it('and one of them deletes it for good: the other hears of it', async () => {
    const store = await openSessionStore();
    await store.list.purge(store.sessionId);
    await expect(store.save(session)).rejects.toThrow(/deleted for good/);
  });
});
