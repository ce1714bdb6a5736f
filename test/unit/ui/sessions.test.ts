import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { describe, expect, it } from 'vitest';
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
  picks: [{ x: 1.5, y: 2.25, score: 0.9, origin: 'cnn' }],
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

describe('sessions in the browser', () => {
  // First of all: there must be no newer database yet.
  it('survive from the version before STAR files were kept', async () => {
    const old = await openDB('cryolite-sessions', 1, {
      upgrade(db) {
        db.createObjectStore('sessions', { keyPath: 'fingerprint' }).createIndex('updatedAt', 'updatedAt');
        db.createObjectStore('recent', { keyPath: 'id' }).createIndex('openedAt', 'openedAt');
      },
    });
    await old.put('sessions', { ...session, fingerprint: 'old' });
    old.close();
    const store = await openSessionStore();
    const loaded = await store.load('old');
    expect(loaded?.picks).toEqual(session.picks);
    expect(loaded?.star).toBeUndefined();
    await store.keepStar({ hash: 'h', text: 'data_' });
    expect(await store.loadStar('h')).toBe('data_');
  });

  it('come back under their fingerprint, also from a second connection', async () => {
    const store = await openSessionStore();
    await store.save(session);
    await store.save({ ...session, picks: [], updatedAt: 2 });
    const again = await openSessionStore();
    expect((await again.load('abc'))?.updatedAt).toBe(2);
    expect(await again.load('unknown')).toBeUndefined();
  });

  it('remember what was opened: latest first, the same source once, not for ever', async () => {
    const store = await openSessionStore();
    await store.remember(source('1', 'grid', 1));
    await store.remember(source('2', 'other', 2));
    await store.remember(source('3', 'grid', 3));
    expect((await store.recent()).map(({ id }) => id)).toEqual(['3', '2']);
    for (let i = 10; i < 30; i++) await store.remember(source(`${i}`, `folder ${i}`, i));
    const kept = (await store.recent()).map(({ id }) => id);
    expect(kept).toHaveLength(8);
    expect(kept[0]).toBe('29');
    await store.forget('29');
    expect((await store.recent())[0]?.id).toBe('28');
  });

  it('keep STAR files within a budget, those used last', async () => {
    const store = await openSessionStore(400);
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
});
