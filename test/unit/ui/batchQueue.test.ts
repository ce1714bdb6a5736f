import { createRoot } from 'solid-js';
import { describe, expect, test } from 'vitest';
import { CryoliteError } from '../../../src/core/errors.ts';
import type { JobOptions } from '../../../src/core/progress.ts';
import { type BatchItem, type BatchPlan, newItem } from '../../../src/dataset/batch/queue.ts';
import type { BatchResult } from '../../../src/dataset/batch/results.ts';
import { type BatchStore, memoryBatchStore } from '../../../src/platform/browser/batchStore.ts';
import { createBatchQueue } from '../../../src/ui/state/batchQueue.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { result } from '../dataset/batch/fixtures.ts';
import { parameters } from './fixtures.ts';

const plan: BatchPlan = {
  steps: { sum: false, denoise: false, pick: true, extract: false },
  parameters,
  pattern: undefined,
  threshold: undefined,
  boxes: { boxAngstrom: undefined, binTo: undefined, inverts: true, normalises: true },
};
const names = ['a.mrc', 'b.mrc', 'c.mrc', 'd.mrc'];
const items = (): BatchItem[] =>
  names.map((name, place) => newItem({ key: `s/${name}`, name, folder: '' }, place));

type Work = (item: BatchItem, options: JobOptions) => Promise<BatchResult>;

/** A page: what it has done, and its queue. Another one on the same store is the page after a reload. */
function openPage(
  store: BatchStore,
  work: Work,
  isThere: (item: BatchItem) => boolean = () => true,
  refusal: () => string | undefined = () => undefined,
  hold: () => Promise<() => void> = async () => () => {},
) {
  const done: string[] = [];
  return createRoot(() => {
    const notices = createNotices();
    const tasks = createTasks(notices);
    const queue = createBatchQueue({
      store: Promise.resolve(store),
      tasks,
      notices,
      hold,
      refusal,
      reopenFolder: async () => undefined,
      isThere,
      process: async (_, item, _folder, options) => {
        const found = await work(item, options);
        done.push(item.name);
        return found;
      },
      onDone: () => {},
      onStop: () => {},
    });
    const states = (): string => queue.items.map(({ state }) => state[0]).join('');
    return { queue, tasks, notices, done, states };
  });
}
const fine: Work = async () => result();
const never = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, fail) => signal?.addEventListener('abort', () => fail(signal.reason)));
const until = async (isTrue: () => boolean): Promise<void> => {
  for (let i = 0; i < 500; i++) {
    if (isTrue()) return;
    await new Promise((next) => setTimeout(next, 2));
  }
  throw new Error('It never happened.');
};

