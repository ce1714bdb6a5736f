import { createRoot } from 'solid-js';
import { describe, expect, test, vi } from 'vitest';
import { fingerprint } from '../../../src/dataset/fingerprint.ts';
import type { ItemNote } from '../../../src/dataset/session.ts';
import { browserFileSource } from '../../../src/platform/browser/fileSource.ts';
import { memorySessionStore } from '../../../src/ui/state/autosave.ts';
import { createItemNotes } from '../../../src/ui/state/itemNotes.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';

/** Patient: the machine may be busy. */
const soon = (probe: () => void): Promise<void> => vi.waitFor(probe, 20_000);

const local = (name: string, size = 3) => ({
  name,
  folder: 'grid',
  getFile: async () => new File(['x'.repeat(size)], name, { lastModified: 5 }),
});
const quality = { score: 0.5, mark: 'rough-ice', reason: 'Rough.' };

async function setUp(notes: readonly ItemNote[], sourceId = 's') {
  const store = memorySessionStore();
  await store.saveItems(notes);
  const problems: string[] = [];
  return createRoot((dispose) => {
    const library = createLibrary();
    const { flush } = createItemNotes(library, Promise.resolve(store), (text) => problems.push(text));
    const keys = library.add(sourceId, [local('a.mrc'), local('b.mrc'), local('c.mrc')]);
    const isKnown = () => soon(() => expect(library.plain()[2]?.bytes ?? -1).not.toBe(-1));
    return { store, library, keys, flush, problems, isKnown, dispose };
  });
}

