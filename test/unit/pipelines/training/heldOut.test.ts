import { expect, test } from 'vitest';
import { isClearlyBetter, scoreHeldOut } from '../../../../src/pipelines/training/heldOut.ts';
import { splitLabels } from '../../../../src/pipelines/training/split.ts';

const row = (n: number, from = 0) => Array.from({ length: n }, (_, i) => ({ x: 10 * (from + i), y: 0 }));
const scored = (places: readonly { x: number; y: number }[], top: number) =>
  places.map((place, i) => ({ ...place, score: top - i }));

test('finding all particles before anything else scores 1, labelled or not', () => {
  const particles = row(100);
  const heldOut = particles.filter((_, i) => i % 10 === 9);
  const candidates = [...scored(particles, 1000), ...scored(row(100, 200), 500)];
  const result = scoreHeldOut([{ candidates, heldOut }], 100, 2);
  expect(result.averagePrecision).toBeCloseTo(1, 10);
  expect(result.curve.at(-1)).toMatchObject({ recall: 1, threshold: 901 });
});

test('precision is the part of the picks that particles are, although most are not known', () => {
  // Particles and others by turns: half of the picks at every threshold are right.
  const places = row(200);
  const particles = places.filter((_, i) => i % 2 === 0);
  const heldOut = particles.filter((_, i) => i % 5 === 4);
  const result = scoreHeldOut([{ candidates: scored(places, 1000), heldOut }], 100, 2);
  expect(result.averagePrecision).toBeGreaterThan(0.45);
  expect(result.averagePrecision).toBeLessThan(0.6);
});

test('a band of every picture is kept back with its labels, the same for the same seed, none where labels are few', () => {
  const picture = { data: new Float32Array(), width: 50, height: 400 };
  const column = (n: number) => Array.from({ length: n }, (_, i) => ({ x: (7 * i) % 50, y: 5 + 10 * i }));
  const examples = [column(30), column(20)].map((labels, i) => ({ name: `${i}`, picture, labels }));
  const split = splitLabels(examples, 0.2, 4);
  expect(split.map(({ heldOut }) => heldOut.length)).toEqual([6, 4]);
  split.forEach(({ labels, heldOut, band }, i) => {
    const all = [...labels, ...heldOut].sort((a, b) => a.y - b.y);
    expect(all).toEqual(examples[i]?.labels);
    expect(heldOut.every(({ y }) => y > band.top && y < band.bottom)).toBe(true);
    expect(labels.some(({ y }) => y >= band.top && y < band.bottom)).toBe(false);
  });
  expect(splitLabels(examples, 0.2, 4)).toEqual(split);
  expect(splitLabels(examples, 0.2, 5)).not.toEqual(split);
  const [few] = splitLabels([{ name: 'few', picture, labels: column(7) }], 0.2, 4);
  expect(few).toMatchObject({ heldOut: [], band: { top: 0, bottom: 0 } });
});

test('yields belong to the labels, in their order over all micrographs, whatever count is expected', () => {
  const one = {
    candidates: [{ x: 10, y: 0, score: 3 }],
    heldOut: [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
    ],
  };
  const other = {
    candidates: [
      { x: 50, y: 0, score: 2 },
      { x: 0, y: 0, score: 1 },
    ],
    heldOut: [{ x: 0, y: 0 }],
  };
  // Three particles; found are the first of three picks and the last, and one is not: as if it were the fourth.
  const { logYields, averagePrecision } = scoreHeldOut([one, other], 3, 2);
  expect(logYields.map(Math.exp)).toEqual([
    expect.closeTo(1 / 4),
    expect.closeTo(1 / 3),
    expect.closeTo(2 / 3 / 3),
  ]);
  expect(averagePrecision).toBeCloseTo((0 + 1 + 2 / 3) / 3, 10);
  expect(scoreHeldOut([one, other], 300, 2).logYields).toEqual(logYields);
});

test('better by less than two standard errors is no better', () => {
  const before = [-1, -2, -0.5, -3, -1.5];
  const better = (gains: readonly number[]): boolean =>
    isClearlyBetter(
      before.map((value, i) => value + (gains[i] ?? 0)),
      before,
    );
  expect(better([0.1, 0.1, 0.1, 0.1, 0.1])).toBe(true);
  expect(better([0, 0, 0, 0, 0])).toBe(false);
  // One lucky label of five: a mean of 0.4, and an error of 0.4.
  expect(better([0, 0, 2, 0, 0])).toBe(false);
  // A mean of 0.2, and an error of 0.12.
  expect(better([0.2, 0.6, 0, 0.3, -0.1])).toBe(false);
  expect(better([0.4, 0.6, 0.2, 0.3, 0.1])).toBe(true);
});
