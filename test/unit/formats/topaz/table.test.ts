import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTopaz, writeTopaz } from '../../../../src/formats/topaz/table.ts';
import { pickLists } from '../picks.ts';
import { describeWithShared, sharedText } from '../sharedData.ts';

describe('Topaz table', () => {
  it('comes back within half a pixel, over many micrographs', () => {
    const micrographs = fc.array(pickLists({ least: 1, scored: true }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(micrographs, (lists) => {
        const named = lists.map((coordinates, i) => ({ name: `raw/mic_${i}.mrc`, coordinates }));
        const read = readTopaz('a.txt', writeTopaz(named));
        expect(read.map(({ name }) => name)).toEqual(lists.map((_, i) => `mic_${i}`));
        read.forEach(({ coordinates }, i) => {
          expect(coordinates.length).toBe(lists[i]?.length);
          coordinates.forEach(({ x, y, score }, j) => {
            const wanted = lists[i]?.[j];
            expect(Math.abs(x - (wanted?.x ?? Number.NaN))).toBeLessThanOrEqual(0.5);
            expect(Math.abs(y - (wanted?.y ?? Number.NaN))).toBeLessThanOrEqual(0.5);
            expect(Math.abs((score ?? Number.NaN) - (wanted?.score ?? Number.NaN))).toBeLessThan(1e-6);
          });
        });
      }),
    );
  });
});

describeWithShared('data/coordinates/topaz', 'Topaz tables', () => {
  it('of many picks, and of a run that found none', () => {
    const [only, ...more] = readTopaz('p', sharedText('data/coordinates/ours/topaz_picks.txt'));
    expect(more).toEqual([]);
    expect(only?.name).toBe('May08_03.05.02_avg');
    expect(only?.coordinates.length).toBe(149);
    expect(only?.coordinates[1]).toMatchObject({ x: 320, y: 36, score: 7.932432 });
    expect(readTopaz('p', sharedText('data/coordinates/topaz/header_only_picks.txt'))).toEqual([
      { name: undefined, coordinates: [] },
    ]);
  });
});
