import { createRoot } from 'solid-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ListSort } from '../../../src/dataset/listView.ts';
import { createAcceptance } from '../../../src/ui/state/acceptance.ts';
import { createDataset } from '../../../src/ui/state/dataset.ts';
import { countWords, orderedItems, wholeDataset } from '../../../src/ui/state/datasetOrder.ts';
import { countedItems, createLibrary, type ItemChange } from '../../../src/ui/state/library.ts';

const file = (folder: string, name: string) => ({ name, folder, getFile: async () => new File([], name) });
const judged = (score: number, ice: number) => ({ score, ice, mark: 'good', reason: '' });

function setUp() {
  return createRoot((dispose) => {
    const library = createLibrary();
    const keys = library.add('s', [file('b', 'm10.mrc'), file('a', 'm9.mrc'), file('a', 'm1.mrc')]);
    const facts: ItemChange[] = [
      { quality: judged(0.4, 0.6), pickCount: 5, modified: 30, defocusAngstrom: 12000 },
      { quality: judged(0.9, 0.1), pickCount: 70, modified: 10 },
      { modified: 20, defocusAngstrom: 9000, acceptance: 'accepted' },
    ];
    facts.forEach((change, i) => {
      library.update(keys[i] ?? '', change);
    });
    const dataset = createDataset(library);
    return { library, keys, dataset, acceptance: createAcceptance(library, dataset), dispose };
  });
}

describe('the order of micrographs', () => {
  const { library } = setUp();
  const names = (sort: ListSort, isReversed = false): string[] =>
    orderedItems(library.plain(), { ...wholeDataset, sort, isReversed }).map(({ name }) => name);

  test.each([
    ['opened', ['m10.mrc', 'm9.mrc', 'm1.mrc']],
    ['name', ['m1.mrc', 'm9.mrc', 'm10.mrc']],
    ['folder', ['m1.mrc', 'm9.mrc', 'm10.mrc']],
    ['date', ['m9.mrc', 'm1.mrc', 'm10.mrc']],
    ['quality', ['m9.mrc', 'm10.mrc', 'm1.mrc']],
    ['ice', ['m9.mrc', 'm10.mrc', 'm1.mrc']],
    ['picks', ['m9.mrc', 'm10.mrc', 'm1.mrc']],
    ['defocus', ['m1.mrc', 'm10.mrc', 'm9.mrc']],
    ['acceptance', ['m1.mrc', 'm10.mrc', 'm9.mrc']],
  ] as const)('by %s', (sort, order) => {
    expect(names(sort)).toEqual(order);
  });

  test('the other way round, what is not known stays last', () => {
    expect(names('name', true)).toEqual(['m10.mrc', 'm9.mrc', 'm1.mrc']);
    expect(names('quality', true)).toEqual(['m10.mrc', 'm9.mrc', 'm1.mrc']);
    expect(names('opened', true)).toEqual(['m1.mrc', 'm9.mrc', 'm10.mrc']);
  });
});

describe('a filter by numbers', () => {
  const { library } = setUp();
  const names = (text: string): string[] =>
    orderedItems(library.plain(), { ...wholeDataset, text }).map(({ name }) => name);

  test.each([
    ['quality>0.5', ['m9.mrc']],
    ['quality<=0.4', ['m10.mrc']],
    ['Ice<0.3', ['m9.mrc']],
    // Where nobody has picked there are none.
    ['picks<10', ['m10.mrc', 'm1.mrc']],
    ['picks=0', ['m1.mrc']],
    // In µm; what is not known is neither more nor less.
    ['defocus>1', ['m10.mrc']],
    ['defocus>=0.9', ['m10.mrc', 'm1.mrc']],
    ['m1 picks>1', ['m10.mrc']],
    // Still being typed.
    ['quality>', ['m10.mrc', 'm9.mrc', 'm1.mrc']],
    ['quality>-', ['m10.mrc', 'm9.mrc', 'm1.mrc']],
    // No fact: a word as any other.
    ['colour>3', []],
  ] as const)('%s', (text, found) => {
    expect(names(text)).toEqual(found);
  });
});

