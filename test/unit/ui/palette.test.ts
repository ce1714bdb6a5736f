import { describe, expect, test } from 'vitest';
import { fuzzyFind } from '../../../src/ui/state/fuzzy.ts';
import { createPalette, matchesOf, type PaletteEntry, scopeOf } from '../../../src/ui/state/palette.ts';

describe('a fuzzy search', () => {
  test.each([
    ['fit', 'Fit the micrograph', [0, 1, 2]],
    ['MICRO fit', 'Fit the micrograph', [0, 1, 2, 8, 9, 10, 11, 12]],
    ['ngstrom', 'Diameter, Ångström', [11, 12, 13, 14, 15, 16, 17]],
    ['otm', 'Open the micrograph', [0, 5, 9]],
  ])('"%s" finds "%s"', (query, text, at) => expect(fuzzyFind(query, text)?.at).toEqual(at));

  test.each([
    ['zebra', 'Fit the micrograph'],
    ['fit zebra', 'Fit the micrograph'],
    ['hpa', 'Fit the micrograph'],
  ])('"%s" does not find "%s"', (query, text) => expect(fuzzyFind(query, text)).toBeUndefined());

  test('a word beats its middle, and letters together beat letters apart', () => {
    const order = ['Pick particles', 'Unpicked ones', 'Put ice in a corner, kept'];
    const scores = order.map((text) => fuzzyFind('pick', text)?.score ?? Number.NEGATIVE_INFINITY);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(new Set(scores).size).toBe(3);
  });
});

describe('the palette', () => {
  const entry = (label: string, rest: Partial<PaletteEntry> = {}): PaletteEntry => ({
    ...{ id: label, label, group: 'Look', run: () => undefined },
    ...rest,
  });
  const labels = (words: string, entries: readonly PaletteEntry[], recent: readonly string[] = []) =>
    matchesOf(entries, words, recent).map(({ entry: { label } }) => label);

  test('puts what was used last first, and what can not be done last', () => {
    const entries = [entry('a', { blocked: 'Open a micrograph first' }), entry('b'), entry('c'), entry('d')];
    expect(labels('', entries, ['c', 'd'])).toEqual(['c', 'd', 'b', 'a']);
  });

  test('finds by the group, too, but shows no letters for it', () => {
    const found = matchesOf([entry('Invert'), entry('Invert nothing', { group: 'Pick' })], 'look inv');
    expect(found.map(({ entry: { label } }) => label)).toEqual(['Invert']);
    expect(found[0]?.at).toEqual([0, 1, 2]);
  });

  test('what is asked for beats what was used', () => {
    expect(labels('fit', [entry('Filter it'), entry('Fit')], ['Filter it'])).toEqual(['Fit', 'Filter it']);
  });

  test('tells what a query looks through', () => {
    expect(scopeOf('@grid 12')).toEqual({ scope: 'micrographs', words: 'grid 12' });
    expect(scopeOf('?relion')).toEqual({ scope: 'help', words: 'relion' });
    expect(scopeOf('fit')).toEqual({ scope: 'all', words: 'fit' });
  });

  test('remembers over reloads, and survives nonsense in the storage', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    const palette = createPalette(storage);
    for (const id of ['a', 'b', 'a']) palette.remember(id);
    expect(createPalette(storage).recent()).toEqual(['a', 'b']);
    for (const key of kept.keys()) kept.set(key, '{"a": [');
    expect(createPalette(storage).recent()).toEqual([]);
  });
});
