import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsvPicks, writeCsvPicks } from '../../../../src/formats/csv/picks.ts';
import { describeWithShared, sharedText } from '../sharedData.ts';

describe('picks as CSV', () => {
  it('come back exactly', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((v) => v + 0);
    const pick = fc.record({ x: finite, y: finite, score: fc.option(finite, { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(pick), (picks) => {
        expect(readCsvPicks('a.csv', writeCsvPicks(picks))).toEqual(picks);
      }),
    );
  });

  it.each([
    ['X , Y\n1,2\n', undefined],
    ['\uFEFFy,name,x\r\n2,"a, b",1\r\n', undefined],
    ['x_coord\ty_coord\tScore\n1\t2\t0.5\n\n', 0.5],
    ['# picks\n"X-Coordinate";"Y-Coordinate";Confidence\n"1";2;0.5\n', 0.5],
  ])('are read from %j', (text, score) => {
    expect(readCsvPicks('a.csv', text)).toEqual([{ x: 1, y: 2, score }]);
  });

  it.each([
    ['x,y\n1,2\n3\n', 'bad-csv', /line 3 has 1 values under 2 columns/],
    ['x,y\n\n1,two\n', 'bad-csv', /line 3 has "two" where a number should be/],
    ['x,y\n1,\n', 'bad-csv', /line 2 has ""/],
    ['x,z\n1,2\n', 'missing-columns', /has no column y: /],
    ['1,2\n3,4\n', 'missing-columns', /no column x and no column y/],
    ['\n \n', 'empty', /nothing/],
  ])('refuse %j', (text, problem, words) => {
    expect(() => readCsvPicks('a.csv', text)).toThrow(words);
    expect(() => readCsvPicks('a.csv', text)).toThrow(expect.objectContaining({ problem }));
  });
});

describeWithShared('data/coordinates/cryoppp', 'CryoPPP truth', () => {
  it.each([
    ['stack_0005_2x_SumCorr.csv', 68, 2786, 1862],
    ['stack_0029_2x_SumCorr.csv', 185, 3404, 3127],
  ])('%s', (file, count, x, y) => {
    const picks = readCsvPicks(file, sharedText(`data/coordinates/cryoppp/${file}`));
    expect(picks.length).toBe(count);
    expect(picks[0]).toEqual({ x, y, score: undefined, diameterPx: 142 });
  });
});
