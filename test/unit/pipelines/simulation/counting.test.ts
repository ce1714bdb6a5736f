import { describe, expect, test } from 'vitest';
import { ElectronCounter } from '../../../../src/pipelines/simulation/counting.ts';

const draws = 50_000;

function counts(counter: ElectronCounter, mean: number, seed = 1): Float32Array {
  const out = new Float32Array(draws);
  counter.restart(seed, 0);
  counter.count(new Float32Array(draws).fill(mean), out);
  return out;
}

/** P(k) of the Poisson distribution, k from 0, by the recurrence. */
function poisson(mean: number, length: number): number[] {
  const list = [Math.exp(-mean)];
  for (let k = 1; k < length; k++) list.push(((list[k - 1] ?? 0) * mean) / k);
  return list;
}

describe.each([0.02, 0.3, 2.25, 7, 40])('a mean of %f electrons', (mean) => {
  const counter = new ElectronCounter(1.4 * mean);
  // What the mean is rounded to.
  const used = (Math.round((mean * 4096) / (1.4 * mean)) * 1.4 * mean) / 4096;

  test('is counted as the Poisson distribution says, count by count', () => {
    const histogram = new Array<number>(counter.most + 1).fill(0);
    for (const count of counts(counter, mean)) histogram[count] = (histogram[count] ?? 0) + 1;
    let squares = 0;
    let cells = 0;
    let [rareFound, rareExpected] = [0, 0];
    for (const [k, p] of poisson(used, histogram.length).entries()) {
      const [found, expected] = [histogram[k] ?? 0, p * draws];
      if (expected < 10) {
        rareFound += found;
        rareExpected += expected;
      } else {
        squares += (found - expected) ** 2 / expected;
        cells++;
      }
    }
    // χ² of n cells is n ± √(2n); five times that.
    expect(squares).toBeLessThan(cells + 5 * Math.sqrt(2 * cells));
    expect(Math.abs(rareFound - rareExpected)).toBeLessThan(5 * Math.sqrt(rareExpected) + 3);
  });

  test('neighbours and frames do not know of one another', () => {
    const [first, second] = [counts(counter, mean), counts(counter, mean, 2)];
    counter.restart(1, 1);
    const frame = new Float32Array(draws);
    counter.count(new Float32Array(draws).fill(mean), frame);
    const correlation = (a: Float32Array, b: Float32Array): number =>
      a.reduce((sum, value, i) => sum + (value - used) * ((b[i] ?? used) - used), 0) / draws / used;
    for (const other of [second, frame, first.slice(1), first.slice(2), first.slice(4096)]) {
      expect(Math.abs(correlation(first, other))).toBeLessThan(5 / Math.sqrt(draws));
    }
    expect(counts(counter, mean).every((count, i) => count === first[i])).toBe(true);
  });
});

test('every mean up to the highest is counted right, others as the nearest', () => {
  const counter = new ElectronCounter(12);
  counter.restart(3, 0);
  const [rows, perRow] = [120, 20_000];
  for (let row = 0; row < rows; row++) {
    const mean = (12 * row) / rows;
    const band = new Float32Array(perRow).fill(mean);
    counter.count(band, band);
    const found = band.reduce((a, b) => a + b, 0) / perRow;
    expect(Math.abs(found - mean)).toBeLessThan(5 * Math.sqrt((mean + 0.01) / perRow) + 12 / 8192);
  }
  const odd = Float32Array.of(-1, Number.NaN, 0, 1e9);
  const out = new Float32Array(4);
  counter.count(odd, out);
  expect([...out.subarray(0, 3)]).toEqual([0, 0, 0]);
  expect(out[3]).toBeLessThanOrEqual(counter.most);
});

test('what a pixel can count at most is exceeded once in 4 thousand million times', () => {
  for (const mean of [0.1, 2, 30, 900]) {
    const { most } = new ElectronCounter(mean);
    let tail = 0;
    // From the far end, so that the small ones count.
    for (let k = most + 400; k > most; k--) {
      let logarithm = -mean + k * Math.log(mean);
      for (let j = 2; j <= k; j++) logarithm -= Math.log(j);
      tail += Math.exp(logarithm);
    }
    expect(tail).toBeLessThan(2 ** -31);
    expect(most).toBeLessThan(mean + 8 * Math.sqrt(mean) + 20);
  }
});