describe('counts in words', () => {
  test.each([
    [{ all: 1, shown: 1 }, '1 micrograph'],
    [{ all: 600, shown: 412, rejected: 35 }, '412 of 600 shown, 35 rejected'],
    [{ all: 3, shown: 3, accepted: 2, rejected: 1 }, '3 micrographs, 2 accepted, 1 rejected'],
    [{ all: 9, shown: 9, unpicked: 2, lost: 3 }, '9 micrographs, 2 without picks, 3 can’t be found'],
    // Nobody has picked yet.
    [{ all: 9, shown: 9, rejected: 1, unpicked: 8 }, '9 micrographs, 1 rejected'],
  ])('%j', (counts, words) => {
    expect(countWords({ ...{ accepted: 0, rejected: 0, unpicked: 0, lost: 0 }, ...counts })).toBe(words);
  });
});

describe('the data set', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('counts and shows those without picks as they are now, whether picks go or come back', () => {
    const { dataset, library, keys, dispose } = setUp();
    const names = () => dataset.shown().map((key) => library.peek(key)?.name);
    dataset.change({ acceptance: 'unpicked' });
    expect([names(), dataset.counts().unpicked]).toEqual([['m1.mrc'], 1]);
    library.update(keys[0] ?? '', { pickCount: 0 });
    vi.runAllTimers();
    expect([names(), dataset.counts().unpicked]).toEqual([['m10.mrc', 'm1.mrc'], 2]);
    library.update(keys[0] ?? '', { pickCount: 5 });
    library.update(keys[2] ?? '', { acceptance: 'rejected' });
    vi.runAllTimers();
    expect([names(), dataset.counts().unpicked]).toEqual([[], 0]);
    dispose();
  });

  test('is filtered at once by text and by what was accepted', () => {
    const { dataset, keys, dispose } = setUp();
    dataset.change({ text: 'a/' });
    expect(dataset.shown()).toEqual([keys[1], keys[2]]);
    dataset.change({ acceptance: 'undecided' });
    expect(dataset.shown()).toEqual([keys[1]]);
    expect(dataset.counts()).toMatchObject({ all: 3, shown: 1, accepted: 1, rejected: 0 });
    expect(dataset.isFiltered()).toBe(true);
    dataset.showAll();
    expect(dataset.shown()).toEqual(keys);
    dispose();
  });

  test('follows what is found out a moment later, files at once', () => {
    const { dataset, library, keys, dispose } = setUp();
    dataset.change({ sort: 'picks' });
    const [first, second, third] = keys;
    library.update(third ?? '', { pickCount: 100 });
    expect(dataset.shown()).toEqual([second, first, third]);
    vi.advanceTimersByTime(300);
    expect(dataset.shown()).toEqual([third, second, first]);
    const [fourth] = library.add('s', [file('a', 'new.mrc')]);
    expect(dataset.shown()).toEqual([third, second, first, fourth]);
    dispose();
  });

  test('a file is found by folder and name: the one that was listed last', () => {
    const { library, keys, dispose } = setUp();
    expect(library.keyAt('a/m9.mrc')).toBe(keys[1]);
    const [again] = library.add('another', [file('a', 'm9.mrc')]);
    expect(library.keyAt('a/m9.mrc')).toBe(again);
    library.clear();
    expect(library.keyAt('a/m9.mrc')).toBeUndefined();
    dispose();
  });

  test('rejecting leaves out what counts, moves on, and is undone and redone', () => {
    const { dataset, acceptance, library, keys, dispose } = setUp();
    const [first = '', second = '', third = ''] = keys;
    dataset.change({ acceptance: 'kept' });
    dataset.selection.only(0);
    dataset.selection.through(1);
    acceptance.mark(dataset.selection.members(), 'rejected');
    expect(dataset.shown()).toEqual([third]);
    expect(countedItems(library).map(({ key }) => key)).toEqual([third]);
    expect(acceptance.undoAction()).toBe('reject 2 micrographs');
    acceptance.undo();
    expect(dataset.shown()).toEqual(keys);
    expect(acceptance.redoAction()).toBe('reject 2 micrographs');
    acceptance.redo();
    expect(dataset.counts()).toMatchObject({ all: 3, shown: 1, accepted: 1, rejected: 2 });
    acceptance.undo();
    // What is so already becomes undecided; undo brings back what each one was.
    acceptance.mark([first, third], 'accepted');
    acceptance.mark([first, third], 'accepted');
    expect(library.find(third)?.acceptance).toBeUndefined();
    acceptance.undo();
    acceptance.undo();
    expect([first, second, third].map((key) => library.find(key)?.acceptance)).toEqual([
      undefined,
      undefined,
      'accepted',
    ]);
    acceptance.mark([second], 'rejected');
    expect(acceptance.undoAction()).toBe('reject m9.mrc');
    dispose();
  });
});
