import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsvPicks } from '../../../../src/formats/csv/picks.ts';
import { evaluateAtDiameter, evaluatePicks } from '../../../../src/pipelines/evaluation/evaluate.ts';
import { matchPicks } from '../../../../src/pipelines/evaluation/matching.ts';
import { describeWithShared, sharedText } from '../../formats/sharedData.ts';

const at = (x: number, score: number) => ({ x, y: 0, score });
const particle = (x: number) => ({ x, y: 0 });

describe('matching', () => {
  it('gives the better pick its nearest particle, and the next what is left', () => {
    // The pick at 4 is nearer to the particle at 5, but comes after the one at 6.
    const matches = matchPicks([at(4, 0.5), at(6, 0.9)], [particle(5), particle(0)], 4);
    expect(matches).toEqual([
      { pick: 1, score: 0.9, truth: 0, distance: 1 },
      { pick: 0, score: 0.5, truth: 1, distance: 4 },
    ]);
  });

  it('counts a particle once, and one at the radius', () => {
    const matches = matchPicks([at(0, 1), at(1, 0.9), at(20, 0.8)], [particle(0), particle(10)], 10);
    expect(matches.map(({ truth }) => truth)).toEqual([0, 1, -1]);
    expect(matchPicks([at(10.01, 1)], [particle(0)], 10)[0]?.truth).toBe(-1);
  });

  it('does not care in which order the particles are listed', () => {
    // Both are as near; the pick takes the left one and leaves the right one to the next.
    for (const truth of [
      [particle(0), particle(10)],
      [particle(10), particle(0)],
    ]) {
      const [first, second] = matchPicks([at(5, 0.9), at(11, 0.8)], truth, 6);
      expect(truth[first?.truth ?? -1]?.x).toBe(0);
      expect(truth[second?.truth ?? -1]?.x).toBe(10);
    }
  });

  it('keeps picks in order that no threshold hides', () => {
    const hand = { x: 0, y: 0, score: Number.POSITIVE_INFINITY };
    const matches = matchPicks([at(1, 0.9), hand, hand], [particle(0)], 4);
    expect(matches.map(({ pick }) => pick)).toEqual([1, 2, 0]);
  });

  it('finds what a search of all pairs finds', () => {
    // Millionths of a pixel: two distances that differ here also differ after rounding.
    const millionths = fc.integer({ min: -5e7, max: 5e7 }).map((n) => n / 1e6);
    const point = fc.record({
      x: millionths,
      y: millionths,
    });
    const scored = fc.record({
      x: fc.integer({ min: -50, max: 50 }),
      y: fc.integer({ min: -50, max: 50 }),
      score: fc.nat(5),
    });
    fc.assert(
      fc.property(
        fc.array(scored),
        fc.array(point),
        fc.double({ min: 0.5, max: 30, noNaN: true }),
        (picks, truth, radius) => {
          const free = new Set(truth.keys());
          const expected = [...picks]
            .sort((a, b) => b.score - a.score)
            .map(({ x, y }) => {
              const near = [...free]
                .map((i) => ({ i, square: ((truth[i]?.x ?? 0) - x) ** 2 + ((truth[i]?.y ?? 0) - y) ** 2 }))
                .filter(({ square }) => square <= radius * radius)
                .sort((a, b) => a.square - b.square)[0];
              if (near) free.delete(near.i);
              return near ? Math.sqrt(near.square) : Number.NaN;
            });
          expect(matchPicks(picks, truth, radius).map(({ distance }) => distance)).toEqual(expected);
        },
      ),
    );
  });
});

