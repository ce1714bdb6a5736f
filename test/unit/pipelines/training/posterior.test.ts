import { expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { type Evidence, fitPosterior } from '../../../../src/pipelines/training/posterior.ts';

/** Particles score 2 higher than the rest in the mean; a tenth of them is labelled. */
function mixture(particles: number, others: number, seed: number) {
  const random = createRandom(seed);
  const evidence: Evidence[] = [];
  const truth: boolean[] = [];
  for (let i = 0; i < particles + others; i++) {
    const isTrue = i < particles;
    const features = [random.normal() + (isTrue ? 2 : 0)];
    evidence.push(isTrue && i % 10 === 0 ? { features, isParticle: true } : { features });
    truth.push(isTrue);
  }
  return { evidence, truth };
}

test('chances are right although nine of ten particles have no label', () => {
  const { evidence } = mixture(600, 1400, 5);
  const { weights, expectedCount } = fitPosterior(evidence, 600);
  // Two normals of deviation 1, 2 apart: log-odds 2 · score − 2 + ln(600 / 1400).
  expect(weights[0]).toBeGreaterThan(1.5);
  expect(weights[0]).toBeLessThan(2.5);
  expect(weights[1]).toBeGreaterThan(-3.6);
  expect(weights[1]).toBeLessThan(-2.1);
  expect(expectedCount).toBe(600);
});

test('how many particles there are is estimated from which labels are found', () => {
  for (const [particles, others] of [
    [600, 1400],
    [200, 1800],
    [1200, 800],
  ] as const) {
    const { expectedCount } = fitPosterior(mixture(particles, others, 9).evidence);
    expect(expectedCount / particles).toBeGreaterThan(0.6);
    expect(expectedCount / particles).toBeLessThan(1.5);
  }
});

test('the chances of what nobody labelled tell how many of them are particles', () => {
  const { evidence, truth } = mixture(600, 1400, 3);
  const { chances } = fitPosterior(evidence, 600);
  for (const [low, high] of [
    [0, 0.2],
    [0.2, 0.8],
    [0.8, 1],
  ] as const) {
    const inside = chances.flatMap((chance, i) =>
      evidence[i]?.isParticle === undefined && chance >= low && chance < high ? [{ chance, i }] : [],
    );
    const said = inside.reduce((sum, { chance }) => sum + chance, 0) / inside.length;
    const found = inside.filter(({ i }) => truth[i]).length / inside.length;
    expect(Math.abs(said - found)).toBeLessThan(0.1);
  }
});

test('answers are believed, yes and no', () => {
  const { evidence } = mixture(100, 300, 2);
  const answered = evidence.map((one, i) => (i === 1 ? { ...one, isParticle: false } : one));
  const { chances } = fitPosterior(answered, 100);
  expect(chances[0]).toBe(1);
  expect(chances[1]).toBe(0);
});

test('evidence that tells nothing, or that separates everything, has an answer', () => {
  const same = Array.from({ length: 20 }, (_, i) => ({
    features: [1],
    isParticle: i < 3 ? true : undefined,
  }));
  expect(fitPosterior(same).weights.every(Number.isFinite)).toBe(true);
  const apart = Array.from({ length: 40 }, (_, i) => ({
    features: [i < 20 ? 100 + i : i - 100],
    isParticle: i < 10 ? true : undefined,
  }));
  const { weights, expectedCount } = fitPosterior(apart);
  expect(weights.every(Number.isFinite)).toBe(true);
  expect(weights[0]).toBeGreaterThan(0);
  expect(expectedCount).toBeLessThanOrEqual(40);
});
