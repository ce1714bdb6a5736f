import { createRoot } from 'solid-js';
import { expect, test } from 'vitest';
import { fingerprint } from '../../../src/dataset/fingerprint.ts';
import { browserFileSource } from '../../../src/platform/browser/fileSource.ts';
import { reopenHandles } from '../../../src/platform/browser/files.ts';
import type { ComputeClient } from '../../../src/rpc/client.ts';
import { memorySessionStore } from '../../../src/ui/state/autosave.ts';
import { createLibrary, itemPath } from '../../../src/ui/state/library.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { presentPlaces } from '../../../src/ui/state/presentPlaces.ts';
import { createSources } from '../../../src/ui/state/sources.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';

/** A disk with files of texts; what is asked of a place that is not there fails as in a browser. */
function disk(start: Readonly<Record<string, string>>) {
  const files = new Map(Object.entries(start));
  const isSameEntry = (path: string) => async (other: FileSystemHandle) =>
    Reflect.get(other, 'path') === path;
  const fileAt = (path: string) => ({
    ...{ kind: 'file', name: path.split('/').at(-1), path, isSameEntry: isSameEntry(path) },
    getFile: async () => {
      const text = files.get(path);
      if (text === undefined) throw new DOMException('gone', 'NotFoundError');
      return new File([text], path, { lastModified: text.length });
    },
  });
  const folderAt = (path: string): FileSystemDirectoryHandle =>
    ({
      ...{ kind: 'directory', name: path.split('/').at(-1), path, isSameEntry: isSameEntry(path) },
      async *values() {
        const below = [...files.keys()].filter((file) => file.startsWith(`${path}/`));
        if (below.length === 0) throw new DOMException('gone', 'NotFoundError');
        const names = new Set(below.map((file) => file.slice(path.length + 1).split('/')[0]));
        for (const name of names) {
          const inside = `${path}/${name}`;
          yield files.has(inside) ? fileAt(inside) : folderAt(inside);
        }
      },
    }) as unknown as FileSystemDirectoryHandle;
  return {
    folderAt,
    move: (from: string, to: string) => {
      for (const [path, text] of [...files]) {
        if (path !== from && !path.startsWith(`${from}/`)) continue;
        files.delete(path);
        files.set(to + path.slice(from.length), text);
      }
    },
  };
}

const setUp = (store = memorySessionStore()) =>
  createRoot(() => {
    const library = createLibrary();
    const notices = createNotices();
    const shown: string[] = [];
    const sources = createSources({
      ...{ compute: {} as ComputeClient, library, notices, tasks: createTasks(notices) },
      ...{ store: Promise.resolve(store), hasGpu: Promise.resolve(false), close: async () => {} },
      select: async (key) => void shown.push(key),
    });
    const open = (folder: FileSystemDirectoryHandle) =>
      sources.open((options) => reopenHandles([folder], options));
    const paths = () => library.plain().map(({ folder, name }) => `${folder}/${name}`);
    const keys = () => library.plain().map(({ key }) => key);
    const texts = () => notices.list().map(({ text }) => text);
    const present = () => {
      const placeOf = presentPlaces(library);
      return keys().map((key) => itemPath(placeOf(key) ?? { name: '', folder: '' }));
    };
    return { store, library, sources, shown, open, paths, present, keys, texts };
  });

const days = () => disk({ 'day1/micrographs/a.mrc': 'one', 'day2/micrographs/a.mrc': 'another' });

test('two folders of one name are two, each with a name of its own; the same one again is the same', async () => {
  const { folderAt } = days();
  const { open, paths, keys, sources, store } = setUp();
  await open(folderAt('day1/micrographs'));
  await open(folderAt('day2/micrographs'));
  expect(paths()).toEqual(['micrographs/a.mrc', 'micrographs_2/a.mrc']);
  await open(folderAt('day1/micrographs'));
  expect(new Set(keys()).size).toBe(2);
  const before = keys();
  await sources.closeAll();
  expect(
    sources
      .recent()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['micrographs', 'micrographs_2']);
  // After a reload, dropped anew and in another order.
  const later = setUp(store);
  await later.open(folderAt('day2/micrographs'));
  await later.open(folderAt('day1/micrographs'));
  expect(later.keys()).toEqual(before.toReversed());
  expect(later.paths()).toEqual(['micrographs_2/a.mrc', 'micrographs/a.mrc']);
  expect(later.present()).toEqual(later.paths());
});

test('one opened again goes on with the micrograph that was on the screen', async () => {
  const { folderAt } = disk({ 'grid/a.mrc': 'a', 'grid/b.mrc': 'bb' });
  const { open, sources, keys, store } = setUp();
  await open(folderAt('grid'));
  const [, b = ''] = keys();
  await sources.rememberCurrent(b, 3);
  const later = setUp(store);
  await later.open(folderAt('grid'));
  expect(later.shown).toEqual([b]);
});

