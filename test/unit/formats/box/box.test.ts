import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBoxes, writeBoxes } from '../../../../src/formats/box/box.ts';
import { pickLists } from '../picks.ts';
import { describeWithShared, sharedText } from '../sharedData.ts';

describe('EMAN .box', () => {
  it('comes back within half a pixel, and exactly enough with decimals', () => {
    fc.assert(
      fc.property(pickLists({ least: 1 }), (picks) => {
        for (const [exact, tolerance] of [
          [false, 0.5 + 1e-9],
          [true, 1e-6],
        ] as const) {
          const read = readBoxes('a.box', writeBoxes(picks, 100, { exact }));
          expect(read.length).toBe(picks.length);
          read.forEach(({ x, y, boxWidth }, i) => {
            expect(Math.abs(x - (picks[i]?.x ?? Number.NaN))).toBeLessThanOrEqual(tolerance);
            expect(Math.abs(y - (picks[i]?.y ?? Number.NaN))).toBeLessThanOrEqual(tolerance);
            expect(boxWidth).toBe(100);
          });
        }
      }),
    );
  });

  it('keeps scores to six decimals, and writes none where there are none', () => {
    const text = writeBoxes([{ x: 50, y: 60, score: 0.123456789 }], 20);
    expect(text).toBe('40\t50\t20\t20\t0.123457\n');
    expect(writeBoxes([{ x: 50, y: 60, score: undefined }], 20)).toBe('40\t50\t20\t20\n');
  });

  it('takes EMAN1’s flags for no scores', () => {
    expect(readBoxes('a.box', '1 2 10 10 -3\n3 4 10 10 -3\n').map(({ score }) => score)).toEqual([
      undefined,
      undefined,
    ]);
    expect(readBoxes('a.box', '1 2 10 10 -3\n3 4 10 10 0.5\n').map(({ score }) => score)).toEqual([-3, 0.5]);
  });

  it.each([
    ['24 40 0 0\nsixty 62 0 0\n', /line 2 has "sixty" where a number should be/],
    ['24 40 0 0\n78 51 0\n', /line 2 has 3 values where x, y, width and height should be/],
    ['1 2 3 4\n1 2 3 4 5\n', /line 2 has 5 values, those before it 4/],
    ['1 2 -3 4\n', /negative size/],
  ])('refuses %j', (text, words) => {
    expect(() => readBoxes('a.box', text)).toThrow(words);
    expect(() => readBoxes('a.box', text)).toThrow(expect.objectContaining({ problem: 'bad-box' }));
  });
});

describeWithShared('data/coordinates/eman-box', 'EMAN .box of real programs', () => {
  const read = (file: string) => readBoxes(file, sharedText(`data/coordinates/eman-box/${file}`));

  // Corner 208, 3827 and size 180: the centre by hand.
  it.each([
    ['crYOLO', 298, 3917, 0.6154586672782898, 627],
    ['deepPicker', 162, 90, 0.5054148, 299],
    ['topaz', 3312, 2328, 6.3771067, 732],
  ])('%s', (program, x, y, score, count) => {
    const boxes = read(`${program}/Falcon_2012_06_12-15_17_31_0.box`);
    expect(boxes[0]).toEqual({ x, y, score, boxWidth: 180, boxHeight: 180 });
    expect(boxes.length).toBe(count);
  });

  it('edge cases', () => {
    const places = (file: string) => read(`edge/${file}`).map(({ x, y }) => [x, y]);
    expect(places('2d_0_center.box')).toEqual([
      [92, 67],
      [73, 94],
    ]);
    expect(places('2d_center_float.box')[0]).toEqual([24.3, 40.7]);
    expect(places('2d_left.box')[0]).toEqual([24, 40]);
    expect(() => read('edge/2d_corrupt_has_string.box')).toThrow(/sixty_three/);
    expect(() => read('edge/2d_corrupt_unqual_columns.box')).toThrow(/line 3/);
  });
});