describe('the queue of a batch', () => {
  test('does one after the other; one that fails is named and stops nothing', async () => {
    const page = openPage(memoryBatchStore(), async ({ name }) => {
      if (name === 'b.mrc') throw new Error('It is cut off.');
      return result();
    });
    await page.queue.start(plan, items(), undefined);
    expect(page.states()).toBe('dfdd');
    expect(page.queue.items[1]?.error).toBe('b.mrc: It is cut off.');
    expect(page.queue.batch()?.isWanted).toBe(false);
  });

  test('goes on in another tab after one was killed: finished ones are not done again', async () => {
    const store = memoryBatchStore();
    const killed = openPage(store, async ({ name }, { signal }) =>
      name === 'c.mrc' ? await never(signal) : result(),
    );
    void killed.queue.start(plan, items(), undefined);
    await until(() => killed.states() === 'ddrw');

    const next = openPage(store, fine);
    await next.queue.restore();
    expect(next.states()).toBe('ddww');
    expect(next.queue.batch()?.isWanted).toBe(true);
    await next.queue.resume();
    expect(next.done).toEqual(['c.mrc', 'd.mrc']);
    expect(next.queue.items.map(({ attempts }) => attempts)).toEqual([1, 1, 2, 1]);
    expect((await store.load())?.items.map(({ state }) => state)).toEqual(Array(4).fill('done'));
  });

  test('pauses at once and resumes with what was under way', async () => {
    let isSlow = true;
    const page = openPage(memoryBatchStore(), async ({ name }, { signal }) =>
      isSlow && name === 'b.mrc' ? await never(signal) : result(),
    );
    void page.queue.start(plan, items(), undefined);
    await until(() => page.states() === 'drww');
    await page.queue.pause();
    expect(page.states()).toBe('dwww');
    expect([page.queue.isRunning(), page.queue.batch()?.isWanted]).toEqual([false, false]);
    isSlow = false;
    await page.queue.resume();
    expect(page.states()).toBe('dddd');
    expect(page.notices.list()).toEqual([]);
  });

  test('pauses, too, while it still waits for the right to run', async () => {
    let give = (): void => {};
    const hold = () =>
      new Promise<() => void>((given) => {
        give = () => given(() => {});
      });
    const page = openPage(memoryBatchStore(), (_, { signal }) => never(signal), undefined, undefined, hold);
    const running = page.queue.start(plan, items(), undefined);
    await until(() => page.queue.isRunning());
    const pausing = page.queue.pause();
    give();
    await Promise.all([pausing, running]);
    expect(page.states()).toBe('wwww');
    expect(page.queue.batch()?.isWanted).toBe(false);
  });

  test('takes a cancel at the foot of the page for a pause', async () => {
    const page = openPage(memoryBatchStore(), async (_, { signal }) => await never(signal));
    void page.queue.start(plan, items(), undefined);
    await until(() => page.states() === 'rwww');
    page.tasks.cancelAll();
    await until(() => !page.queue.isRunning());
    expect(page.states()).toBe('wwww');
    expect(page.queue.batch()?.isWanted).toBe(false);
  });

  test('tries again what failed, one or all of them', async () => {
    const bad = new Set(['a.mrc', 'c.mrc', 'd.mrc']);
    const page = openPage(memoryBatchStore(), async ({ name }) => {
      if (bad.has(name)) throw new Error(`${name} was deleted.`);
      return result();
    });
    await page.queue.start(plan, items(), undefined);
    expect(page.states()).toBe('fdff');
    bad.delete('a.mrc');
    await page.queue.retry(0);
    expect(page.states()).toBe('ddff');
    bad.clear();
    await page.queue.retryFailed();
    expect(page.states()).toBe('dddd');
    expect(page.done).toEqual(['b.mrc', 'a.mrc', 'c.mrc', 'd.mrc']);
  });

  test('tries once more by itself after a lost device, and pauses where devices go on being lost', async () => {
    let losses = 1;
    const page = openPage(memoryBatchStore(), async () => {
      if (losses-- > 0) throw new Error('The GPU device was lost (reset).');
      return result();
    });
    await page.queue.start(plan, items(), undefined);
    expect(page.states()).toBe('dddd');
    losses = 99;
    await page.queue.start(plan, items(), undefined);
    expect(page.states()).toBe('fwww');
    expect(page.queue.halt()).toContain('lost 3 times');
  });

  test('pauses where the disk is full, which is no fault of the micrograph', async () => {
    const page = openPage(memoryBatchStore(), async ({ name }) => {
      if (name === 'b.mrc') throw new CryoliteError('no-space', 'There is no room left.');
      return result();
    });
    await page.queue.start(plan, items(), undefined);
    expect(page.states()).toBe('dwww');
    expect(page.queue.halt()).toBe('There is no room left.');
    expect(page.notices.list().map(({ text }) => text)).toEqual(['There is no room left.']);
  });

  test('does what is there, and names how many are not in the list', async () => {
    const page = openPage(memoryBatchStore(), fine, ({ key }) => key !== 's/a.mrc');
    await page.queue.start(plan, items(), undefined);
    expect(page.states()).toBe('wddd');
    expect(page.queue.halt()).toContain('1 micrograph of the batch is not in the list');
    expect(page.queue.batch()?.isWanted).toBe(true);
  });

  test('does not go on without the folder that it writes into', async () => {
    const store = memoryBatchStore();
    const left = openPage(store, fine);
    await left.queue.start(plan, items(), undefined);
    const kept = await store.load();
    if (!kept) throw new Error('Nothing was kept.');
    const handle = { name: 'results' } as FileSystemDirectoryHandle;
    await store.begin({ ...kept.batch, folder: handle }, items());
    const page = openPage(store, fine);
    await page.queue.restore();
    await page.queue.resume();
    expect(page.states()).toBe('wwww');
    expect(page.queue.halt()).toContain('results, which needs your permission');
    expect(page.queue.batch()?.isWanted).toBe(false);
  });

  test('is told where another tab runs it', async () => {
    const store = memoryBatchStore();
    const page = createRoot(() => {
      const notices = createNotices();
      return createBatchQueue({
        store: Promise.resolve(store),
        tasks: createTasks(notices),
        notices,
        refusal: () => undefined,
        hold: async () => undefined,
        reopenFolder: async () => undefined,
        isThere: () => true,
        process: async () => result(),
        onDone: () => {},
        onStop: () => {},
      });
    });
    await page.start(plan, items(), undefined);
    expect(page.halt()).toContain('another tab');
    expect(page.items.every(({ state }) => state === 'waiting')).toBe(true);
  });

  test('takes more at its end, each once', async () => {
    const page = openPage(memoryBatchStore(), fine);
    await page.queue.start(plan, items().slice(0, 1), undefined);
    await page.queue.append([
      { key: 's/a.mrc', name: 'a.mrc', folder: '' },
      { key: 's/e.mrc', name: 'e.mrc', folder: '' },
    ]);
    expect(page.done).toEqual(['a.mrc', 'e.mrc']);
  });

  test('what comes while the end is being written is done, too', async () => {
    const store = memoryBatchStore();
    const page = openPage(store, fine);
    const { saveBatch } = store;
    let late: Promise<void> | undefined;
    store.saveBatch = async (batch) => {
      if (!batch.isWanted) late ??= page.queue.append([{ key: 's/e.mrc', name: 'e.mrc', folder: '' }]);
      await saveBatch(batch);
    };
    await page.queue.start(plan, items().slice(0, 1), undefined);
    await late;
    expect(page.done).toEqual(['a.mrc', 'e.mrc']);
    expect(page.queue.batch()?.isWanted).toBe(false);
  });

  test('what is not kept is not done: the batch waits, and nothing is told to a tab that has the session now', async () => {
    const store = memoryBatchStore();
    let reason: string | undefined;
    const page = openPage(
      store,
      async ({ name }) => {
        if (name === 'b.mrc') reason = 'Another tab has it.';
        return result();
      },
      () => true,
      () => reason,
    );
    await page.queue.start(plan, items(), undefined);
    expect(page.states()).toBe('dwww');
    expect(page.queue.halt()).toBe('Another tab has it.');
    expect((await store.load())?.items.map(({ state }) => state[0]).join('')).toBe('drww');
    await page.queue.start(plan, items(), undefined);
    await page.queue.clear();
    expect((await store.load())?.items.map(({ state }) => state[0]).join('')).toBe('drww');
  });

  test('that was cleared comes back', async () => {
    const store = memoryBatchStore();
    const page = openPage(store, fine);
    await page.queue.start(plan, items(), undefined);
    await page.queue.clear();
    expect(page.queue.items).toHaveLength(0);
    expect(await store.load()).toBeUndefined();
    await page.queue.undoClear()?.();
    expect(page.states()).toBe('dddd');
    expect((await store.load())?.items).toHaveLength(4);
  });

  test('tells what comes next, and when nothing does', async () => {
    const said: string[] = [];
    const queue = createRoot(() => {
      const notices = createNotices();
      return createBatchQueue({
        store: Promise.resolve(memoryBatchStore()),
        ...{ notices, tasks: createTasks(notices) },
        ...{ refusal: () => undefined, hold: async () => () => {}, reopenFolder: async () => undefined },
        isThere: ({ name }) => name !== 'c.mrc',
        process: async (_, { name }, _folder, _options, next) => {
          said.push(`${name} before ${next()?.name}`);
          return result();
        },
        onDone: () => {},
        onStop: () => said.push('stop'),
      });
    });
    await queue.start(plan, items(), undefined);
    expect(said).toEqual(['a.mrc before b.mrc', 'b.mrc before d.mrc', 'd.mrc before undefined', 'stop']);
  });
});
