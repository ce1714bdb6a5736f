import { expect, test } from 'vitest';
import {
  calibrated,
  drawnLogOdds,
  robustly,
  together,
} from '../../../../../src/pipelines/picking/arrangement/arrange.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const logit = (p: number): number => Math.log(p / (1 - p));

test('log-odds of both are averaged by their shares where both know a place', () => {
  const shares = { share: 0.5, factor: 2, offset: -1 };
  const drawn = calibrated([{ x: 10, y: 10, score: 0.9 }], shares);
  expect(drawn[0]?.score).toBeCloseTo(sigmoid(2 * logit(0.9) - 1), 12);
  const [one] = together(drawn, [{ x: 12, y: 10, score: 0.6 }], shares, 5, 10);
  expect(one).toMatchObject({ x: 10, y: 10 });
  expect(one?.score).toBeCloseTo(sigmoid(0.5 * (2 * logit(0.9) - 1) + 0.5 * logit(0.6)), 12);
});

test('who does not know a place thinks it most unlikely, and both kinds stay in the list', () => {
  const shares = { share: 0.5, factor: 1, offset: 0 };
  const all = together([{ x: 0, y: 0, score: 0.8 }], [{ x: 50, y: 0, score: 0.9 }], shares, 5, 10);
  expect(all.map(({ x }) => x)).toEqual([50, 0]);
  expect(all[0]?.score).toBeCloseTo(sigmoid(0.5 * logit(0.9) + 0.5 * drawnLogOdds(0)), 12);
});

test('the nearest of several is the one meant, however far the grid reaches', () => {
  const shares = { share: 0.5, factor: 1, offset: 0 };
  const own = [
    { x: -3.9, y: 0, score: 0.2 },
    { x: 1, y: 0, score: 0.7 },
    { x: 5.1, y: 0, score: 0.99 },
  ];
  const all = together([{ x: 0, y: 0, score: 0.5 }], own, shares, 5, 0.1);
  const one = all.find(({ x }) => x === 0);
  expect(one?.score).toBeCloseTo(sigmoid(0.5 * logit(0.7)), 12);
});

test('where arrangements have the last word the network has none', () => {
  const shares = { share: 1, factor: 1, offset: 0 };
  const drawn = [
    { x: 0, y: 0, score: 0.8 },
    { x: 4, y: 0, score: 0.3 },
  ];
  const all = together(drawn, [{ x: 50, y: 0, score: 0.99 }], shares, 5, 10);
  expect(all).toHaveLength(1);
  expect(all[0]?.score).toBeCloseTo(0.8, 12);
});

test('the deviation of noise is not that of what stands out of it', () => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => (i < 50 ? 40 : ((i * 137) % 100) / 100));
  const { centre, deviation } = robustly(values);
  expect(centre).toBeCloseTo(0.52, 1);
  expect(deviation).toBeLessThan(0.5);
  expect(drawnLogOdds(1)).toBeCloseTo(-drawnLogOdds(0), 9);
});
