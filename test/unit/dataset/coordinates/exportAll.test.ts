import { describe, expect, test } from 'vitest';
import {
  exportAll,
  type LaidOutMicrograph,
  type Layout,
  RELION_HELIX_LIST,
  RELION_LIST,
} from '../../../../src/dataset/coordinates/exportAll.ts';
import { parseStar } from '../../../../src/formats/star/parse.ts';
import { readCoordinateFiles } from '../../../../src/formats/star/particles.ts';
import { readStarPicks } from '../../../../src/formats/star/picks.ts';

const micrograph = (
  name: string,
  folder: string,
  xs: readonly number[],
  pixelSizeAngstrom = 1.5,
): LaidOutMicrograph => ({
  ...{ name, folder, pixelSizeAngstrom, width: 400, height: 300 },
  coordinates: xs.map((x) => ({ x, y: 20, score: 0.5 })),
});
const two = [micrograph('a.mrc', 'Micrographs', [10, 30]), micrograph('b.tif', 'Micrographs', [50])];

function filesOf(layout: Layout, micrographs: readonly LaidOutMicrograph[]): Map<string, string> {
  const { files } = exportAll(layout, micrographs, { created: new Date(0) });
  return new Map(files.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)]));
}

describe('a whole data set', () => {
  test('is laid out as RELION’s Auto-picking job leaves it', () => {
    const files = filesOf('relion', two);
    expect([...files.keys()]).toEqual([
      'AutoPick/cryolite/Micrographs/a_autopick.star',
      'AutoPick/cryolite/Micrographs/b_autopick.star',
      RELION_LIST,
    ]);
    const list = files.get(RELION_LIST) ?? '';
    expect(list).toContain('data_coordinate_files');
    const entries = readCoordinateFiles(RELION_LIST, parseStar(RELION_LIST, list)) ?? [];
    expect(entries.map(({ micrograph: path }) => path)).toEqual(['Micrographs/a.mrc', 'Micrographs/b.tif']);
    // Every path of the list is a file that was written.
    const picks = entries.map(({ coordinates }) => readStarPicks(coordinates, files.get(coordinates) ?? ''));
    expect(picks.map((read) => read.map(({ x }) => x))).toEqual([[10, 30], [50]]);
  });

  test('is one table for cryoSPARC, with an optics group for each pixel size', () => {
    const files = filesOf('cryosparc', [...two, micrograph('c.mrc', 'Grid2', [70], 3)]);
    expect([...files.keys()]).toEqual(['particles.star', 'picks.cs', 'picks.csg']);
    const blocks = parseStar('particles.star', files.get('particles.star') ?? '');
    const optics = blocks.find(({ name }) => name === 'optics')?.loops[0];
    const at = optics?.columns.indexOf('rlnMicrographPixelSize') ?? -1;
    expect(optics?.rows.map((row) => Number(row[at]))).toEqual([1.5, 3]);
    const particles = blocks.find(({ name }) => name === 'particles')?.loops[0];
    const group = particles?.columns.indexOf('rlnOpticsGroup') ?? -1;
    expect(particles?.rows.map((row) => Number(row[group]))).toEqual([1, 1, 1, 2]);
    const names = particles?.columns.indexOf('rlnMicrographName') ?? -1;
    expect(particles?.rows.map((row) => row[names])).toEqual([
      'Micrographs/a.mrc',
      'Micrographs/a.mrc',
      'Micrographs/b.tif',
      'Grid2/c.mrc',
    ]);
  });

  test('is a folder of notes for EMAN2', () => {
    const files = filesOf('eman2', two);
    expect([...files.keys()]).toEqual(['info/a_info.json', 'info/b_info.json']);
  });

  test('of two micrographs with one name is refused where folders can’t tell them apart', () => {
    const same = [micrograph('a.mrc', 'Grid1', [10]), micrograph('a.mrc', 'Grid2', [20])];
    expect(() => filesOf('eman2', same)).toThrow(/info\/a_info\.json: rename one/);
    expect(filesOf('relion', same).size).toBe(3);
  });

  test.each<Layout>(['relion', 'cryosparc', 'eman2', 'csv'])('comes with what to do there: %s', (layout) => {
    const { files, instruction } = exportAll(layout, two);
    const [first] = files;
    expect(instruction.length).toBeGreaterThan(40);
    expect(first && instruction.includes(first.name.split('/')[0] ?? '')).toBe(layout !== 'csv');
  });

  describe('with filaments', () => {
    const filaments = [{ start: { x: 10, y: 20 }, end: { x: 110, y: 40 } }];
    const [a, b] = [micrograph('a.mrc', 'Grid1', [10]), micrograph('b.mrc', 'Grid1', [])];
    const drawn = [a, { ...b, filaments, diameterAngstrom: 60 }];

    test('has their ends in a list of their own for RELION', () => {
      const files = filesOf('relion', drawn);
      const list = files.get(RELION_HELIX_LIST) ?? '';
      const entries = readCoordinateFiles(RELION_HELIX_LIST, parseStar(RELION_HELIX_LIST, list)) ?? [];
      expect(entries).toEqual([
        {
          micrograph: 'Grid1/b.mrc',
          coordinates: 'ManualPick/cryolite_helices/Grid1/b_manualpick.star',
        },
      ]);
      const ends = entries.flatMap(({ coordinates: of }) => readStarPicks(of, files.get(of) ?? ''));
      expect(ends.map(({ x, y, tube }) => [x, y, tube])).toEqual([
        [10, 20, 1],
        [110, 40, 1],
      ]);
      // The picks are as without them.
      expect(files.has(RELION_LIST)).toBe(true);
      expect([...filesOf('relion', [{ ...b, filaments }]).keys()]).not.toContain(RELION_LIST);
    });

    test('has boxes at their ends for EMAN2, as wide as they are', () => {
      const files = filesOf('eman2', drawn);
      const boxes = (files.get('helices/b_helix.box') ?? '').trim().split('\n');
      // 60 Å at 1.5 Å a pixel: 40 px.
      expect(boxes.map((line) => line.split('\t').map(Number))).toEqual([
        [-10, 0, 40, 40, -1],
        [90, 20, 40, 40, -2],
      ]);
    });

    test('has them in a table of their own', () => {
      expect(filesOf('csv', drawn).get('filaments.csv')).toBe(
        'micrograph,start_x,start_y,end_x,end_y\nGrid1/b.mrc,10,20,110,40\n',
      );
    });

    test('leaves them out for cryoSPARC, and says so', () => {
      const { files, instruction } = exportAll('cryosparc', drawn);
      expect(files.map(({ name }) => name)).toEqual(['particles.star', 'picks.cs', 'picks.csg']);
      expect(instruction).toMatch(/^Filaments were left out/);
      expect(exportAll('cryosparc', [a]).instruction).not.toContain('Filaments');
    });
  });
});
