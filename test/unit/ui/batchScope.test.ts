import { expect, test } from 'vitest';
import { itemsInScope } from '../../../src/ui/state/batchScope.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { leftOutWords, noteLost } from '../../../src/ui/state/lost.ts';

const gone = "gone.mrc can't be read: it was moved, renamed or deleted, or the permission has ended.";

function setUp() {
  const library = createLibrary();
  const names = ['a.mrc', 'b.mrc', 'gone.mrc', 'bad.mrc', 'rejected.mrc'];
  library.add(
    's',
    names.map((name) => ({ name, folder: '', getFile: async () => new File([], name) })),
  );
  library.update('s/b.mrc', { pickCount: 3 });
  library.update('s/gone.mrc', { status: 'failed', error: gone });
  library.update('s/bad.mrc', { status: 'failed', error: 'bad.mrc is cut off.' });
  library.update('s/rejected.mrc', { acceptance: 'rejected' });
  const found = (scope: 'all' | 'todo' | 'selected', done: readonly string[] = []) => {
    const selected = new Set(['s/a.mrc', 's/gone.mrc', 's/rejected.mrc']);
    const { there, lost } = itemsInScope(scope, { library, selected, isDone: (key) => done.includes(key) });
    return [there.map(({ name }) => name), lost.map(({ name }) => name)];
  };
  return { library, found };
}

test('a batch leaves out files that can’t be found, and counts them apart; bad ones are named when they fail', () => {
  const { found } = setUp();
  expect(found('all')).toEqual([['a.mrc', 'b.mrc', 'bad.mrc'], ['gone.mrc']]);
  expect(found('selected')).toEqual([['a.mrc'], ['gone.mrc']]);
  expect(found('todo', ['s/a.mrc'])).toEqual([['bad.mrc'], ['gone.mrc']]);
  expect([leftOutWords(1), leftOutWords(3)]).toEqual([
    '1 file can’t be found and was left out.',
    '3 files can’t be found and were left out.',
  ]);
});

test('those without picks are what they are now', () => {
  const { library, found } = setUp();
  library.update('s/b.mrc', { pickCount: 0 });
  expect(found('todo')[0]).toEqual(['a.mrc', 'b.mrc', 'bad.mrc']);
  library.update('s/b.mrc', { pickCount: 1 });
  expect(found('todo')[0]).toEqual(['a.mrc', 'bad.mrc']);
});

test('what a job finds gone is lost in the list, but for what is on the screen', () => {
  const { library, found } = setUp();
  library.update('s/a.mrc', { status: 'open' });
  library.update('s/b.mrc', { fingerprint: 'b' });
  for (const name of ['a.mrc', 'b.mrc']) noteLost(library, `s/${name}`, gone.replace('gone.mrc', name), 'b');
  noteLost(library, 's/bad.mrc', 'It is cut off.', 'b');
  expect(found('all')).toEqual([
    ['b.mrc', 'bad.mrc'],
    ['a.mrc', 'gone.mrc'],
  ]);
});
