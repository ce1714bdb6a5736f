import { expect, test } from 'vitest';
import { bestThreshold, scoreHeldOut } from '../../../../src/pipelines/training/heldOut.ts';
import { splitLabels } from '../../../../src/pipelines/training/split.ts';

const row = (n: number, from = 0) => Array.from({ length: n }, (_, i) => ({ x: 10 * (from + i), y: 0 }));
const scored = (places: readonly { x: number; y: number }[], top: number) =>
  places.map((place, i) => ({ ...place, score: top - i }));

test('finding all particles before anything else scores 1, labelled or not', () => {
  const particles = row(100);
  // Of each ten, one is learnt from and one kept back.
  const labels = particles.filter((_, i) => i % 10 === 0);
  const heldOut = particles.filter((_, i) => i % 10 === 9);
  const candidates = [...scored(particles, 1000), ...scored(row(100, 200), 500)];
  const result = scoreHeldOut([{ candidates, labels, heldOut }], 100, 2);
  expect(result.averagePrecision).toBeCloseTo(1, 10);
  expect(result.curve.at(-1)).toMatchObject({ recall: 1, threshold: 901 });
});

test('precision is the part of the picks that particles are, although most are not known', () => {
  // Particles and others by turns: half of the picks at every threshold are right.
  const places = row(200);
  const particles = places.filter((_, i) => i % 2 === 0);
  const heldOut = particles.filter((_, i) => i % 5 === 4);
  const result = scoreHeldOut([{ candidates: scored(places, 1000), labels: [], heldOut }], 100, 2);
  expect(result.averagePrecision).toBeGreaterThan(0.45);
  expect(result.averagePrecision).toBeLessThan(0.6);
});

test('picks on what was learnt from count neither for nor against', () => {
  const labels = row(50);
  const heldOut = row(10, 100);
  const other = { candidates: scored(heldOut, 100), labels: [], heldOut };
  const same = { candidates: [...scored(labels, 1000), ...scored(heldOut, 100)], labels, heldOut };
  expect(scoreHeldOut([same], 60, 2)).toEqual(scoreHeldOut([other], 10, 2));
});

test('the suggested threshold is that of the largest F1 to be expected', () => {
  const chances = [0.9, 0.2, 0.8, 0.1, 0.7];
  // 2 · 2.4 / (3 + 2.7) is more than 2 · 2.6 / (4 + 2.7) and 2 · 1.7 / (2 + 2.7).
  expect(bestThreshold(chances)).toBe(0.7);
});

test('labels are kept back from all micrographs, the same ones for the same seed, none where there are few', () => {
  const picture = { data: new Float32Array(), width: 0, height: 0 };
  const examples = [row(30), row(20, 50)].map((labels, i) => ({ name: `${i}`, picture, labels }));
  const split = splitLabels(examples, 0.2, 4);
  expect(split.flatMap(({ heldOut }) => heldOut)).toHaveLength(10);
  split.forEach(({ labels, heldOut }, i) => {
    expect(heldOut.length).toBeGreaterThan(0);
    const all = [...labels, ...heldOut].sort((a, b) => a.x - b.x);
    expect(all).toEqual(examples[i]?.labels);
  });
  expect(splitLabels(examples, 0.2, 4)).toEqual(split);
  expect(splitLabels(examples, 0.2, 5)).not.toEqual(split);
  const [few] = splitLabels([{ name: 'few', picture, labels: row(7) }], 0.2, 4);
  expect(few?.heldOut).toEqual([]);
});
