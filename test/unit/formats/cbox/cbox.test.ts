import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCbox, writeCbox } from '../../../../src/formats/cbox/cbox.ts';
import { pickLists } from '../picks.ts';
import { describeWithShared, sharedText } from '../sharedData.ts';

describe('.cbox', () => {
  it('comes back within a millionth of a pixel; a missing score is 1', () => {
    fc.assert(
      fc.property(pickLists(), (picks) => {
        const read = readCbox('a.cbox', writeCbox(picks, 220));
        expect(read.length).toBe(picks.length);
        read.forEach((found, i) => {
          const { x, y, score = 1 } = picks[i] ?? { x: Number.NaN, y: Number.NaN };
          expect(Math.abs(found.x - x)).toBeLessThan(1e-6);
          expect(Math.abs(found.y - y)).toBeLessThan(1e-6);
          expect(Math.abs((found.score ?? Number.NaN) - score)).toBeLessThan(1e-6);
          expect([found.boxWidth, found.boxHeight, found.z]).toEqual([220, 220, undefined]);
        });
      }),
    );
  });

  it.each([
    ['data_cryolo\nloop_\n_CoordinateX\n_CoordinateY\n1 2\n', 'missing-columns', /_Width, _Height/],
    [
      'data_cryolo\nloop_\n_CoordinateX\n_CoordinateY\n_Width\n_Height\n1 <NA> 3 4\n',
      'bad-star',
      /line 7, _CoordinateY is "<NA>"/,
    ],
    ['1\t2\tthree\t4\t0.5\t6\t7\n', 'bad-box', /"three"/],
  ])('refuses %j', (text, problem, words) => {
    expect(() => readCbox('a.cbox', text)).toThrow(words);
    expect(() => readCbox('a.cbox', text)).toThrow(expect.objectContaining({ problem }));
  });
});

describeWithShared('data/coordinates/cbox', '.cbox of real programs', () => {
  const read = (file: string) => readCbox(file, sharedText(`data/coordinates/cbox/${file}`));

  // Corners and sizes of the first lines, added up by hand.
  it.each([
    ['old_format.cbox', 174, 2138.9, 3939.5, 0.12978020310401917],
    ['same_micrograph_old_format.cbox', 125, 4572, 3934.5, 0.14524617791175842],
    ['new_format.cbox', 125, 4572.011260986328, 3934.466156333685, 0.14524617791175842],
    ['TcdA1-0010_old.cbox', 133, 3483.5, 3985.5, 0.86305755],
    ['TcdA1-0155_new.cbox', 146, 276, 4005, 1],
    ['boxmanager_2d.cbox', 3, 24.1877, 40.459892, undefined],
    ['boxmanager_3d.cbox', 3, 24.757084, 40.221405, undefined],
    ['filament.cbox', 16, 55.987737909516682, 911.738627145086, 1],
  ])('%s', (file, count, x, y, score) => {
    const boxes = read(file);
    expect(boxes.length).toBe(count);
    expect(boxes[0]?.x).toBeCloseTo(x, 9);
    expect(boxes[0]?.y).toBeCloseTo(y, 9);
    expect(boxes[0]?.score).toBe(score);
  });

  it('the same boxes in the old and the new form lie within a tenth of a pixel', () => {
    const old = read('same_micrograph_old_format.cbox');
    read('new_format.cbox').forEach(({ x, y }, i) => {
      expect(Math.hypot(x - (old[i]?.x ?? 0), y - (old[i]?.y ?? 0))).toBeLessThan(0.11);
    });
  });

  it('knows the sections of volumes', () => {
    expect(read('boxmanager_3d.cbox').map(({ z }) => z)).toEqual([50, 50, 60]);
    expect(read('new_format.cbox')[0]?.z).toBeUndefined();
  });
});