describe('what is known of the list', () => {
  test('comes back under its key, or its path and size, and is kept as it changes', async () => {
    const { store, library, keys, flush, isKnown, dispose } = await setUp([
      { key: 's/grid/a.mrc', acceptance: 'rejected', pickCount: 7, quality, ice: 0.4 },
      // Opened before under another source.
      { key: 'old/grid/b.mrc', path: 'grid/b.mrc', size: 3, acceptance: 'accepted' },
      { key: 'old/grid/c.mrc', path: 'grid/c.mrc', size: 4, acceptance: 'accepted' },
    ]);
    await isKnown();
    expect(library.find(keys[0])).toMatchObject({
      acceptance: 'rejected',
      pickCount: 7,
      bytes: 3,
      modified: 5,
      quality: { ...quality, ice: 0.4 },
      warning: undefined,
    });
    expect(library.plain().map(({ acceptance }) => acceptance)).toEqual(['rejected', 'accepted', undefined]);
    library.update(keys[2] ?? '', { acceptance: 'rejected', defocusAngstrom: 8000 });
    await flush();
    const saved = (await store.items()).filter(({ key }) => key.startsWith('s/'));
    expect(saved.map(({ key, acceptance, size }) => [key, acceptance, size])).toEqual([
      ['s/grid/a.mrc', 'rejected', 3],
      ['s/grid/b.mrc', 'accepted', 3],
      ['s/grid/c.mrc', 'rejected', 3],
    ]);
    expect(saved[2]?.defocusAngstrom).toBe(8000);
    dispose();
  });

  test('a file that is not what it was is told, one that has gone fails, and what was decided meanwhile counts', async () => {
    const { library, keys, isKnown, dispose } = await setUp([
      { key: 's/grid/a.mrc', size: 3, modified: 4, acceptance: 'accepted', pickCount: 7 },
      { key: 's/grid/b.mrc', size: 3, modified: 5, acceptance: 'accepted', pickCount: 8 },
    ]);
    library.update(keys[1] ?? '', { acceptance: 'rejected' });
    await isKnown();
    expect(library.find(keys[0])?.warning).toMatch(/^a\.mrc was changed since/);
    // What was decided stays; what was found out was of the file as it was.
    expect(library.find(keys[0])).toMatchObject({ acceptance: 'accepted', pickCount: undefined });
    expect(library.find(keys[1])?.pickCount).toBe(8);
    expect(library.find(keys[1])).toMatchObject({ warning: undefined, acceptance: 'rejected' });
    const [gone] = library.add('s', [
      { ...local('d.mrc'), getFile: () => Promise.reject(new Error('gone')) },
    ]);
    await soon(() => expect(library.find(gone)?.error).toMatch(/^d\.mrc can't be read: it was moved/));
    dispose();
  });

  test('a copy of another date is what it was: its picks are counted as before', async () => {
    const { getFile } = local('a.mrc');
    const content = await fingerprint(browserFileSource(await getFile()), 0);
    const { library, keys, isKnown, dispose } = await setUp([
      { key: 's/grid/a.mrc', size: 3, modified: 4, fingerprint: content, pickCount: 7, quality, ice: 0.4 },
    ]);
    await isKnown();
    expect(library.find(keys[0])).toMatchObject({ pickCount: 7, modified: 5, warning: undefined });
    dispose();
  });

  test('one that has gone is still known by its size and date', async () => {
    const note = { key: 's/grid/d.mrc', path: 'grid/d.mrc', size: 9, modified: 4, pickCount: 3 };
    const { store, library, keys, flush, isKnown, dispose } = await setUp([note]);
    await isKnown();
    library.add('s', [{ ...local('d.mrc'), getFile: () => Promise.reject(new Error('gone')) }]);
    await soon(() => expect(library.find(note.key)?.status).toBe('failed'));
    library.update(note.key, { acceptance: 'accepted' });
    library.update(keys[0] ?? '', { acceptance: 'accepted' });
    await flush();
    const kept = (await store.items()).find(({ key }) => key === note.key);
    expect(kept).toMatchObject({ ...note, acceptance: 'accepted' });
    dispose();
  });

  test('what is not known yet takes the place of nothing, and what was decided before is kept', async () => {
    const store = memorySessionStore();
    await store.saveItems([
      { key: 's/grid/a.mrc', acceptance: 'accepted', pickCount: 7, size: 3, modified: 5 },
      { key: 's/grid/b.mrc', acceptance: 'accepted', pickCount: 8 },
    ]);
    const before = await store.items();
    await createRoot(async (dispose) => {
      const library = createLibrary();
      const { flush } = createItemNotes(library, Promise.resolve(store), () => {});
      let answer = (): void => {};
      const asked = new Promise<void>((done) => {
        answer = done;
      });
      const slow = (name: string) => ({
        ...local(name),
        getFile: () => asked.then(local(name).getFile),
      });
      const keys = library.add('s', [slow('a.mrc'), slow('b.mrc'), slow('c.mrc')]);
      await new Promise((done) => setTimeout(done, 20));
      await flush();
      expect(await store.items()).toEqual(before);
      library.update(keys[1] ?? '', { acceptance: 'rejected' });
      library.update(keys[2] ?? '', { acceptance: 'rejected' });
      await flush();
      const [a, b, c] = await store.items();
      expect(a).toEqual(before[0]);
      expect([b?.acceptance, b?.pickCount, c?.acceptance]).toEqual(['rejected', 8, 'rejected']);
      answer();
      await soon(() => expect(library.find(keys[0])?.pickCount).toBe(7));
      expect(library.find(keys[1])).toMatchObject({ acceptance: 'rejected', pickCount: 8 });
      dispose();
    });
  });

  test('follows files that were renamed or copied, by content, and leaves those of other folders alone', async () => {
    const of = await fingerprint(browserFileSource(new File(['xxx'], 'a.mrc')), 0);
    const note = { size: 3, modified: 5, acceptance: 'accepted' } as const;
    const { store } = await setUp([], 'none');
    await store.saveItems([
      // Renamed to a.mrc: the date is the same, the name is not.
      { ...note, key: 'old/grid/was.mrc', path: 'grid/was.mrc', fingerprint: of, pickCount: 1 },
      // The same path in a folder that is known by where it lies, at another date.
      { ...note, key: 'day1/grid/b.mrc', path: 'grid/b.mrc', size: 4, modified: 4, pickCount: 2 },
      // Moved here from another folder: name, size and date tell.
      { ...note, key: 'day1/other/c.mrc', path: 'other/c.mrc', pickCount: 3 },
    ]);
    const place = { handles: [], current: undefined, frame: 0, isOpen: false, openedAt: 1 };
    await store.remember({ ...place, id: 'day1', kind: 'folder', name: 'grid' });
    await createRoot(async (dispose) => {
      const library = createLibrary();
      createItemNotes(library, Promise.resolve(store), () => {});
      library.add('s', [local('a.mrc'), local('b.mrc', 4), local('c.mrc')]);
      await soon(() => expect(library.plain()[2]?.bytes).toBe(3));
      expect(library.plain().map(({ pickCount }) => pickCount)).toEqual([1, undefined, 3]);
      dispose();
    });
  });

  test('a full storage is told once', async () => {
    const { store, library, keys, flush, problems, isKnown, dispose } = await setUp([]);
    store.saveItems = () => Promise.reject(new Error('full'));
    await isKnown();
    await flush();
    library.update(keys[0] ?? '', { acceptance: 'accepted' });
    await flush();
    expect(problems).toHaveLength(1);
    dispose();
  });
});
