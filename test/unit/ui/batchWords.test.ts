import { expect, test } from 'vitest';
import { begun, failed, finished, newItem } from '../../../src/dataset/batch/queue.ts';
import { countWords, durationWords, leftWords } from '../../../src/ui/state/batchWords.ts';
import { result } from '../dataset/batch/fixtures.ts';

test.each([
  [0.2, '1 s'],
  [7.1, '8 s'],
  [41, '45 s'],
  [89, '90 s'],
  [100, '2 min'],
  [3600, '60 min'],
  [2 * 3600, '2 h'],
  [2.3 * 3600, '2 h 20 min'],
  [2.98 * 3600, '3 h'],
])('%d seconds left are about %s', (seconds, words) => {
  expect(durationWords(seconds)).toBe(words);
});

test('what failed is counted where something has', () => {
  const counts = { all: 5, waiting: 2, running: 0, done: 3, failed: 0 };
  expect(countWords(counts)).toBe('3 of 5 done');
  expect(countWords({ ...counts, waiting: 1, failed: 1 })).toBe('3 of 5 done, 1 failed');
});

test('no time is counted for micrographs whose files can’t be found, and they are told apart', () => {
  const waiting = ['a', 'b', 'c', 'd', 'e'].map((name, place) =>
    newItem({ key: name, name, folder: '' }, place),
  );
  const items = waiting.map((item) => (item.name === 'a' ? finished(begun(item), result([]), 60) : item));
  const all = (): boolean => true;
  expect(leftWords(waiting, all, 0)).toBe('about to know how long');
  expect(leftWords(items, all, 0)).toBe('about 4 min left');
  // What is done does not want its file any more.
  const isThere = ({ name }: { readonly name: string }): boolean => name === 'b' || name === 'e';
  expect(leftWords(items, isThere, 0)).toBe('about 2 min left; 2 can’t be found');
  const walked = items.map((item) => (item.name === 'c' ? failed(item, 'c was not found.') : item));
  expect(leftWords(walked, isThere, 0)).toBe('about 2 min left; 1 can’t be found');
});
