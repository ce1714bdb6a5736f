/** RELION as a judge of what we write for it: it must cut particles out exactly where our STAR file says. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { openMrc } from '../../../src/formats/mrc/read.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { writeStarPicks } from '../../../src/formats/star/picks.ts';
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
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-relion-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('extracts boxes centred on our picks, rows counted from the first in the file', async () => {
    const [width, height, box] = [150, 110, 20];
    const picks = [
      { x: 30, y: 20, score: 0.9 },
      { x: 101, y: 83, score: 0.8 },
      { x: 75.3, y: 51.8, score: 0.7 },
    ];
    const pixels = new Float32Array(width * height);
    picks.forEach(({ x, y }, i) => {
      pixels[Math.round(y) * width + Math.round(x)] = 100 + i;
    });
    const sink = memorySink();
    await writeMrc(sink, { width, height, pixelSizeAngstrom: 1.5 }, [pixels]);
    mkdirSync(join(folder, 'raw'));
    writeFileSync(join(folder, 'raw/spots.mrc'), sink.bytes());
    writeFileSync(join(folder, 'raw/spots_autopick.star'), writeStarPicks(picks));
    writeFileSync(join(folder, 'micrographs.star'), micrographs);
    const extract = [
      '--extract',
      '--extract_size',
      String(box),
      '--part_star',
      'out/all.star',
      '--part_dir',
      'out/',
    ];
    const coordinates = ['--coord_dir', './', '--coord_suffix', '_autopick.star'];
    const { status } = spawnSync(
      'relion_preprocess',
      ['--i', 'micrographs.star', ...coordinates, ...extract],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    expect(status).toBe(0);

    const source = await nodeFileSource(join(folder, 'out/raw/spots.mrcs'));
    const stack = await openMrc(source);
    expect([stack.header.width, stack.header.sections]).toEqual([box, picks.length]);
    for (const [frame, pick] of picks.entries()) {
      const cut = await stack.readRows(frame, 0, box);
      const top = cut.indexOf(Math.max(...cut));
      // RELION takes the whole part of a coordinate for the box's centre pixel.
      const expected = [
        box / 2 + Math.round(pick.x) - Math.trunc(pick.x),
        box / 2 + Math.round(pick.y) - Math.trunc(pick.y),
      ];
      expect([frame, top % box, Math.floor(top / box)]).toEqual([frame, ...expected]);
    }
    await source.close();
  });
});
