import { createRoot, createSignal } from 'solid-js';
import { expect, test } from 'vitest';
import type { MicrographSession } from '../../../src/dataset/session.ts';
import type { SessionStore } from '../../../src/platform/browser/sessions.ts';
import type { OpenedMicrograph } from '../../../src/rpc/contract.ts';
import type { Dataset } from '../../../src/ui/state/dataset.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { createSeveral } from '../../../src/ui/state/several.ts';
import { createStage } from '../../../src/ui/state/stage.ts';
import { createTileTurns } from '../../../src/ui/state/tileTurns.ts';
import { createViewState } from '../../../src/ui/state/view.ts';
import { clampAll, fitAll, severalKeys } from '../../../src/ui/viewer/several/layout.ts';
import { fakeCompute, image, parameters } from './fixtures.ts';

const settled = () => new Promise((resolve) => setTimeout(resolve));

test('those selected are side by side, or the list from the current one on, page by page', () => {
  const list = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  expect(severalKeys(list, [], 'b', 0, 4)).toEqual(['b', 'c', 'd', 'e']);
  // The last page is full, and so is the first.
  expect(severalKeys(list, [], 'b', 1, 4)).toEqual(['d', 'e', 'f', 'g']);
  expect(severalKeys(list, [], 'b', -1, 4)).toEqual(['a', 'b', 'c', 'd']);
  expect(severalKeys(list, ['f', 'a', 'c'], 'b', 0, 4)).toEqual(['a', 'c', 'f']);
  expect(severalKeys(list, ['f'], 'e', 0, 4)).toEqual(['d', 'e', 'f', 'g']);
  expect(severalKeys(['a'], [], 'a', 0, 6)).toEqual(['a']);
  expect(severalKeys(list, [], undefined, 0, 4)).toEqual(['a', 'b', 'c', 'd']);
});

test('a view that fits the largest fits all, and stays on it', () => {
  const images = [
    { width: 1000, height: 400 },
    { width: 500, height: 800 },
  ];
  const pane = { width: 216, height: 216 };
  expect(fitAll(images, pane)).toEqual({ u: 500, v: 400, scale: 0.2 });
  expect(fitAll([], pane)).toBeUndefined();
  expect(clampAll({ u: 2000, v: -5, scale: 1 }, images, pane)).toEqual({ u: 1000, v: 0, scale: 1 });
});

