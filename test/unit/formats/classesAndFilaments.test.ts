/** What a user calls picks, and the ends of filaments, through the files of every program that keeps them. */
import { describe, expect, it } from 'vitest';
import { exportFor } from '../../../src/dataset/coordinates/exportFor.ts';
import { splitFilaments, toPicks } from '../../../src/dataset/picksFile.ts';
import { readBoxes, writeHelixBoxes } from '../../../src/formats/box/box.ts';
import type { Coordinate, FilamentEnds } from '../../../src/formats/coordinates.ts';
import {
  readCsvPicks,
  writeCsvFilaments,
  writeCsvPicks,
  writeCsvTable,
} from '../../../src/formats/csv/picks.ts';
import { readEman2Boxes, writeEman2Boxes } from '../../../src/formats/eman2/info.ts';
import { writeExtractedParticles } from '../../../src/formats/star/extracted.ts';
import { writeStarFilaments } from '../../../src/formats/star/filaments.ts';
import { parseStar } from '../../../src/formats/star/parse.ts';
import { writeStarParticles } from '../../../src/formats/star/particles.ts';
import { readStarPicks, writeStarPicks } from '../../../src/formats/star/picks.ts';

const named: Coordinate[] = [
  { x: 10, y: 20, score: 0.5, className: 'Ice, "hexagonal" crystal' },
  { x: 30.25, y: 40, score: 1, className: 'Particle' },
];
const plain: Coordinate[] = [{ x: 1, y: 2, score: 3 }];
const filaments: FilamentEnds[] = [
  { start: { x: 100, y: 50 }, end: { x: 300, y: 250 }, className: 'Tube' },
  { start: { x: 10, y: 10 }, end: { x: 20, y: 90 }, className: 'Other' },
];
const names = (coordinates: readonly Coordinate[]) => coordinates.map(({ className }) => className);
const idOf = (name: string): string | undefined => (name === 'Particle' ? undefined : name.toLowerCase());

describe('classes of picks', () => {
  it('come back from STAR, CSV and EMAN2, whatever is in the name', () => {
    const wanted = names(named);
    expect(names(readStarPicks('a', writeStarPicks(named)))).toEqual(wanted);
    expect(names(readCsvPicks('a', writeCsvPicks(named)))).toEqual(wanted);
    const table = writeCsvTable([{ name: 'a.mrc', coordinates: named }]);
    expect(names(readCsvPicks('a', table))).toEqual(wanted);
    expect(names(readEman2Boxes('a', writeEman2Boxes(named)))).toEqual(wanted);
    expect(toPicks(named, idOf).map(({ classId }) => classId)).toEqual([
      'ice, "hexagonal" crystal',
      undefined,
    ]);
  });

  it('come back from tables of particles of many micrographs, with how they lie, which class numbers tell apart', () => {
    const pose = { classNumber: 3, rotDegrees: 10, tiltDegrees: 20, psiDegrees: -30 };
    const micrographs = [
      { name: 'a.mrc', coordinates: named },
      { name: 'b.mrc', coordinates: plain },
    ];
    const read = readStarPicks('a', writeStarParticles(micrographs));
    // Nobody has said anything of the last.
    expect(toPicks(read, idOf).map(({ classId }) => classId)).toEqual([
      idOf(named[0]?.className ?? ''),
      undefined,
      undefined,
    ]);
    expect(writeStarParticles(micrographs, { names: false })).not.toContain('cryolitePickClass');
    const box = { x: 10, y: 20, remainderX: 0, remainderY: 0, score: 1 };
    const stack = {
      ...{ micrograph: 'a.mrc', stack: 'a.mrcs', boxPx: 8 },
      ...{ pixelSizeAngstrom: 1, binnedPixelSizeAngstrom: 1 },
      particles: [{ ...box, pose, className: 'Top view' }, box],
    };
    const text = writeExtractedParticles([stack], undefined);
    expect(names(readStarPicks('a', text))).toEqual(['Top view', '']);
    const { columns = [], rows = [] } =
      parseStar('a', text).find(({ name }) => name === 'particles')?.loops[0] ?? {};
    const angles = ['rlnClassNumber', 'rlnAngleRot', 'rlnAngleTilt', 'rlnAnglePsi'];
    expect(rows.map((row) => angles.map((label) => Number(row[columns.indexOf(label)])))).toEqual([
      [3, 10, 20, -30],
      [0, 0, 0, 0],
    ]);
    const bare = writeExtractedParticles([{ ...stack, particles: [box] }], undefined);
    expect(bare).not.toMatch(/rlnAngle|rlnClassNumber|cryolitePickClass/);
  });

  it('leave no trace where nobody told any apart', () => {
    for (const text of [writeStarPicks(plain), writeCsvPicks(plain), writeEman2Boxes(plain)]) {
      expect(text).not.toMatch(/class(?!Number)/i);
    }
  });
});

