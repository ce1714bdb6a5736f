import { createRoot, createSignal } from 'solid-js';
import { createStore } from 'solid-js/store';
import { expect, test, vi } from 'vitest';
import { type BatchItem, begun, finished, newItem } from '../../../src/dataset/batch/queue.ts';
import { picksAbove } from '../../../src/dataset/batch/results.ts';
import type { Pick } from '../../../src/dataset/picks.ts';
import type { OpenedMicrograph } from '../../../src/rpc/contract.ts';
import { memorySessionStore } from '../../../src/ui/state/autosave.ts';
import { followEdits } from '../../../src/ui/state/batchEdits.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { result } from '../dataset/batch/fixtures.ts';
import { image, parameters as values } from './fixtures.ts';

const pick = (score: number): Pick => ({ x: 50 * score, y: 2, score, origin: 'cnn' });
const picksOf: Readonly<Record<string, readonly Pick[]>> = {
  a: [pick(0.6), pick(0.9)],
  b: [pick(0.7)],
};

function setUp() {
  const first = Object.entries(picksOf).map(([name, picks], place) =>
    finished(begun(newItem({ key: name, name, folder: '' }, place)), result(picks, { fingerprint: name }), 1),
  );
  return createRoot((dispose) => {
    const [items, setItems] = createStore<BatchItem[]>(first);
    const [opened, setOpened] = createSignal<OpenedMicrograph>();
    const changed: string[] = [];
    const parameters = createParameters();
    const picks = createPicks(parameters);
    const queue = {
      items,
      change: async (some: readonly BatchItem[]) => {
        for (const item of some) {
          changed.push(item.name);
          setItems(item.place, item);
        }
      },
    };
    const store = memorySessionStore();
    let tell = (_: string): void => {};
    const autosave = { onChanged: (listener: typeof tell) => (tell = listener) };
    followEdits({ queue, picks, parameters, autosave, store: Promise.resolve(store), document: { opened } });
    /** As the gallery of all leaves a micrograph that is not on the screen. */
    const change = async (name: string, left: readonly Pick[], threshold: number): Promise<void> => {
      const session = { fingerprint: name, name, picks: left, provenance: undefined, updatedAt: 0 };
      await store.save({ ...session, parameters: { ...values, threshold } });
      tell(name);
      for (let i = 0; i < 5; i++) await Promise.resolve();
    };
    const open = (name: string): void => {
      setOpened({ ...image, fingerprint: name });
      parameters.set({ threshold: 0.5 });
      picks.load(name, picksOf[name] ?? []);
    };
    const counts = () =>
      items.map(({ result: of }) => of?.ladder && picksAbove(of.ladder, of.threshold ?? 0));
    return { open, change, picks, parameters, counts, changed, dispose };
  });
}

test('the table counts what is done by hand, once the hand rests', () => {
  vi.useFakeTimers();
  const { open, picks, parameters, counts, changed, dispose } = setUp();
  open('a');
  vi.runAllTimers();
  expect(changed).toEqual([]);
  picks.add({ x: 80, y: 70 });
  picks.add({ x: 90, y: 70 });
  expect(counts()).toEqual([2, 1]);
  vi.runAllTimers();
  expect([counts(), changed]).toEqual([[4, 1], ['a']]);
  parameters.set({ threshold: 0.8 });
  vi.runAllTimers();
  expect(counts()).toEqual([3, 1]);
  dispose();
  vi.useRealTimers();
});

test('the table counts what was done just before another micrograph was opened, and of no other', () => {
  vi.useFakeTimers();
  const { open, picks, counts, changed, dispose } = setUp();
  open('a');
  vi.runAllTimers();
  picks.add({ x: 80, y: 70 });
  open('b');
  expect([counts(), changed]).toEqual([[3, 1], ['a']]);
  vi.runAllTimers();
  expect([counts(), changed]).toEqual([[3, 1], ['a']]);
  dispose();
  vi.useRealTimers();
});

test('the table counts no picks of hidden classes, which are not exported, and counts them again when they are shown', async () => {
  vi.useFakeTimers();
  const { open, change, picks, counts, dispose } = setUp();
  const other = picks.classes.add('Carbon edge');
  const hide = async (isHidden: boolean): Promise<void> => {
    if (other !== undefined) picks.classes.change(other, { isHidden });
    await vi.runAllTimersAsync();
  };
  await change('a', [pick(0.6), { ...pick(0.9), classId: other }], 0.5);
  await change('b', [{ ...pick(0.7), classId: other }, pick(0.8)], 0.5);
  open('a');
  await hide(true);
  // On the screen there are two without a class.
  expect(counts()).toEqual([2, 1]);
  await change('b', [{ ...pick(0.7), classId: other }, pick(0.8), pick(0.9)], 0.5);
  expect(counts()).toEqual([2, 2]);
  await hide(false);
  expect(counts()).toEqual([2, 3]);
  dispose();
  vi.useRealTimers();
});

test('the table counts what is thrown out or brought back in the gallery of all, and what the screen shows for itself', async () => {
  const { open, change, counts, dispose } = setUp();
  const [first, ...others] = picksOf.b ?? [];
  await change('b', others, 0.5);
  expect(counts()).toEqual([2, 0]);
  await change('b', first ? [first, ...others] : [], 0.5);
  expect(counts()).toEqual([2, 1]);
  open('b');
  await change('b', [], 0.5);
  expect(counts()).toEqual([2, 1]);
  dispose();
});
