import 'fake-indexeddb/auto';
import { createRoot } from 'solid-js';
import { expect, test, vi } from 'vitest';
import type { ListView } from '../../../src/dataset/listView.ts';
import { openSessionDatabase } from '../../../src/platform/browser/sessionSchema.ts';
import { openSessionStore, type SessionStore } from '../../../src/platform/browser/sessions.ts';
import { memorySessionStore } from '../../../src/ui/state/autosave.ts';
import { createDataset } from '../../../src/ui/state/dataset.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { keepListView } from '../../../src/ui/state/listView.ts';
import { createStage } from '../../../src/ui/state/stage.ts';

const view: ListView = {
  ...{ text: '*_avg.mrc', acceptance: 'kept', sort: 'quality', isReversed: true },
  ...{ tilePx: 240, hasPictures: false, isGrid: true },
};

/** A page with the list. */
const setUp = (store: SessionStore) =>
  createRoot((dispose) => {
    const dataset = createDataset(createLibrary());
    const stage = createStage();
    const flush = keepListView({ dataset, stage, store: Promise.resolve(store) });
    return { dataset, stage, flush, dispose };
  });

test('how a list is looked at comes back after a reload, and is another in another session', async () => {
  const own = await openSessionStore();
  const before = setUp(own);
  before.dataset.change({ text: '*_avg.mrc', acceptance: 'kept', sort: 'quality', isReversed: true });
  before.dataset.setTilePx(240);
  before.dataset.setPictures(false);
  before.stage.show('grid');
  await before.flush();
  before.dispose();
  expect(await own.view()).toEqual(view);
  const { dataset, stage, dispose } = setUp(await openSessionStore({ sessionId: own.sessionId }));
  await vi.waitFor(() => expect(stage.shown()).toBe('grid'));
  expect([dataset.view(), dataset.tilePx(), dataset.hasPictures()]).toMatchObject([
    { text: '*_avg.mrc', acceptance: 'kept', sort: 'quality', isReversed: true },
    240,
    false,
  ]);
  dispose();
  const { id } = await own.list.create('other');
  expect(await (await openSessionStore({ sessionId: id })).view()).toBeUndefined();
});

test('what the user has changed meanwhile counts, and nothing is written where nothing was changed', async () => {
  const store = memorySessionStore();
  await store.saveView(view);
  const { dataset, stage, flush, dispose } = setUp(store);
  dataset.change({ sort: 'name' });
  await new Promise((done) => setTimeout(done, 10));
  expect([dataset.view().sort, stage.shown()]).toEqual(['name', 'picture']);
  await flush();
  expect((await store.view())?.sort).toBe('name');
  dispose();
  const saveView = vi.spyOn(store, 'saveView');
  const later = setUp(store);
  await vi.waitFor(() => expect(later.dataset.view().sort).toBe('name'));
  await later.flush();
  expect(saveView).not.toHaveBeenCalled();
  later.dispose();
});

test('one that a later page has kept is left alone', async () => {
  const { sessionId } = await openSessionStore();
  const database = await openSessionDatabase();
  const stored = await database.get('sessions', sessionId);
  if (!stored) throw new Error('There is no session.');
  await database.put('sessions', {
    ...stored,
    view: JSON.parse(JSON.stringify({ ...view, sort: 'beauty' })),
  });
  expect(await (await openSessionStore({ sessionId })).view()).toBeUndefined();
});
