import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { picksOfMicrograph, readStarPicks, writeStarPicks } from '../../../../src/formats/star/picks.ts';
import { describeWithShared, sharedText } from '../sharedData.ts';

describe('picks in STAR files', () => {
  it('tell the class and the turn of what has a pose, and the view where there is one', () => {
    const turned = { classNumber: 2, rotDegrees: 0, tiltDegrees: 0, psiDegrees: -31.5 };
    const seen = { ...turned, rotDegrees: 12, tiltDegrees: 75 };
    const table = (text: string) => text.split('\n').filter((line) => /^(_rln|\s*\d)/.test(line));
    const plain = [
      { x: 1, y: 2, score: 3, pose: turned },
      { x: 4, y: 5, score: 6 },
    ];
    const [head, rows] = [table(writeStarPicks(plain)).slice(0, 5), table(writeStarPicks(plain)).slice(5)];
    expect(head.slice(2, 4)).toEqual(['_rlnClassNumber #3', '_rlnAnglePsi #4']);
    expect(rows.map((row) => row.trim().split(/\s+/).map(Number))).toEqual([
      [1, 2, 2, -31.5, 3],
      [4, 5, 0, 0, 6],
    ]);
    const last = table(writeStarPicks([{ x: 1, y: 2, score: 3, pose: seen }]));
    expect(last.slice(5, 7)).toEqual(['_rlnAngleRot #6', '_rlnAngleTilt #7']);
    expect(last.at(-1)?.trim().split(/\s+/).map(Number)).toEqual([1, 2, 2, -31.5, 3, 12, 75]);
  });

  it('are written as RELION writes them', () => {
    const text = writeStarPicks([{ x: 405.97, y: 32.25, score: 0.75 }], ['Cryolite 1.0,\ncnn']);
    expect(text).toBe(
      [
        '',
        '# version 30001',
        '# Cryolite 1.0, cnn',
        '',
        'data_',
        '',
        'loop_',
        '_rlnCoordinateX #1',
        '_rlnCoordinateY #2',
        '_rlnClassNumber #3',
        '_rlnAnglePsi #4',
        '_rlnAutopickFigureOfMerit #5',
        '  405.970000    32.250000            0            0     0.750000',
        '',
        '',
      ].join('\n'),
    );
  });

  it('come back within a millionth of a pixel, the missing score too', () => {
    const finite = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
    const pick = fc.record({
      x: finite(1e5),
      y: finite(1e5),
      score: fc.option(finite(1e30), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(pick), (picks) => {
        const read = readStarPicks('a.star', writeStarPicks(picks));
        expect(read.length).toBe(picks.length);
        read.forEach((found, i) => {
          const { x, y, score } = picks[i] ?? { x: Number.NaN, y: Number.NaN, score: undefined };
          expect(Math.abs(found.x - x)).toBeLessThan(1e-6);
          expect(Math.abs(found.y - y)).toBeLessThan(1e-6);
          if (score === undefined) expect(found.score).toBeUndefined();
          else
            expect(Math.abs((found.score ?? Number.NaN) - score)).toBeLessThanOrEqual(
              1e-6 * Math.max(1, Math.abs(score)),
            );
        });
      }),
    );
  });

  it('name the missing columns and those that are there', () => {
    const text = 'data_\nloop_\n_rlnCoordinateX #1\n_rlnAnglePsi #2\n1 2\n';
    expect(() => readStarPicks('p.star', text)).toThrow(
      'p.star has no _rlnCoordinateY; its columns are _rlnCoordinateX, _rlnAnglePsi.',
    );
    expect(() => readStarPicks('p.star', text)).toThrow(
      expect.objectContaining({ problem: 'missing-columns' }),
    );
  });

  it('name the line of a value that is no number', () => {
    const text = (x: string) => `data_\nloop_\n_rlnCoordinateX\n_rlnCoordinateY\n1 2\n${x} 4\n`;
    for (const bad of ['three', 'nan', 'inf', '0x10', '1e999']) {
      expect(() => readStarPicks('p.star', text(bad))).toThrow(
        `on line 6, _rlnCoordinateX is "${bad}", not a number.`,
      );
    }
  });

  it('take a nan figure of merit for none', () => {
    const text = 'data_\nloop_\n_rlnCoordinateX\n_rlnCoordinateY\n_rlnAutopickFigureOfMerit\n1 2 nan\n';
    expect(readStarPicks('p.star', text)[0]?.score).toBeUndefined();
  });
});

describeWithShared('data/coordinates', 'picks in STAR files of real programs', () => {
  const read = (file: string) => readStarPicks(file, sharedText(`data/coordinates/${file}`));

  it('RELION 3.1 autopick', () => {
    const picks = read('relion/relion31_autopick.star');
    expect(picks.length).toBe(296);
    expect(picks[0]).toEqual({
      x: 441.674619,
      y: 1576.321484,
      score: 0.171954,
      micrograph: undefined,
      row: 0,
    });
  });

  it('RELION 3.1 particles, in the block after the optics', () => {
    const picks = read('relion/relion31_6opticsgroups.star');
    expect(picks.length).toBe(139);
    const names = new Set(picks.map(({ micrograph }) => micrograph));
    const first = picks[0]?.micrograph ?? '';
    const opened = `/data/${first
      .split('/')
      .at(-1)
      ?.replace(/\.\w+$/, '.mrc')}`;
    expect(names.size).toBeGreaterThan(1);
    expect(picksOfMicrograph(picks, opened)).toEqual(picks.filter(({ micrograph }) => micrograph === first));
    expect(picksOfMicrograph(picks, 'another.mrc')).toEqual([]);
  });

  it('placeholders of −999 are no scores', () => {
    expect(read('relion/manualpick_placeholders.star').every(({ score }) => score === undefined)).toBe(true);
  });

  it('columns in any order, CRLF, tabs', () => {
    expect(read('ours/no_column_numbers_y_first.star')).toEqual([
      { x: 7, y: 100, score: undefined, micrograph: 'mic_a.mrc', row: 0 },
      { x: 8, y: 200, score: undefined, micrograph: 'mic_b.mrc', row: 1 },
    ]);
    expect(read('ours/crlf_tabs_blank_lines.star').map(({ x, y, score }) => [x, y, score])).toEqual([
      [10.5, 20.25, 0.9],
      [30, 40, -1e-3],
    ]);
  });

  it('an index of coordinate files is told from coordinates', () => {
    const text = sharedText('data/coordinates/ours/coordinate_files.star');
    expect(() => readStarPicks('index.star', text)).toThrow(/open the files that it names/);
  });
});