describe('filaments', () => {
  it('are pairs of rows in a STAR file, and come back as filaments', () => {
    const rows = readStarPicks('a', writeStarFilaments(filaments));
    expect(rows.map(({ x, tube }) => [x, tube])).toEqual([
      [100, 1],
      [300, 1],
      [10, 2],
      [20, 2],
    ]);
    const split = splitFilaments([...rows, ...plain], idOf);
    expect(split.places).toEqual(plain);
    expect(split.filaments).toEqual([
      { start: { x: 100, y: 50 }, end: { x: 300, y: 250 }, classId: 'tube' },
      { start: { x: 10, y: 10 }, end: { x: 20, y: 90 }, classId: 'other' },
    ]);
  });

  it('are starts and ends of boxes for EMAN, and come back', () => {
    const text = writeHelixBoxes(filaments, 40);
    expect(text.split('\n')[0]).toBe('80\t30\t40\t40\t-1');
    const split = splitFilaments(readBoxes('a.box', text), idOf);
    expect(split.places).toEqual([]);
    expect(split.filaments.map(({ start, end }) => [start, end])).toEqual(
      filaments.map(({ start, end }) => [start, end]),
    );
  });

  it('are no filaments where a tube has more than two particles, nor where an end is missing', () => {
    const tube = [1, 2, 3].map((x): Coordinate => ({ x, y: 0, score: undefined, tube: 1 }));
    const alone: Coordinate = { x: 9, y: 0, score: undefined, tube: 2 };
    expect(splitFilaments([...tube, alone], idOf)).toEqual({ places: [...tube, alone], filaments: [] });
    const boxes = readBoxes('a.box', '0 0 4 4 -1\n9 9 4 4 -3\n5 5 4 4 -2\n');
    expect(splitFilaments(boxes, idOf).filaments).toEqual([]);
  });

  it('are a table of both ends in CSV', () => {
    expect(writeCsvFilaments(filaments)).toBe(
      'start_x,start_y,end_x,end_y,class\n100,50,300,250,Tube\n10,10,20,90,Other\n',
    );
  });

  it('go beside the picks for the programs that take them, or alone', () => {
    const options = {
      ...{ micrographName: 'm.mrc', width: 500, height: 400 },
      ...{ pixelSizeAngstrom: 2, diameterAngstrom: 80, filaments },
    };
    const files = (program: Parameters<typeof exportFor>[0], picks: Coordinate[]) =>
      exportFor(program, picks, options).files.map(({ name }) => name);
    expect(files('relion', plain)).toEqual(['m_autopick.star', 'm_helix_manualpick.star']);
    expect(files('relion', [])).toEqual(['m_helix_manualpick.star']);
    expect(files('eman2', plain)).toEqual(['m_info.json', 'm.box', 'm_helix.box']);
    expect(files('csv', plain)).toEqual(['m_picks.csv', 'm_filaments.csv']);
    expect(files('topaz', plain)).toEqual(['m_topaz.txt']);
    expect(exportFor('relion', [], options).instruction).toContain('start-end only');
  });
});
