import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/core/bytes.ts';
import { type CoordinateFile, readCoordinates } from '../../src/dataset/coordinates/read.ts';
import { readPicksFile } from '../../src/dataset/picksFile.ts';
import { writeBoxes } from '../../src/formats/box/box.ts';
import { writeCbox } from '../../src/formats/cbox/cbox.ts';
import type { CoordinateFormat } from '../../src/formats/coordinates.ts';
import { writeCs } from '../../src/formats/cs/write.ts';
import { writeCsvPicks, writeCsvTable } from '../../src/formats/csv/picks.ts';
import { writeEman2Boxes } from '../../src/formats/eman2/info.ts';
import { readStarDocument } from '../../src/formats/star/document.ts';
import { editStarPicks } from '../../src/formats/star/edit.ts';
import { writeCoordinateFiles, writeStarParticles } from '../../src/formats/star/particles.ts';
import { readStarTable, writeStarPicks } from '../../src/formats/star/picks.ts';
import { writeTopaz } from '../../src/formats/topaz/table.ts';
import { csdat, imodModel } from './coordinateSeeds.ts';
import { encode, frugal, fuzz, fuzzTimeout } from './harness.ts';

const picks = Array.from({ length: 9 }, (_, i) => ({ x: i * 10.5, y: i / 7, score: i / 9 }));
const micrographs = ['a b.mrc', 'raw/c.mrc'].map((name) => ({
  name,
  width: 400,
  height: 300,
  coordinates: picks,
}));

/** All places are numbers; a file never holds more of them than it has bytes. */
function check({ micrographs: found }: CoordinateFile, bytes: number): void {
  const all = found.flatMap(({ coordinates }) => coordinates);
  expect(found.length).toBeGreaterThan(0);
  expect(all.length).toBeLessThanOrEqual(bytes);
  expect(all.every(({ x, y, score = 0, z = 0 }) => Number.isFinite(x + y) && !Number.isNaN(score + z))).toBe(
    true,
  );
}

describe('injured coordinate files', { timeout: fuzzTimeout }, () => {
  const seeds: readonly (readonly [CoordinateFormat, string, readonly Uint8Array<ArrayBuffer>[]])[] = [
    [
      'star',
      'a.star',
      [encode(writeStarPicks(picks)), encode(writeStarParticles(micrographs, { pixelSizeAngstrom: 2 }))],
    ],
    ['box', 'a.box', [encode(writeBoxes(picks, 20)), encode('1 2 3 4\r\n5 6 7 8\r\n')]],
    [
      'eman2',
      'a_info.json',
      [encode(writeEman2Boxes(picks)), encode('{"boxes_3d":[[1,2,3,"manual",0.5]],"ctf":[{}]}')],
    ],
    [
      'cbox',
      'a.cbox',
      [encode(writeCbox(picks, 20)), encode('1\t2\t3\t4\t0.5\t3\t4\n5\t6\t7\t8\t0.25\t7\t8\n')],
    ],
    ['topaz', 'a.txt', [encode(writeTopaz(micrographs))]],
    ['csv', 'a.csv', [encode(writeCsvPicks(picks)), encode(writeCsvTable(micrographs))]],
    ['imod', 'a.mod', [imodModel()]],
    ['cs', 'a.cs', [writeCs(micrographs), csdat()]],
  ];

  it.each(seeds)('%s', async (format, name, files) => {
    await fuzz(files, async (bytes) => {
      check(await readCoordinates(frugal(bytes, name, 3), { format }), bytes.length);
    });
  });

  it('of any format, by their content and any name', async () => {
    const all = seeds.flatMap(([, , files]) => files);
    const names = seeds.map(([, name]) => name);
    let round = 0;
    await fuzz(all, async (bytes) => {
      const name = names[round++ % names.length] ?? 'a';
      check(await readCoordinates(frugal(bytes, name, 3)), bytes.length);
    });
  });

  it('STAR for one micrograph', async () => {
    const particles =
      'data_optics\n\n_rlnVoltage 300 # kV\n\ndata_particles\nloop_\n_rlnMicrographName #1\n_rlnCoordinateX #2\n_rlnCoordinateY #3\n\'a b.mrc\' 1 2\n"c" 3e1 .4\n\n';
    await fuzz([encode(writeStarPicks(picks)), encode(particles)], async (bytes) => {
      const found = await readPicksFile(frugal(bytes, 'fuzz', 3), 'a b');
      expect(found.every(({ x, y, score }) => Number.isFinite(x + y + score))).toBe(true);
    });
  });

  it('STAR, edited', async () => {
    const text = writeStarParticles(micrographs, { pixelSizeAngstrom: 2 });
    await fuzz([encode(text)], async (bytes) => {
      const document = readStarDocument('a.star', new TextDecoder().decode(bytes));
      const rows = readStarTable('a.star', document.blocks);
      expect(editStarPicks(document, rows).text).toBe(document.text);
      const edited = editStarPicks(document, [...rows.slice(1), { x: 1, y: 2, score: 0.5 }]);
      expect(readStarTable('a.star', edited.blocks).length).toBe(Math.max(rows.length, 1));
    });
  });

  it('indexes of coordinate files', async () => {
    const entries = micrographs.map(({ name }) => ({ micrograph: name, coordinates: `${name}.star` }));
    const star = memorySource('a.star', encode(writeStarPicks(picks)));
    await fuzz([encode(writeCoordinateFiles(entries))], async (bytes) => {
      const resolve = async (path: string) => (path.endsWith('.star') ? star : undefined);
      check(await readCoordinates(frugal(bytes, 'index.star', 3), { resolve }), bytes.length * picks.length);
    });
  });
});
