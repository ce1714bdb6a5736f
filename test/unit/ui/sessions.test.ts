import 'fake-indexeddb/auto';
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
});
