import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../../src/core/bytes.ts';
import { boxSizePx, exportFor, PROGRAMS } from '../../../../src/dataset/coordinates/exportFor.ts';
import { readCoordinates } from '../../../../src/dataset/coordinates/read.ts';
import { ownReading } from '../../../../src/dataset/coordinates/readings.ts';
import { readStarDocument } from '../../../../src/formats/star/document.ts';

const picks = [
  { x: 100.25, y: 50.75, score: 0.9 },
  { x: 1200, y: 1100, score: 0.4 },
];
const options = {
  micrographName: 'May08_03.05.02.mrc',
  width: 1240,
  height: 1200,
  pixelSizeAngstrom: 1.5,
  diameterAngstrom: 114,
  comments: ['by hand'],
  created: new Date('2026-01-02T03:04:05Z'),
};

describe('exportFor', () => {
  it.each([
    ['relion', ['May08_03.05.02_autopick.star'], 1e-6],
    [
      'cryosparc',
      ['May08_03.05.02_particles.star', 'May08_03.05.02_picks.cs', 'May08_03.05.02_picks.csg'],
      1e-3,
    ],
    ['eman2', ['May08_03.05.02_info.json', 'May08_03.05.02.box'], 0.5],
    ['cryolo', ['May08_03.05.02.cbox', 'May08_03.05.02.box'], 0.5],
    ['topaz', ['May08_03.05.02_topaz.txt'], 0.5],
    ['csv', ['May08_03.05.02_picks.csv'], 0],
  ] as const)('%s: files by its names, that read back as the picks', async (program, names, tolerance) => {
    const { files, instruction } = exportFor(program, picks, options);
    expect(files.map(({ name }) => name)).toEqual(names);
    for (const { name, bytes } of files.filter((one) => !one.name.endsWith('.csg'))) {
      const { micrographs } = await readCoordinates(memorySource(name, bytes));
      const found = micrographs[0]?.coordinates ?? [];
      expect(found.length).toBe(2);
      found.forEach(({ x, y, score }, i) => {
        expect(Math.abs(x - (picks[i]?.x ?? Number.NaN))).toBeLessThanOrEqual(tolerance);
        expect(Math.abs(y - (picks[i]?.y ?? Number.NaN))).toBeLessThanOrEqual(tolerance);
        expect(score).toBeCloseTo(picks[i]?.score ?? Number.NaN, 6);
      });
    }
    // The sentence names a file of ours, unless it is about columns.
    if (program !== 'csv') expect(names.some((name) => instruction.includes(name))).toBe(true);
  });

  it('boxes are as large as each program wants them', async () => {
    const sizeOf = async (program: 'eman2' | 'cryolo') => {
      const file = exportFor(program, picks, options).files.find(({ name }) => name.endsWith('.box'));
      const read = file && (await readCoordinates(memorySource(file.name, file.bytes)));
      return read?.micrographs[0]?.coordinates[0]?.boxWidth;
    };
    expect([await sizeOf('cryolo'), await sizeOf('eman2')]).toEqual([76, 114]);
    expect(boxSizePx(100, undefined)).toBe(100);
    expect(boxSizePx(1, 10)).toBe(2);
  });

  it('for RELION goes into the file the picks came from, by its own reading', () => {
    const text = 'data_\nloop_\n_rlnCoordinateX\n_rlnCoordinateY\n_rlnKept\n100 1149 yes\n7 7 no\n';
    const document = readStarDocument('manual.star', text);
    const reading = { ...ownReading({ format: 'star', unit: 'pixel' }), flipY: true };
    const template = { document, reading };
    const { files } = exportFor('relion', [{ x: 100, y: 50, score: undefined, row: 0 }], {
      ...options,
      template,
    });
    expect(files.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)])).toEqual([
      ['manual.star', 'data_\nloop_\n_rlnCoordinateX\n_rlnCoordinateY\n_rlnKept\n100 1149 yes\n'],
    ]);
  });

  it('has nothing to hide of no picks', () => {
    for (const program of PROGRAMS) expect(exportFor(program, [], options).files.length).toBeGreaterThan(0);
  });
});