describe('evaluation', () => {
  it('agrees with a case worked by hand', () => {
    // In order of score: hit, miss, hit, miss; three particles.
    const result = evaluatePicks(
      [
        {
          name: 'a',
          picks: [at(0, 0.9), at(50, 0.8), at(10, 0.7), at(60, 0.1)],
          truth: [particle(0), particle(10), particle(99)],
        },
      ],
      2,
    );
    expect(result).toMatchObject({ picks: 4, truth: 3, matched: 2, precision: 0.5, meanDistancePx: 0 });
    expect(result.recall).toBeCloseTo(2 / 3, 12);
    expect(result.f1).toBeCloseTo(4 / 7, 12);
    // 1 × 1/3 at the first pick, 2/3 × 1/3 at the third.
    expect(result.averagePrecision).toBeCloseTo(1 / 3 + 2 / 9, 12);
    expect(result.best).toMatchObject({ threshold: 0.7, picks: 3, matched: 2 });
    expect(result.best?.f1).toBeCloseTo(4 / 6, 12);
  });

  it('pools micrographs by score, not one after another', () => {
    const result = evaluatePicks(
      [
        { name: 'a', picks: [at(0, 0.9), at(50, 0.2)], truth: [particle(0)] },
        { name: 'b', picks: [at(0, 0.5)], truth: [particle(0), particle(9)] },
      ],
      2,
    );
    expect(result.averagePrecision).toBeCloseTo(2 / 3, 12);
    expect(result.micrographs.map(({ name, f1 }) => [name, f1])).toEqual([
      ['a', 2 / 3],
      ['b', 2 / 3],
    ]);
  });

  it('judges by a quarter of the diameter, and by half of it', () => {
    const one = { name: 'a', picks: [at(20, 1), at(100, 0.5)], truth: [particle(0), particle(110)] };
    const { strict, loose } = evaluateAtDiameter([one], 64);
    expect([strict.radiusPx, loose.radiusPx]).toEqual([16, 32]);
    expect([strict.matched, loose.matched]).toEqual([1, 2]);
  });

  it('does not depend on the order of equal scores', () => {
    const picks = [at(0, 1), at(50, 1), at(10, 1)];
    const run = (order: typeof picks) =>
      evaluatePicks([{ name: 'a', picks: order, truth: [particle(0), particle(10)] }], 2).averagePrecision;
    expect(run(picks)).toBeCloseTo(2 / 3, 12);
    expect(run(picks.toReversed())).toBeCloseTo(2 / 3, 12);
  });

  it('takes no picks, no truth and neither', () => {
    const nothing = { matched: 0, precision: 0, recall: 0, f1: 0, averagePrecision: 0, best: undefined };
    expect(evaluatePicks([{ name: 'a', picks: [], truth: [particle(0)] }], 5)).toMatchObject(nothing);
    expect(evaluatePicks([{ name: 'a', picks: [at(0, 1)], truth: [] }], 5)).toMatchObject(nothing);
    expect(evaluatePicks([], 5)).toMatchObject(nothing);
  });
});

describeWithShared('reference/full', 'evaluation of Topaz', () => {
  it('gives the average precision and F1 that were measured for it', () => {
    const [header = '', ...rows] = sharedText(
      'reference/full/May08_05.53.51_avg.resnet8_u32.picks_r13.csv',
    ).split('\n');
    // Columns x_full and y_full are those of the micrograph.
    const renamed = [
      header.replace('x,y,', 'small_x,small_y,').replace('x_full,y_full', 'x,y'),
      ...rows,
    ].join('\n');
    const picks = readCsvPicks('picks', renamed);
    const truth = readCsvPicks('truth', sharedText('data/apoferritin/May08_05.53.51.csv'));
    const result = evaluatePicks([{ name: 'May08_05.53.51', picks, truth }], 30);
    expect(result).toMatchObject({ picks: 674, truth: 178 });
    expect(result.averagePrecision).toBeCloseTo(0.979, 3);
    expect(result.best?.f1).toBeCloseTo(0.945, 3);
    expect(result.best?.precision).toBeCloseTo(0.97, 3);
    expect(result.best?.recall).toBeCloseTo(0.921, 3);
    expect(result.best?.picks).toBe(169);
  });
});
