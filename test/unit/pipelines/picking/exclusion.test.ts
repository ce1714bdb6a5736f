import { expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { type Candidate, suppressNeighbours } from '../../../../src/pipelines/picking/candidates.ts';
import { besideNeighbours, heededExclusion, pairRate } from '../../../../src/pipelines/picking/exclusion.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const chanceAt = (candidates: readonly Candidate[], x: number): number =>
  candidates.find((one) => one.x === x)?.score ?? Number.NaN;

/** The chance of each from all 2ⁿ worlds: what belief propagation has to find where no candidates stand in a ring. */
function enumerated(candidates: readonly Candidate[], exclusionPx: number): number[] {
  const mean = candidates.reduce((sum, { score }) => sum + score, 0) / candidates.length;
  const prior = Math.min(0.25, mean);
  const sums = candidates.map(() => 0);
  let total = 0;
  for (let world = 0; world < 2 ** candidates.length; world++) {
    const isParticle = (i: number): boolean => ((world >> i) & 1) === 1;
    let weight = 1;
    for (const [i, a] of candidates.entries()) {
      weight *= isParticle(i) ? a.score : 1 - a.score;
      for (const [j, b] of candidates.slice(0, i).entries()) {
        const part = Math.hypot(a.x - b.x, a.y - b.y) / exclusionPx;
        if (part >= 1) continue;
        const rate = pairRate(part);
        const both = Number(isParticle(i)) + Number(isParticle(j));
        // The table of a pair, over what it would be for two that know nothing of each other.
        const joint = [1 - 2 * prior + rate * prior ** 2, prior - rate * prior ** 2, rate * prior ** 2];
        const free = [(1 - prior) ** 2, prior * (1 - prior), prior ** 2];
        weight *= (joint[both] ?? 0) / (free[both] ?? 1);
      }
    }
    total += weight;
    for (const i of sums.keys()) if (isParticle(i)) sums[i] = (sums[i] ?? 0) + weight;
  }
  return sums.map((sum) => sum / total);
}

test('in a row of candidates the chances are those of all their worlds', () => {
  const row = [0.9, 0.4, 0.7, 0.2, 0.55].map((score, i) => ({ x: 8 * i, y: 0, score }));
  const found = besideNeighbours(row, 10);
  for (const [i, chance] of enumerated(row, 10).entries())
    expect(chanceAt(found, 8 * i)).toBeCloseTo(chance, 4);
  // Each of two that stand in each other is doubted for the other's sake, the weaker one more.
  expect(chanceAt(found, 8)).toBeLessThan(0.2);
  expect(chanceAt(found, 0)).toBeGreaterThan(0.85);
});

test('who stands alone, or has no known body, keeps its chance to the last bit, and the best comes first', () => {
  const apart = [
    { x: 0, y: 0, score: 0.3 },
    { x: 30, y: 0, score: 0.8 },
  ];
  expect(besideNeighbours(apart, 20)).toEqual([apart[1], apart[0]]);
  const near = [
    { x: 0, y: 0, score: 0.3 },
    { x: 3, y: 0, score: 0.8 },
  ];
  expect(besideNeighbours(near, 0)).toEqual([near[1], near[0]]);
  expect(besideNeighbours([], 20)).toEqual([]);
});

test('pairs are rare in each other and by chance beyond a diameter', () => {
  expect(pairRate(0.3)).toBe(pairRate(0.8));
  expect(pairRate(0.8)).toBeLessThan(0.05);
  expect(pairRate(0.9)).toBeGreaterThan(pairRate(0.86));
  expect(pairRate(1)).toBe(1);
  expect(pairRate(2)).toBe(1);
});

/** Discs that do not overlap, and as many places again that look a little like one, by scores that are chances. */
function noisyDiscs(seed: number) {
  const random = createRandom(seed);
  const discs: { x: number; y: number }[] = [];
  const size = 800;
  const place = () => ({ x: size * random.uniform(), y: size * random.uniform() });
  while (discs.length < 260) {
    const next = place();
    if (discs.every(({ x, y }) => Math.hypot(x - next.x, y - next.y) > 38)) discs.push(next);
  }
  // Normals 1.5 apart: the log-odds are 1.5 (v − 0.75) and the prior's.
  const others = 700;
  const scored = (at: { x: number; y: number }, mean: number): Candidate => ({
    ...at,
    score: sigmoid(1.5 * (random.normal() + mean - 0.75) + Math.log(discs.length / others)),
  });
  const all = [
    ...discs.map((at) => scored(at, 1.5)),
    ...Array.from({ length: others }, () => scored(place(), 0)),
  ];
  const candidates = suppressNeighbours(all, 20);
  const isTrue = ({ x, y }: Candidate): boolean =>
    discs.some((disc) => Math.hypot(disc.x - x, disc.y - y) < 1e-9);
  return { candidates, isTrue };
}

function averagePrecision(sorted: readonly boolean[]): number {
  let [found, sum] = [0, 0];
  for (const [i, isTrue] of sorted.entries()) if (isTrue) sum += ++found / (i + 1);
  return sum / found;
}

test('what lies in each other is told apart: the order is better, and as many are expected', () => {
  for (const seed of [1, 2, 3]) {
    const { candidates, isTrue } = noisyDiscs(seed);
    const beside = besideNeighbours(candidates, 40);
    const before = averagePrecision(candidates.map(isTrue));
    const after = averagePrecision(beside.map(isTrue));
    expect(after).toBeGreaterThan(before + 0.03);
    // Messages say nothing on the whole: as many particles are expected as before.
    const sum = (all: readonly Candidate[]): number => all.reduce((total, { score }) => total + score, 0);
    expect(Math.abs(sum(beside) / sum(candidates) - 1)).toBeLessThan(0.2);
  }
});

test('certainties stay finite', () => {
  const crowd = Array.from({ length: 60 }, (_, i) => ({
    x: (i % 8) * 5,
    y: Math.floor(i / 8) * 5,
    score: i % 3 === 0 ? 1 : 0,
  }));
  for (const { score } of besideNeighbours(crowd, 30)) {
    expect(score).toBeGreaterThanOrEqual(0);
    expect(score).toBeLessThanOrEqual(1);
  }
});

test('who asks for picks nearer than half a body gets them unchanged', () => {
  expect(heededExclusion(0.9, 0.5)).toBe(0.9);
  expect(heededExclusion(0.9, 0.45)).toBe(0.9);
  expect(heededExclusion(0.9, 0.4)).toBe(0);
  expect(heededExclusion(0, 0.1)).toBe(0);
});
