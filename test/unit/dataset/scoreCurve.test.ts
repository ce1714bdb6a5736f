import { describe, expect, it } from 'vitest';
import {
  averagePrecision,
  bestPoint,
  countsAt,
  countsOfAll,
  pointsOf,
  scoreCurve,
} from '../../../src/dataset/scoreCurve.ts';
import { targetWords, thresholdFor, wilson } from '../../../src/dataset/targetThreshold.ts';

const hit = (score: number) => ({ score, isMatched: true });
const miss = (score: number) => ({ score, isMatched: false });
/** Of ten particles: precision 1, 1, 2/3, 3/4, 3/5, 4/6 at falling scores. */
const curve = scoreCurve([miss(0.5), hit(0.9), hit(0.3), hit(0.8), miss(0.7), hit(0.6)], 10);

describe('a curve of scores', () => {
  it('has a row for each distinct score', () => {
    expect([...curve.thresholds]).toEqual([0.9, 0.8, 0.7, 0.6, 0.5, 0.3]);
    expect([...curve.picks]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...curve.matched]).toEqual([1, 2, 2, 3, 3, 4]);
    const equal = scoreCurve([hit(1), miss(1), hit(0)], 2);
    expect(pointsOf(equal).map(({ threshold, picks, matched }) => [threshold, picks, matched])).toEqual([
      [1, 2, 1],
      [0, 3, 2],
    ]);
  });

  it('is looked up at any threshold, the score itself included', () => {
    expect(countsAt(curve, 0.95)).toMatchObject({ picks: 0, precision: 0, recall: 0 });
    expect(countsAt(curve, 0.7)).toMatchObject({ picks: 3, matched: 2, recall: 0.2 });
    expect(countsAt(curve, 0.69)).toMatchObject({ picks: 3 });
    expect(countsAt(curve, 0)).toEqual(countsOfAll(curve));
  });

  it('gives average precision and the best F1', () => {
    expect(averagePrecision(curve)).toBeCloseTo((1 + 1 + 3 / 4 + 4 / 6) / 10, 12);
    expect(bestPoint(curve)).toMatchObject({ threshold: 0.3, matched: 4 });
    expect(bestPoint(scoreCurve([miss(1)], 3))).toBeUndefined();
    expect(averagePrecision(scoreCurve([], 0))).toBe(0);
  });
});

describe('a threshold for a target', () => {
  it('keeps the most particles at a precision, and the fewest false picks at a recall', () => {
    // At 0.7 precision was below it already, but at 0.6 it is there again.
    expect(thresholdFor(curve, { of: 'precision', value: 0.7 })).toMatchObject({
      threshold: 0.6,
      isReached: true,
    });
    expect(thresholdFor(curve, { of: 'recall', value: 0.3 })).toMatchObject({
      threshold: 0.6,
      isReached: true,
    });
  });

  it('comes as near as it can where there is none', () => {
    expect(thresholdFor(curve, { of: 'recall', value: 0.9 })).toMatchObject({
      threshold: 0.3,
      recall: 0.4,
      isReached: false,
    });
    const poor = scoreCurve([miss(0.9), hit(0.8), miss(0.7), hit(0.6), miss(0.5)], 10);
    // Half at 0.8 and at 0.6: the latter has more.
    expect(thresholdFor(poor, { of: 'precision', value: 0.99 })).toMatchObject({
      threshold: 0.6,
      precision: 0.5,
      isReached: false,
    });
  });

  it('is none that picks by hand would set', () => {
    const hands = scoreCurve([hit(Number.POSITIVE_INFINITY), miss(0.4)], 2);
    expect(thresholdFor(hands, { of: 'precision', value: 1 })).toMatchObject({
      threshold: 0.4,
      isReached: false,
    });
    expect(
      thresholdFor(scoreCurve([hit(Number.POSITIVE_INFINITY)], 1), { of: 'recall', value: 1 }),
    ).toBeUndefined();
  });

  it('says in words how sure it is, and by how many labels', () => {
    const found = thresholdFor(curve, { of: 'precision', value: 0.75 });
    const words = found ? targetWords(found) : '';
    expect(words.replaceAll('\u00a0', ' ')).toBe(
      'Precision 75 % or more at score ≥ 0.6: precision 75 %, recall 30 %, by 10 labelled particles. Chance alone leaves precision 30.1 % to 95.4 % possible with so many (95 %); the threshold was chosen by the same labels, and errors come together in micrographs, so it may be lower still on others.',
    );
    expect(found && targetWords(found, true)).toContain('the true precision is higher');
    const far = thresholdFor(curve, { of: 'recall', value: 0.9 });
    expect(far && targetWords(far)).toMatch(/^Recall 90\s% can’t be reached .* nearest is .* score ≥ 0\.3/);
  });

  it('has the interval of Wilson', () => {
    // Newcombe 1998, method 3: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611.
    const [low, high] = wilson(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
    expect(wilson(0, 20)[1]).toBeCloseTo(0.1611, 4);
    expect(wilson(0, 0)).toEqual([0, 1]);
  });
});
