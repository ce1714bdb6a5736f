import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  meanScoreAbove,
  mergedHistogram,
  picksAbove,
  scoreLadder,
  scoreRange,
} from '../../../../src/dataset/batch/results.ts';
import { isShown, type Pick } from '../../../../src/dataset/picks.ts';

const score = fc.double({ min: -5, max: 40, noNaN: true });
const pick: fc.Arbitrary<Pick> = fc.record({
  x: fc.constant(1),
  y: fc.constant(2),
  // What a method gives is a number of the GPU, so of 32 bits.
  score: score.map(Math.fround),
  origin: fc.constantFrom('cnn', 'log', 'manual', 'imported'),
});
const micrographs = fc.array(fc.array(pick, { maxLength: 30 }), { maxLength: 6 });

describe('one threshold over many micrographs', () => {
  test('counts what the screen would show of each', () => {
    fc.assert(
      fc.property(fc.array(pick, { maxLength: 60 }), score.map(Math.fround), (picks, threshold) => {
        const slow = picks.filter((one) => isShown(one, threshold)).length;
        expect(picksAbove(scoreLadder(picks), threshold)).toBe(slow);
      }),
    );
  });

  test('lets a pick through at its own score', () => {
    const picks: Pick[] = [0.1, 0.3, 0.3, 0.7].map((value) => ({ x: 0, y: 0, score: value, origin: 'cnn' }));
    const ladder = scoreLadder(picks);
    expect([0.1, 0.3, 0.7, 0.71].map((threshold) => picksAbove(ladder, threshold))).toEqual([4, 3, 1, 0]);
  });

  test('has the mean score of what it lets through, without the picks by hand', () => {
    fc.assert(
      fc.property(fc.array(pick, { maxLength: 60 }), score.map(Math.fround), (picks, threshold) => {
        const above = picks.filter((one) => one.origin !== 'manual' && one.score >= threshold);
        const mean = meanScoreAbove(scoreLadder(picks), threshold);
        if (above.length === 0) expect(mean).toBeUndefined();
        else expect(mean).toBeCloseTo(above.reduce((sum, one) => sum + one.score, 0) / above.length, 9);
      }),
    );
  });

  test('has a histogram of all scores, each in the bin where it belongs', () => {
    fc.assert(
      fc.property(micrographs, fc.integer({ min: 1, max: 12 }), (all, bins) => {
        const scores = all.flat().flatMap((one) => (one.origin === 'manual' ? [] : [one.score]));
        const merged = mergedHistogram(all.map(scoreLadder), bins);
        if (scores.length === 0) {
          expect(merged).toBeUndefined();
          return;
        }
        const [min, max] = [Math.min(...scores), Math.max(...scores)];
        const slow = Array.from({ length: bins }, (_, bin) => {
          const edge = (at: number): number => Math.fround(min + (at / bins) * (max - min));
          return scores.filter((value) => {
            const isAbove = bin === 0 || value >= edge(bin);
            const isBelow = bin === bins - 1 || value < edge(bin + 1);
            return max === min ? bin === 0 : isAbove && isBelow;
          }).length;
        });
        expect(merged).toEqual({ min, max, counts: slow });
      }),
    );
  });

  test('spans the scores of all', () => {
    const of = (...values: number[]) =>
      scoreLadder(values.map((value) => ({ x: 0, y: 0, score: value, origin: 'log' })));
    expect(scoreRange([of(), of(3, 2), of(7)])).toEqual([2, 7]);
    expect(scoreRange([of()])).toBeUndefined();
  });
});