test('a folder that was renamed is named; opened from its new place it has its items again', async () => {
  const { folderAt, move } = disk({ 'x/grid/raw/a.mrc': 'a', 'x/grid/b.mrc': 'bb' });
  const { open, keys, store } = setUp();
  await open(folderAt('x/grid'));
  const before = keys();
  await store.saveItems([
    { key: before[0] ?? '', path: 'grid/b.mrc', size: 2, modified: 2 },
    { key: before[1] ?? '', path: 'grid/raw/a.mrc', size: 1, modified: 1 },
  ]);
  move('x/grid', 'x/grid_done');
  const later = setUp(store);
  const [recent] = await store.recent();
  if (!recent) throw new Error('Nothing was remembered.');
  await later.sources.reopen(recent);
  expect(later.texts()[0]).toMatch(
    /^grid is not where the session saw it: it was moved, renamed or deleted\./,
  );
  await later.open(folderAt('x/grid_done'));
  expect(later.keys()).toEqual(before);
  expect((await store.recent()).map(({ id, name }) => [id, name])).toEqual([[recent.id, 'grid']]);
  // Other programs are told the new name.
  const present = ['grid_done/b.mrc', 'grid_done/raw/a.mrc'];
  expect(later.present()).toEqual(present);
  const evenLater = setUp(store);
  const [again] = await store.recent();
  await evenLater.sources.reopen(again ?? recent);
  expect(evenLater.present()).toEqual(present);
  expect([evenLater.keys(), evenLater.texts()]).toEqual([before, []]);
});

test('a part that was moved is read from there after a reload too, under the folders of before', async () => {
  const { folderAt, move } = disk({ 'grid/raw/a.mrc': 'a', 'grid/b.mrc': 'bb' });
  const { open, keys, sources, store } = setUp();
  await open(folderAt('grid'));
  const before = keys();
  move('grid/raw', 'archive/old');
  const [found] = await reopenHandles([folderAt('archive')]);
  const id = before[0]?.split('/')[0] ?? '';
  if (!found) throw new Error('The archive is empty.');
  await sources.relink(id, found, [{ lies: 'archive/old', known: 'grid/raw' }], false);
  const later = setUp(store);
  const [recent] = await store.recent();
  if (recent) await later.sources.reopen(recent);
  expect(later.keys().toSorted()).toEqual(before.toSorted());
  expect(sources.folders().map(({ handle }) => handle.name)).toEqual(['grid', 'archive']);
});

test('a session from another machine knows a folder by its paths and content, and no other by its paths alone', async () => {
  const { folderAt } = days();
  const of = await fingerprint(browserFileSource(new File(['another'], 'a.mrc')), 0);
  const store = memorySessionStore();
  await store.saveItems([
    { key: 'there/data/a.mrc', path: 'data/a.mrc', size: 7, modified: 99, fingerprint: of },
  ]);
  const { open, paths, keys } = setUp(store);
  await open(folderAt('day1/micrographs'));
  await open(folderAt('day2/micrographs'));
  expect(keys()[0]).not.toMatch(/^there/);
  expect(keys()[1]).toBe('there/data/a.mrc');
  expect(paths()).toEqual(['micrographs/a.mrc', 'data/a.mrc']);
});

test('a folder is not taken for files that were opened by themselves, which had none', async () => {
  const { folderAt } = disk({ 'x/grid/a.mrc': 'a', 'x/grid/b.mrc': 'bb' });
  const store = memorySessionStore();
  // As where the browser gives no handles for files.
  await store.saveItems([{ key: 'loose/a.mrc', path: 'a.mrc', size: 1, modified: 1 }]);
  const { open, paths } = setUp(store);
  await open(folderAt('x/grid'));
  expect(paths()).toEqual(['grid/a.mrc', 'grid/b.mrc']);
});

test('a source that lies in two places keeps both where one of them is opened by hand, or anew from a third', async () => {
  const { folderAt, move } = disk({ 'x/grid/raw/a.mrc': 'a', 'x/grid/b.mrc': 'bb' });
  const { open, keys, sources, store } = setUp();
  await open(folderAt('x/grid'));
  const before = keys();
  await store.saveItems([{ key: before[0] ?? '', path: 'grid/b.mrc', size: 2, modified: 2 }]);
  move('x/grid/raw', 'archive/old');
  const [found] = await reopenHandles([folderAt('archive')]);
  const id = before[0]?.split('/')[0] ?? '';
  if (!found) throw new Error('The archive is empty.');
  await sources.relink(id, found, [{ lies: 'archive/old', known: 'grid/raw' }], false);
  const again = setUp(store);
  await again.open(folderAt('x/grid'));
  const names = async () => (await store.recent()).map(({ handles }) => handles.map(({ name }) => name));
  expect(await names()).toEqual([['grid', 'archive']]);
  move('x/grid', 'x/done');
  const later = setUp(store);
  const [recent] = await store.recent();
  if (recent) await later.sources.reopen(recent);
  await later.open(folderAt('x/done'));
  expect(await names()).toEqual([['done', 'archive']]);
  const evenLater = setUp(store);
  const [last] = await store.recent();
  if (last) await evenLater.sources.reopen(last);
  expect(evenLater.keys().toSorted()).toEqual(before.toSorted());
});

