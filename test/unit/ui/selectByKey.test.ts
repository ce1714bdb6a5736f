import { createRoot } from 'solid-js';
import { expect, test } from 'vitest';
import { type Key, selectByKey } from '../../../src/ui/panels/selectByKey.ts';
import { createSelection } from '../../../src/ui/state/selection.ts';

const letters = [...'abcdefgh'];
const plain = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };

/** What is chosen after some keys in a grid of three columns, and whether the last key was taken. */
function after(...keys: readonly (Partial<Key> & { readonly key: string })[]): readonly [string, boolean] {
  return createRoot((dispose) => {
    const selection = createSelection(() => letters);
    const grid = { count: letters.length, columns: 3, rowsInSight: 2 };
    const taken = keys.map((key) => selectByKey(selection, { ...plain, ...key }, grid));
    const chosen = selection.members().join('');
    dispose();
    return [chosen, taken.at(-1) ?? false];
  });
}

test('arrows go by columns and rows, and stop at the ends', () => {
  expect(after({ key: 'Home' }, { key: 'ArrowRight' }, { key: 'ArrowDown' })).toEqual(['e', true]);
  expect(after({ key: 'End' }, { key: 'ArrowDown' })).toEqual(['h', true]);
});

test('Shift chooses what is passed, Space takes one away, Ctrl+A is all', () => {
  expect(after({ key: 'Home' }, { key: 'ArrowDown', shiftKey: true })).toEqual(['abcd', true]);
  expect(after({ key: 'Home' }, { key: 'ArrowDown', shiftKey: true }, { key: ' ' })).toEqual(['abc', true]);
  expect(after({ key: 'A', ctrlKey: true })).toEqual(['abcdefgh', true]);
});

test('other keys, and arrows that mean something else, are left alone', () => {
  expect(after({ key: 'Home' }, { key: 'Enter' })).toEqual(['a', false]);
  expect(after({ key: 'Home' }, { key: 'ArrowRight', ctrlKey: true })).toEqual(['a', false]);
  expect(after({ key: 'Home' }, { key: 'ArrowRight', altKey: true })).toEqual(['a', false]);
});
