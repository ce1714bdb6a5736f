import { expect, test } from 'vitest';
import { countWords, durationWords } from '../../../src/ui/state/batchWords.ts';

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