test('a file that was worked on and is gone keeps its place in the list, one that was not or was rejected does not', async () => {
  const { folderAt, move } = disk({ 'g/a/a.mrc': 'a', 'g/b/b.mrc': 'b', 'g/c/c.mrc': 'c', 'g/d.mrc': 'd' });
  const { open, keys, store } = setUp();
  await open(folderAt('g'));
  const notes = keys().map((key) => ({ key, path: key.slice(key.indexOf('/') + 1), pickCount: 3 }));
  const [a, b, c] = ['a.mrc', 'b.mrc', 'c.mrc'].map((name) => notes.find(({ key }) => key.endsWith(name)));
  if (!a || !b || !c) throw new Error('Not all are listed.');
  await store.saveItems([a, { ...b, acceptance: 'rejected' }, { ...c, pickCount: 0 }]);
  for (const name of ['a', 'b', 'c']) move(`g/${name}`, `elsewhere/${name}`);
  const later = setUp(store);
  const [recent] = await store.recent();
  if (recent) await later.sources.reopen(recent);
  expect(later.paths().toSorted()).toEqual(['g/a/a.mrc', 'g/d.mrc']);
  await expect(later.library.file(a.key)?.getFile()).rejects.toThrow('a.mrc is not there.');
});

test('a folder is not taken for another because of one file that lies in both', async () => {
  const { folderAt } = disk({ 'day2/carbon.mrc': 'grid', 'day2/c.mrc': 'c', 'day2/d.mrc': 'dd' });
  const store = memorySessionStore();
  // As where the browser gives no handles.
  await store.saveItems([
    { key: 'first/day1/carbon.mrc', path: 'day1/carbon.mrc', size: 4, modified: 4 },
    { key: 'first/day1/a.mrc', path: 'day1/a.mrc', size: 1, modified: 1 },
    { key: 'first/day1/b.mrc', path: 'day1/b.mrc', size: 1, modified: 1 },
  ]);
  const { open, paths } = setUp(store);
  await open(folderAt('day2'));
  expect(paths().toSorted()).toEqual(['day2/c.mrc', 'day2/carbon.mrc', 'day2/d.mrc']);
});

test('a file that was moved inside its folder, or renamed there, is not missing, also later', async () => {
  const { folderAt, move } = disk({ 'g/raw/a.mrc': 'one', 'g/b/b.mrc': 'two!', 'g/c.mrc': 'c' });
  const { open, keys, store } = setUp();
  await open(folderAt('g'));
  const [a, b] = ['a.mrc', 'b.mrc'].map((name) => keys().find((key) => key.endsWith(name)) ?? '');
  const of = await fingerprint(browserFileSource(new File(['two!'], 'b.mrc')), 0);
  const worked = { pickCount: 3, acceptance: 'accepted' as const };
  await store.saveItems([
    { key: a ?? '', path: 'g/raw/a.mrc', size: 3, modified: 3, ...worked },
    { key: b ?? '', path: 'g/b/b.mrc', size: 4, modified: 4, fingerprint: of, ...worked },
  ]);
  move('g/raw', 'g/done');
  move('g/b/b.mrc', 'g/renamed.mrc');
  const reopened = async () => {
    const page = setUp(store);
    const [recent] = await store.recent();
    if (recent) await page.sources.reopen(recent);
    return page;
  };
  const later = await reopened();
  const now = ['g/c.mrc', 'g/done/a.mrc', 'g/renamed.mrc'];
  expect(later.paths().toSorted()).toEqual(now);
  const [moved = '', renamed = ''] = ['a.mrc', 'renamed.mrc'].map((name) =>
    later.keys().find((key) => key.endsWith(name)),
  );
  await store.saveItems([
    { key: moved, path: now[1], size: 3, modified: 3, ...worked },
    { key: renamed, path: now[2], size: 4, modified: 4, fingerprint: of, ...worked },
  ]);
  expect((await reopened()).paths().toSorted()).toEqual(now);
});

test('of files that are opened by themselves the others are not missing', async () => {
  const store = memorySessionStore();
  await store.saveItems(
    ['a', 'b', 'c'].map((name) => ({
      ...{ key: `loose/${name}.mrc`, path: `${name}.mrc`, size: 1, modified: 1, pickCount: 3 },
    })),
  );
  const { sources, keys } = setUp(store);
  const file = new File(['a'], 'a.mrc', { lastModified: 1 });
  // As where the browser gives no handles.
  await sources.open(async () => ({
    ...{ kind: 'files', name: 'a.mrc', handles: [] },
    files: [{ name: 'a.mrc', folder: '', getFile: async () => file }],
  }));
  expect(keys()).toEqual(['loose/a.mrc']);
});
