import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { type BatchPlan, begun, finished, newItem } from '../../../src/dataset/batch/queue.ts';
import {
  type BatchRecord,
  type BatchStore,
  memoryBatchStore,
  openBatchStore,
} from '../../../src/platform/browser/batchStore.ts';
import { result } from '../dataset/batch/fixtures.ts';
import { parameters } from '../ui/fixtures.ts';

const plan: BatchPlan = {
  steps: { sum: false, denoise: false, pick: true, extract: false },
  parameters,
  pattern: { width: 100, height: 80, pixelSizeAngstrom: 1.5 },
  threshold: undefined,
  boxes: { boxAngstrom: undefined, binTo: undefined, inverts: true, normalises: true },
};
const record = (id: string, startedAt: number): BatchRecord => ({
  id,
  plan,
  isWanted: true,
  folder: undefined,
  startedAt,
});
const items = ['a.mrc', 'b.mrc'].map((name, place) => newItem({ key: `s/${name}`, name, folder: '' }, place));

describe.each<[string, () => Promise<BatchStore>]>([
  ['in the browser', () => openBatchStore('one')],
  ['where storage is refused', async () => memoryBatchStore()],
])('a batch %s', (_, open) => {
  test('comes back as it was left, item by item', async () => {
    const store = await open();
    await store.begin(record('1', 1), items);
    const [first] = items;
    if (!first) throw new Error('There is no item.');
    const done = finished(begun(first), result([{ x: 1, y: 2, score: 0.75, origin: 'cnn' }]), 2.5);
    await store.saveItems('1', [done]);
    const loaded = await store.load();
    expect(loaded?.batch).toEqual(record('1', 1));
    expect(loaded?.items).toEqual([done, items[1]]);
    expect(loaded?.items[0]?.result?.ladder?.scores).toEqual(Float32Array.of(0.75));
  });

  test('gives way to the next one, and can be forgotten', async () => {
    const store = await open();
    await store.begin(record('1', 1), items);
    await store.begin(record('2', 2), items.slice(0, 1));
    await store.saveBatch({ ...record('2', 2), isWanted: false });
    const loaded = await store.load();
    expect(loaded?.batch).toMatchObject({ id: '2', isWanted: false });
    expect(loaded?.items).toHaveLength(1);
    await store.forget();
    expect(await store.load()).toBeUndefined();
  });
});

test('a second connection sees what the first has kept', async () => {
  await (await openBatchStore('one')).begin(record('3', 3), items);
  expect((await (await openBatchStore('one')).load())?.batch.id).toBe('3');
});

test('a batch is of its session: another session has its own, and neither takes the other’s away', async () => {
  const [one, other] = [await openBatchStore('one'), await openBatchStore('other')];
  await one.begin(record('4', 4), items);
  expect(await other.load()).toBeUndefined();
  await other.begin(record('5', 5), items.slice(0, 1));
  await one.saveBatch({ ...record('4', 4), isWanted: false });
  expect((await one.load())?.batch).toEqual({ ...record('4', 4), isWanted: false });
  expect((await one.load())?.items).toEqual(items);
  await one.forget();
  expect((await other.load())?.items).toHaveLength(1);
  expect(await one.load()).toBeUndefined();
});
