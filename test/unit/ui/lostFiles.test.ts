import { describe, expect, it } from 'vitest';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { matchLost, movedFolders } from '../../../src/ui/state/lostFiles.ts';

const local = (folder: string, name: string, size: number) => ({
  name,
  folder,
  getFile: async () => new File(['x'.repeat(size)], name),
});
const library = createLibrary();
library.add('s', [local('old/grid1', 'a.mrc', 5), local('old/grid2', 'a.mrc', 5), local('old', 'c.mrc', 5)]);
const lost = library.plain();
const keys = lost.map(({ key }) => key);

describe('lost files', () => {
  it('are found by name in the folder most like the old one', async () => {
    const files = [local('new/grid2', 'a.mrc', 5), local('new/grid1', 'a.mrc', 5), local('new', 'd.mrc', 5)];
    const { matched, others } = await matchLost(lost, files, new Map());
    expect(matched.map(({ item, file }) => [item.folder, file.folder])).toEqual([
      ['old/grid1', 'new/grid1'],
      ['old/grid2', 'new/grid2'],
    ]);
    expect(others).toEqual([]);
  });

  it('have each a file of their own, and not one that lies as another of the name did', async () => {
    const one = [local('new/grid2', 'a.mrc', 5)];
    const { matched, others } = await matchLost(lost, one, new Map());
    expect(matched.map(({ item }) => item.folder)).toEqual(['old/grid2']);
    expect(others).toEqual([]);
    const flat = await matchLost(lost, [local('flat', 'a.mrc', 5)], new Map());
    expect(flat.matched).toHaveLength(1);
  });

  it('are not taken for others of their name: a known size has to be the same', async () => {
    const notes = new Map([[keys[2] ?? '', { key: keys[2] ?? '', size: 5 }]]);
    const wrong = await matchLost(lost.slice(2), [local('new', 'c.mrc', 6)], notes);
    expect(wrong.matched).toEqual([]);
    expect(wrong.others).toEqual([
      'The c.mrc there is another file: it had 5 bytes when the session saw it.',
    ]);
    const files = [local('new', 'c.mrc', 6), local('new/deep', 'c.mrc', 5)];
    const right = await matchLost(lost.slice(2), files, notes);
    expect(right.matched.map(({ file }) => file.folder)).toEqual(['new/deep']);
  });
  it('are not taken for files of another day with their names and sizes, unless the user says so', async () => {
    const [one] = lost;
    const notes = new Map(lost.map(({ key }) => [key, { key, size: 5, modified: 7 }]));
    const dated = (lastModified: number) => ({
      ...{ name: 'a.mrc', folder: 'new' },
      getFile: async () => new File(['xxxxx'], 'a.mrc', { lastModified }),
    });
    if (!one) throw new Error('Nothing is lost.');
    const count = async (date: number, proof: 'name' | 'content') =>
      (await matchLost([one], [dated(date)], notes, proof)).matched.length;
    expect([await count(8, 'content'), await count(7, 'content'), await count(8, 'name')]).toEqual([0, 1, 1]);
  });

  it('are found under other names by their dates, each once', async () => {
    const notes = new Map(lost.map(({ key }) => [key, { key, size: 5, modified: 7 }]));
    const dated = (name: string, lastModified: number) => ({
      ...{ name, folder: 'new' },
      getFile: async () => new File(['xxxxx'], name, { lastModified }),
    });
    const files = [dated('p.mrc', 6), dated('q.mrc', 7), dated('r.mrc', 7)];
    const { matched } = await matchLost(lost, files, notes);
    expect(matched.map(({ file }) => file.name)).toEqual(['q.mrc', 'r.mrc']);
    expect(movedFolders(matched)).toEqual([{ lies: 'new', known: 'old/grid1' }]);
  });
});