test('tiles come picture by picture: the turn goes when its work is done', async () => {
  const turns = createTileTurns();
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const ask = (id: number, name: string) =>
    turns.run(id, () => {
      begun.push(name);
      return new Promise<void>((end) => ends.push(end));
    });
  void ask(1, '1a');
  void ask(2, '2a');
  void ask(1, '1b');
  void ask(3, '3a');
  void ask(2, '2b');
  await settled();
  expect(begun).toEqual(['1a', '1b']);
  ends.splice(0, 1)[0]?.();
  await settled();
  expect(begun.length).toBe(2);
  ends.splice(0, 1)[0]?.();
  await settled();
  expect(begun).toEqual(['1a', '1b', '2a', '2b']);
  for (const end of ends.splice(0)) end();
  await settled();
  expect(begun.at(-1)).toBe('3a');
  // What fails gives its turn back.
  ends.splice(0)[0]?.();
  await settled();
  await expect(turns.run(4, () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(await turns.run(5, async () => 'done')).toBe('done');
});

function setUp() {
  const names = ['a.mrc', 'b.mrc', 'c.mrc', 'd.mrc', 'e.mrc', 'f.mrc'];
  const closed: number[] = [];
  let nextId = 10;
  const compute = fakeCompute({
    open: async (file) => {
      if (file.name === 'c.mrc') throw new Error('c.mrc is no image.');
      return { ...image, id: nextId++, name: file.name, fingerprint: file.name };
    },
    close: async (id) => void closed.push(id),
  });
  return createRoot((dispose) => {
    const library = createLibrary();
    const keys = library.add(
      's',
      names.map((name) => ({ name, folder: '', getFile: async () => new File([], name) }) as never),
    );
    const values = createParameters();
    values.set(parameters);
    const [key, setKey] = createSignal(keys[0] ?? '');
    const document = {
      key,
      opened: () => image as OpenedMicrograph,
      select: async (next: string) => void setKey(next),
    } as unknown as Document;
    const dataset = {
      shown: () => keys,
      selection: { members: () => [] },
    } as unknown as Dataset;
    const kept = new Map<string, MicrographSession>();
    const store = {
      load: async (fingerprint: string) =>
        kept.get(fingerprint) ??
        (fingerprint === 'b.mrc'
          ? {
              ...{ fingerprint, name: fingerprint, provenance: undefined, updatedAt: 0 },
              parameters: { ...parameters, diameterAngstrom: 90 },
              picks: [
                { x: 1, y: 2, score: 9, origin: 'log' },
                { x: 50, y: 2, score: 1, origin: 'log' },
              ],
            }
          : undefined),
    } as unknown as SessionStore;
    const several = createSeveral({
      compute,
      dataset,
      document,
      library,
      notices: createNotices(),
      parameters: values,
      picks: createPicks(values),
      stage: createStage(),
      store: Promise.resolve(store),
      view: createViewState(),
    });
    return { closed, dispose, kept, key, keys, several };
  });
}

test('four are opened with the picks above their own thresholds; one that fails says why', async () => {
  const { closed, dispose, key, keys, several } = setUp();
  expect(several.cells()).toEqual([]);
  several.toggle();
  several.resize({ width: 200, height: 160 });
  await settled();
  await settled();
  expect(several.cells().map(({ name }) => name)).toEqual(['a.mrc', 'b.mrc', 'c.mrc', 'd.mrc']);
  const [a, b, c, d] = several.cells();
  expect(a?.opened?.id).toBe(10);
  expect(b?.picks).toEqual([{ x: 1, y: 2, score: 9, origin: 'log' }]);
  expect(b?.diameterAngstrom).toBe(90);
  expect(c?.problem).toBe('c.mrc is no image.');
  expect(d?.opened?.name).toBe('d.mrc');
  // Fitted: 100 × 80 px.
  expect(several.view().scale).toBeCloseTo(1.8, 9);
  several.move({ u: 10, v: 20, scale: 4 });
  expect(several.view()).toMatchObject({ u: 10, v: 20, scale: 4 });

  several.choose(keys[3] ?? '');
  expect(key()).toBe(keys[3]);
  // The same four stay.
  expect(several.cells()[0]?.name).toBe('a.mrc');

  expect(several.canPage(-1)).toBe(false);
  expect(several.canPage(1)).toBe(true);
  several.page(1);
  await settled();
  await settled();
  expect(several.cells().map(({ name }) => name)).toEqual(['c.mrc', 'd.mrc', 'e.mrc', 'f.mrc']);
  expect(closed).toEqual([10, 11]);
  several.toggle();
  await settled();
  expect(closed.length).toBe(5);
  dispose();
});

test('one that is left for another shows what was done on it', async () => {
  const { dispose, kept, keys, several } = setUp();
  several.toggle();
  await settled();
  await settled();
  expect(several.cells()[0]?.picks).toEqual([]);
  const pick = { x: 5, y: 6, score: 1, origin: 'manual' as const };
  const own = { fingerprint: 'a.mrc', name: 'a.mrc', provenance: undefined, updatedAt: 0 };
  kept.set('a.mrc', { ...own, parameters: { ...parameters, diameterAngstrom: 70 }, picks: [pick] });
  several.choose(keys[3] ?? '');
  await settled();
  expect(several.cells()[0]).toMatchObject({ picks: [pick], diameterAngstrom: 70 });
  dispose();
});
