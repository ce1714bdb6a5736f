import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStar } from '../../../../src/formats/star/parse.ts';
import {
  readCoordinateFiles,
  writeCoordinateFiles,
  writeStarParticles,
} from '../../../../src/formats/star/particles.ts';
import { readStarPicks } from '../../../../src/formats/star/picks.ts';
import { pickLists } from '../picks.ts';

describe('particles of many micrographs', () => {
  it.each(['3.0', '3.1'] as const)('come back within a millionth of a pixel, as RELION %s', (flavour) => {
    fc.assert(
      fc.property(fc.array(pickLists(), { minLength: 1, maxLength: 3 }), (lists) => {
        const named = lists.map((coordinates, i) => ({ name: `raw/mic ${i}.mrc`, coordinates }));
        const read = readStarPicks('a.star', writeStarParticles(named, { flavour, pixelSizeAngstrom: 1.5 }));
        const wanted = named.flatMap(({ name, coordinates }) => coordinates.map((one) => ({ ...one, name })));
        expect(read.map(({ micrograph }) => micrograph)).toEqual(wanted.map(({ name }) => name));
        read.forEach(({ x, y, score }, i) => {
          expect(Math.abs(x - (wanted[i]?.x ?? Number.NaN))).toBeLessThan(1e-6);
          expect(Math.abs(y - (wanted[i]?.y ?? Number.NaN))).toBeLessThan(1e-6);
          if (wanted[i]?.score === undefined) expect(score).toBeUndefined();
          else expect(Math.abs((score ?? Number.NaN) - (wanted[i]?.score ?? 0))).toBeLessThan(1e-3);
        });
      }),
    );
  });

  it('have their pixel size in the optics, or as a magnification', () => {
    const one = [{ name: 'a.mrc', coordinates: [{ x: 1, y: 2, score: 0.5 }] }];
    const [optics] = parseStar('a', writeStarParticles(one, { pixelSizeAngstrom: 0.885 }));
    const pixel = optics?.loops[0]?.columns.indexOf('rlnMicrographPixelSize') ?? -1;
    expect(Number(optics?.loops[0]?.rows[0]?.[pixel])).toBe(0.885);
    const [old] = parseStar('a', writeStarParticles(one, { flavour: '3.0', pixelSizeAngstrom: 0.885 }));
    const cell = (label: string) => Number(old?.loops[0]?.rows[0]?.[old.loops[0].columns.indexOf(label)]);
    expect((cell('rlnDetectorPixelSize') * 1e4) / cell('rlnMagnification')).toBeCloseTo(0.885, 6);
  });
});

describe('an index of coordinate files', () => {
  it('comes back', () => {
    const entries = [
      { micrograph: 'raw/a.mrc', coordinates: 'AutoPick/job1/a_autopick.star' },
      { micrograph: 'raw/b c.mrc', coordinates: 'b c.star' },
    ];
    expect(readCoordinateFiles('a', parseStar('a', writeCoordinateFiles(entries)))).toEqual(entries);
    expect(readCoordinateFiles('a', parseStar('a', 'data_\n_x 1\n'))).toBeUndefined();
  });

  it('without its columns is refused', () => {
    const blocks = parseStar('a', 'data_coordinate_files\nloop_\n_rlnMicrographName\na.mrc\n');
    expect(() => readCoordinateFiles('a', blocks)).toThrow(/_rlnMicrographCoordinates/);
  });
});
