import { expect, test } from 'vitest';
import { bestThreshold, ownThreshold } from '../../../../src/pipelines/picking/threshold.ts';

test('the suggested threshold is that of the largest F1 to be expected', () => {
  const chances = [0.9, 0.2, 0.8, 0.1, 0.7];
  // 2 · 2.4 / (3 + 2.7) is more than 2 · 2.6 / (4 + 2.7) and 2 · 1.7 / (2 + 2.7).
  expect(bestThreshold(chances)).toBe(0.7);
});

const many = (count: number, chance: number): number[] => Array.from({ length: count }, () => chance);

test('a micrograph whose candidates are all doubtful gets a lower threshold than usual', () => {
  const doubtful = [...many(50, 0.35), ...many(60, 0.25), ...many(400, 0.02)];
  expect(ownThreshold(doubtful, 0.4)).toBe(0.25);
  expect(bestThreshold(doubtful)).toBe(0.25);
});

test('a clear one keeps the usual threshold', () => {
  expect(ownThreshold([...many(90, 0.95), ...many(10, 0.45), ...many(300, 0.02)], 0.4)).toBe(0.4);
});

test('nothing is made of junk: half of the usual threshold at least, and the usual one where there is no candidate', () => {
  expect(ownThreshold(many(500, 0.01), 0.4)).toBe(0.2);
  expect(ownThreshold([], 0.4)).toBe(0.4);
});
