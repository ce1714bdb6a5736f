/** RELION as a judge of what we write for it: it must cut particles out exactly where our STAR file says. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { readCoordinates } from '../../../src/dataset/coordinates/read.ts';
import { writeCoordinateFolder } from '../../../src/dataset/coordinates/write.ts';
import { openMrc } from '../../../src/formats/mrc/read.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { readStarDocument } from '../../../src/formats/star/document.ts';
import { editStarPicks } from '../../../src/formats/star/edit.ts';
import { writeStarParticles } from '../../../src/formats/star/particles.ts';
import { readStarPicks, writeStarPicks } from '../../../src/formats/star/picks.ts';
import { nodeFileSource } from '../../../src/platform/node/files.ts';

const hasRelion = spawnSync('relion_preprocess', ['--version']).error === undefined;
if (!hasRelion) console.warn('Skipped: relion_preprocess is not installed (Debian: apt-get install relion).');

const micrographs = `
# version 30001

data_optics

loop_
_rlnOpticsGroupName #1
_rlnOpticsGroup #2
_rlnMicrographPixelSize #3
_rlnVoltage #4
_rlnSphericalAberration #5
_rlnAmplitudeContrast #6
opticsGroup1 1 1.5 300 2.7 0.1

# version 30001

data_micrographs

loop_
_rlnMicrographName #1
_rlnOpticsGroup #2
raw/spots.mrc 1

`;

describe.skipIf(!hasRelion)('RELION', () => {
  const root = mkdtempSync(join(tmpdir(), 'cryolite-relion-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const [width, height, box] = [150, 110, 20];
  const picks = [
    { x: 30, y: 20, score: 0.9 },
    { x: 101, y: 83, score: 0.8 },
    { x: 75.3, y: 51.8, score: 0.7 },
  ];

  /** A folder with raw/spots.mrc, a bright pixel at each pick, and the micrographs' STAR. */
  async function project(name: string, spots: readonly { readonly x: number; readonly y: number }[]) {
    const folder = join(root, name);
    mkdirSync(join(folder, 'raw'), { recursive: true });
    const pixels = new Float32Array(width * height);
    spots.forEach(({ x, y }, i) => {
      pixels[Math.round(y) * width + Math.round(x)] = 100 + i;
    });
    const sink = memorySink();
    await writeMrc(sink, { width, height, pixelSizeAngstrom: 1.5 }, [pixels]);
    writeFileSync(join(folder, 'raw/spots.mrc'), sink.bytes());
    writeFileSync(join(folder, 'micrographs.star'), micrographs);
    return folder;
  }

  function extract(folder: string, coordinates: readonly string[]) {
    const what = [
      '--extract',
      '--extract_size',
      String(box),
      '--part_star',
      'out/all.star',
      '--part_dir',
      'out/',
    ];
    return spawnSync('relion_preprocess', ['--i', 'micrographs.star', ...coordinates, ...what], {
      cwd: folder,
      encoding: 'utf8',
    });
  }

  /** Every box has its spot where the pick says: RELION takes the whole part of a coordinate for the box's centre. */
  async function expectBoxes(folder: string, spots: readonly { readonly x: number; readonly y: number }[]) {
    const source = await nodeFileSource(join(folder, 'out/raw/spots.mrcs'));
    const stack = await openMrc(source);
    expect([stack.header.width, stack.header.sections]).toEqual([box, spots.length]);
    for (const [frame, pick] of spots.entries()) {
      const cut = await stack.readRows(frame, 0, box);
      const top = cut.indexOf(Math.max(...cut));
      const expected = [
        box / 2 + Math.round(pick.x) - Math.trunc(pick.x),
        box / 2 + Math.round(pick.y) - Math.trunc(pick.y),
      ];
      expect([frame, top % box, Math.floor(top / box)]).toEqual([frame, ...expected]);
    }
    await source.close();
  }

  test('extracts boxes centred on our picks, rows counted from the first in the file', async () => {
    const folder = await project('picks', picks);
    writeFileSync(join(folder, 'raw/spots_autopick.star'), writeStarPicks(picks));
    expect(extract(folder, ['--coord_dir', './', '--coord_suffix', '_autopick.star']).status).toBe(0);
    await expectBoxes(folder, picks);
  });

  test('extracts what is left of its own file after an edit of ours', async () => {
    const moved = { x: 60, y: 70, score: undefined, row: 0 };
    const added = { x: 120.6, y: 31.2, score: undefined };
    const file = writeStarPicks([{ x: 10, y: 11, score: 0.5 }, picks[1] ?? moved, picks[2] ?? moved]);
    const read = readStarDocument('spots_manualpick.star', file);
    const kept = readStarPicks('spots_manualpick.star', file).slice(2);
    const edited = editStarPicks(read, [moved, ...kept, added]);
    const spots = [moved, ...kept, added];
    const folder = await project('edited', spots);
    writeFileSync(join(folder, 'raw/spots_manualpick.star'), edited.text);
    expect(extract(folder, ['--coord_dir', './', '--coord_suffix', '_manualpick.star']).status).toBe(0);
    await expectBoxes(folder, spots);
  });

  test('extracts from the files that an index of ours names, which reads back as the same picks', async () => {
    const folder = await project('index', picks);
    const written = writeCoordinateFolder(
      'star',
      [
        { name: 'raw/spots.mrc', coordinates: picks },
        { name: 'raw/other.mrc', coordinates: [] },
      ],
      { boxSizePx: box },
    );
    for (const { name, bytes } of written) writeFileSync(join(folder, 'raw', name), bytes);
    const index = await nodeFileSource(join(folder, 'raw/coordinate_files.star'));
    const sources: { close(): Promise<void> }[] = [index];
    const { micrographs: found } = await readCoordinates(index, {
      resolve: async (path) => {
        const source = await nodeFileSource(join(folder, 'raw', path));
        sources.push(source);
        return source;
      },
    });
    await Promise.all(sources.map((source) => source.close()));
    expect(found.map(({ name, coordinates }) => [name, coordinates.length])).toEqual([
      ['raw/spots.mrc', 3],
      ['raw/other.mrc', 0],
    ]);
    expect(extract(folder, ['--coord_dir', './', '--coord_suffix', '_autopick.star']).status).toBe(0);
    await expectBoxes(folder, found[0]?.coordinates ?? []);
  });

  test('re-extracts particles of many micrographs', async () => {
    const folder = await project('particles', picks);
    const text = writeStarParticles([{ name: 'raw/spots.mrc', coordinates: picks }], {
      pixelSizeAngstrom: 1.5,
    });
    writeFileSync(join(folder, 'particles.star'), text);
    expect(extract(folder, ['--reextract_data_star', 'particles.star']).status).toBe(0);
    await expectBoxes(folder, picks);
  });
});
