import { expect, test } from 'vitest';
import { leastSure } from '../../../../src/pipelines/training/queries.ts';

const at = (micrograph: string, x: number, score: number) => ({ micrograph, x, y: 0, score });
const options = { threshold: 0.5, diameterPx: 20, answered: new Map() };

test('the least sure of each micrograph come first, by turns', () => {
  const candidates = [
    at('a', 0, 0.99),
    at('a', 100, 0.52),
    at('a', 200, 0.55),
    at('b', 0, 0.9),
    at('b', 100, 0.3),
  ];
  const asked = leastSure(candidates, 4, options);
  expect(asked.map(({ micrograph, score }) => [micrograph, score])).toEqual([
    ['a', 0.52],
    ['b', 0.3],
    ['a', 0.55],
    ['b', 0.9],
  ]);
});

test('the threshold is where nothing is sure', () => {
  const candidates = [at('a', 0, 0.5), at('a', 100, 0.1)];
  expect(leastSure(candidates, 1, { ...options, threshold: 0.12 })[0]?.score).toBe(0.1);
});

test('nothing is asked twice, nor beside what was asked', () => {
  const candidates = [at('a', 0, 0.5), at('a', 15, 0.51), at('a', 40, 0.7), at('b', 0, 0.5)];
  const answered = new Map([['b', [{ x: 9, y: 0 }]]]);
  const asked = leastSure(candidates, 10, { ...options, answered });
  expect(asked.map(({ x }) => x)).toEqual([0, 40]);
});

test('of more micrographs than questions, those with the least sure candidates are asked about', () => {
  const candidates = [at('a', 0, 0.9), at('b', 0, 0.51), at('c', 0, 0.6)];
  expect(leastSure(candidates, 2, options).map(({ micrograph }) => micrograph)).toEqual(['b', 'c']);
});
