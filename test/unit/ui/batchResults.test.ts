import { createRoot } from 'solid-js';
import { createStore } from 'solid-js/store';
import { describe, expect, test } from 'vitest';
import { type BatchItem, begun, finished, newItem } from '../../../src/dataset/batch/queue.ts';
import type { Pick } from '../../../src/dataset/picks.ts';
import { createAutosave, memorySessionStore } from '../../../src/ui/state/autosave.ts';
import type { BatchQueue } from '../../../src/ui/state/batchQueue.ts';
import { createBatchResults } from '../../../src/ui/state/batchResults.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { createMask } from '../../../src/ui/state/mask.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { result } from '../dataset/batch/fixtures.ts';
import { parameters as values } from './fixtures.ts';

const cnn = (score: number): Pick => ({ x: 1, y: 2, score, origin: 'cnn' });
const scores: Readonly<Record<string, readonly number[]>> = {
  'm10.mrc': [0.1, 0.4, 0.8],
  'm9.mrc': [0.2, 0.9],
  'm1.mrc': [0.3, 0.35, 0.7, 0.95],
};

/** @param planned diameter that the batch was asked for, Å. */
async function setUp(planned = 120) {
  const store = memorySessionStore();
  const first: BatchItem[] = [];
  for (const [name, own] of Object.entries(scores)) {
    const picks = own.map(cnn);
    const threshold = name === 'm9.mrc' ? 0.1 : 0.5;
    const parameters = { ...values, threshold };
    await store.save({ fingerprint: name, name, parameters, picks, provenance: undefined, updatedAt: 0 });
    const item = newItem({ key: name, name, folder: '' }, first.length);
    first.push(finished(begun(item), result(picks, { fingerprint: name, threshold }), own.length));
  }
  first.push(newItem({ key: 'w', name: 'waiting.mrc', folder: '' }, first.length));
  return createRoot(() => {
    const [items, setItems] = createStore(first);
    const library = createLibrary();
    library.add(
      'again',
      Object.keys(scores).map((name) => ({ name, folder: '', getFile: async () => new File([], name) })),
    );
    const notices = createNotices();
    const parameters = createParameters();
    const queue = {
      items,
      batch: () => ({ plan: { steps: { pick: true }, parameters: { diameterAngstrom: planned } } }),
      change: async (changed: readonly BatchItem[]) => {
        for (const item of changed) setItems(item.place, item);
      },
    } as unknown as BatchQueue;
    const picks = createPicks(parameters);
    const slow = {
      ...store,
      load: async (fingerprint: string) => {
        const saved = await store.load(fingerprint);
        await new Promise((done) => setTimeout(done));
        return saved;
      },
    };
    const autosave = createAutosave(
      Promise.resolve(slow),
      ...([parameters, picks, createMask(parameters), notices] as const),
    );
    const results = createBatchResults({
      ...{ queue, parameters, notices, library, picks },
      // Its folder was opened anew, as another source.
      keyOf: ({ name }) => `again/${name}`,
      document: { opened: () => undefined } as unknown as Document,
      autosave,
      tasks: createTasks(notices),
    });
    return { results, store, library, autosave };
  });
}

describe('the results of a batch', () => {
  test('count each micrograph by its own threshold until one is tried over all', async () => {
    const { results } = await setUp();
    expect([results.total(), results.picked(), results.usualThreshold()]).toEqual([5, 3, 0.5]);
    results.setThreshold(0.32);
    expect(results.total()).toBe(2 + 1 + 3);
    results.setThreshold(0.85);
    expect(results.total()).toBe(0 + 1 + 1);
    results.setThreshold(undefined);
    expect(results.total()).toBe(5);
  });

  test('are sorted by any column, what is not known last', async () => {
    const { results } = await setUp();
    const names = (): string[] => results.rows().map(({ name }) => name);
    expect(names()[0]).toBe('m10.mrc');
    results.sortBy('name');
    expect(names()).toEqual(['m1.mrc', 'm9.mrc', 'm10.mrc', 'waiting.mrc']);
    results.setThreshold(0.85);
    results.sortBy('picks');
    expect(names().at(-1)).toBe('waiting.mrc');
    expect(names()[2]).toBe('m10.mrc');
    results.sortBy('picks');
    expect(names()).toEqual(['m10.mrc', 'm9.mrc', 'm1.mrc', 'waiting.mrc']);
  });

  test('have one threshold once it is applied, and their own again when that is undone', async () => {
    const { results, store, library } = await setUp();
    const kept = () =>
      Promise.all(Object.keys(scores).map(async (name) => (await store.load(name))?.parameters.threshold));
    results.setThreshold(0.32);
    await results.apply();
    expect(await kept()).toEqual([0.32, 0.32, 0.32]);
    expect(library.plain().map(({ pickCount }) => pickCount)).toEqual([2, 1, 3]);
    expect([results.threshold(), results.total()]).toEqual([undefined, 6]);
    await results.undoApply()?.();
    expect(await kept()).toEqual([0.5, 0.1, 0.5]);
    expect([results.total(), results.undoApply()]).toEqual([5, undefined]);
  });

  test('are changed in turn with what else is saved of a micrograph: neither is lost', async () => {
    const { results, store, autosave } = await setUp();
    results.setThreshold(0.32);
    await Promise.all([
      autosave.changeParameters('m1.mrc', { pixelSizeAngstrom: 1.25 }),
      results.apply(),
      autosave.changeParameters('m1.mrc', { brightParticles: true }),
    ]);
    expect((await store.load('m1.mrc'))?.parameters).toMatchObject({
      ...{ threshold: 0.32, pixelSizeAngstrom: 1.25, brightParticles: true },
    });
    expect(await autosave.changeParameters('unknown.mrc', { threshold: 0 })).toBe(false);
  });

  test('tell which were picked with a diameter of their own', async () => {
    expect((await setUp()).results.ownDiameters()).toBe(0);
    const { results } = await setUp(100);
    // What waits has none yet.
    expect(results.ownDiameters()).toBe(3);
    expect(results.rows().map(results.hasOwnDiameter)).toEqual([true, true, true, false]);
  });
});
