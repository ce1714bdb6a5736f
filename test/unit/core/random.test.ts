import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';

const COUNT = 100_000;

/** Moments of many draws. */
function moments(draw: () => number) {
  const values = Float64Array.from({ length: COUNT }, draw);
  const mean = values.reduce((sum, v) => sum + v, 0) / COUNT;
  const central = (power: number) => values.reduce((sum, v) => sum + (v - mean) ** power, 0) / COUNT;
  return { mean, variance: central(2), third: central(3), fourth: central(4) };
}

describe('random numbers', () => {
  it('are those of xoshiro128** seeded by splitmix32', () => {
    // From an implementation in Python, written apart.
    const first = (seed: number) => {
      const random = createRandom(seed);
      return [random.uniform(), random.uniform(), random.uniform()];
    };
    expect(first(0)).toEqual([0.41675133265905573, 0.5870561741002205, 0.2650367332581032]);
    expect(first(1)).toEqual([0.09156953175513294, 0.8881928137485323, 0.43427017709149285]);
    expect(first(2 ** 32 - 1)).toEqual([0.9555830018603452, 0.2682696548492096, 0.8580147783595625]);
  });

  it('come again with the seed, whatever is drawn', () => {
    const draw = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 50 }, () => [
        random.normal(),
        random.poisson(3),
        random.poisson(40),
        random.integer(9),
      ]);
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('uniform: in [0, 1), with the moments of the uniform distribution', () => {
    const random = createRandom(11);
    const { mean, variance } = moments(random.uniform);
    // Five standard errors.
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / COUNT));
    expect(variance).toBeCloseTo(1 / 12, 2);
    for (let i = 0; i < 1000; i++) {
      const [between, integer] = [random.between(-3, -2), random.integer(3)];
      if (!(between >= -3 && between < -2 && [0, 1, 2].includes(integer)))
        expect.fail(`${between} ${integer}`);
    }
  });

  it('normal: mean 0, variance 1, no skew, kurtosis 3, neighbours independent', () => {
    const random = createRandom(12);
    const { mean, variance, third, fourth } = moments(random.normal);
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(COUNT));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / COUNT));
    expect(Math.abs(third)).toBeLessThan(5 * Math.sqrt(15 / COUNT));
    expect(Math.abs(fourth - 3)).toBeLessThan(5 * Math.sqrt(96 / COUNT));
    // The polar method gives them in pairs.
    const product = moments(() => random.normal() * random.normal());
    expect(Math.abs(product.mean)).toBeLessThan(5 / Math.sqrt(COUNT));
  });

  it.each([0.1, 3, 11.99, 12, 37.5, 900])('Poisson of mean %f: the chances of each count', (mean) => {
    const random = createRandom(13);
    const seen = new Map<number, number>();
    for (let i = 0; i < COUNT; i++) {
      const k = random.poisson(mean);
      seen.set(k, (seen.get(k) ?? 0) + 1);
    }
    // Chi-squared over the counts that are expected often enough; the rest is one cell.
    let chiSquared = 0;
    let cells = 0;
    let logChance = -mean;
    let expectedRest = COUNT;
    let seenRest = COUNT;
    for (let k = 0; k < mean + 20 * Math.sqrt(mean) + 20; k++) {
      if (k > 0) logChance += Math.log(mean / k);
      const expected = COUNT * Math.exp(logChance);
      if (expected < 20) continue;
      chiSquared += ((seen.get(k) ?? 0) - expected) ** 2 / expected;
      expectedRest -= expected;
      seenRest -= seen.get(k) ?? 0;
      cells++;
    }
    if (expectedRest > 5) chiSquared += (seenRest - expectedRest) ** 2 / expectedRest;
    // Mean `cells`, variance twice that; five standard deviations.
    expect(chiSquared).toBeLessThan(cells + 5 * Math.sqrt(2 * cells) + 10);
  });

  it('Poisson of no mean is 0', () => {
    const random = createRandom(1);
    expect([random.poisson(0), random.poisson(-1), random.poisson(Number.NaN)]).toEqual([0, 0, 0]);
  });
});
