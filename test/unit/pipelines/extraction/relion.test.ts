/** RELION as a judge: the same boxes pixel by pixel, and our stack and STAR file read and taken further by it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { memorySink } from '../../../../src/core/bytes.ts';
import { createRandom } from '../../../../src/core/random.ts';
import { openMrc } from '../../../../src/formats/mrc/read.ts';
import { writeMrc } from '../../../../src/formats/mrc/write.ts';
import { parseStar } from '../../../../src/formats/star/parse.ts';
import { writeStarPicks } from '../../../../src/formats/star/picks.ts';
import { writeStar } from '../../../../src/formats/star/write.ts';
import { withFile } from '../../../../src/platform/node/files.ts';
import { run } from '../../cli/run.ts';

const hasRelion = spawnSync('relion_preprocess', ['--version']).error === undefined;
if (!hasRelion) console.warn('Skipped: relion_preprocess is not installed (Debian: apt-get install relion).');

const [width, height] = [150, 110];
const picks = [
  { x: 60, y: 52, score: 0.9 },
  { x: 75.8, y: 51.3, score: 0.8 },
  // Over three edges, and with the centre outside.
  { x: 3.9, y: 2.2, score: 0.7 },
  { x: 149.6, y: 105, score: 0.6 },
  { x: -0.6, y: 40, score: undefined },
];

describe.skipIf(!hasRelion)('RELION', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-extract-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const relion = (program: string, args: readonly string[]) =>
    spawnSync(program, args, { cwd: folder, encoding: 'utf8' });

  async function prepare(): Promise<void> {
    mkdirSync(join(folder, 'raw'), { recursive: true });
    const random = createRandom(11);
    const pixels = Float32Array.from(
      { length: width * height },
      (_, i) => 200 + 0.4 * (i % width) - 0.2 * (i / width) + 9 * random.normal(),
    );
    const sink = memorySink();
    await writeMrc(sink, { width, height, pixelSizeAngstrom: 1.5 }, [pixels]);
    writeFileSync(join(folder, 'raw/mic.mrc'), sink.bytes());
    writeFileSync(join(folder, 'raw/mic_autopick.star'), writeStarPicks(picks));
    const optics = {
      block: 'optics',
      columns: [
        ...['rlnOpticsGroupName', 'rlnOpticsGroup', 'rlnMicrographPixelSize'],
        ...['rlnVoltage', 'rlnSphericalAberration', 'rlnAmplitudeContrast'],
      ],
      rows: [['opticsGroup1', 1, 1.5, 300, 2.7, 0.1]],
    };
    const columns = ['rlnMicrographName', 'rlnOpticsGroup'];
    const micrographs = { block: 'micrographs', columns, rows: [['raw/mic.mrc', 1]] };
    writeFileSync(join(folder, 'micrographs.star'), writeStar([optics, micrographs]));
  }

  async function boxesOf(path: string): Promise<Float32Array[]> {
    return await withFile(join(folder, path), async (source) => {
      const stack = await openMrc(source);
      const boxes: Float32Array[] = [];
      for (let i = 0; i < stack.frames; i++) boxes.push(await stack.readRows(i, 0, stack.height));
      return boxes;
    });
  }

  function expectSame(ours: readonly Float32Array[], theirs: readonly Float32Array[], tolerance: number) {
    expect(ours.length).toBe(theirs.length);
    for (const [i, box] of ours.entries()) {
      expect(box.length).toBe(theirs[i]?.length);
      const worst = box.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - (theirs[i]?.[at] ?? 1e9))),
        0,
      );
      expect(worst).toBeLessThan(tolerance);
    }
  }

  // Values are about 200 where they are not normalised, 1 where they are, and 32 bits keep seven digits of both.
  test.each([
    ['as they are', ['--no-normalise', '--no-invert'], [], 1e-9],
    ['binned', ['--no-normalise', '--no-invert', '--bin-to', '26'], ['--scale', '26'], 4e-5],
    ['normalised', ['--background', '45', '--no-invert'], ['--norm', '--bg_radius', '15'], 2e-6],
    [
      'binned, normalised by the usual background and inverted',
      ['--bin-to', '20'],
      ['--scale', '20', '--norm', '--bg_radius', '8', '--invert_contrast'],
      5e-6,
    ],
  ])('cuts the same boxes: %s', async (name, ours, theirs, tolerance) => {
    await prepare();
    const out = `ours ${name}`.replaceAll(/\W+/g, '-');
    const told = await run([
      ...['extract', join(folder, 'raw/mic.mrc'), '--picks', join(folder, 'raw/mic_autopick.star')],
      ...['--box', '40', '-o', join(folder, out), ...ours, '--json'],
    ]);
    expect(told.stderr).not.toContain('error');
    const args = ['--i', 'micrographs.star', '--coord_dir', './', '--coord_suffix', '_autopick.star'];
    const what = ['--extract', '--extract_size', '40', '--part_star', 'out/all.star', '--part_dir', 'out/'];
    expect(relion('relion_preprocess', [...args, ...what, ...theirs]).status).toBe(0);
    expectSame(await boxesOf(`${out}/mic.mrcs`), await boxesOf('out/raw/mic.mrcs'), tolerance);
  });

  test('reads our stack and STAR file, and extracts the same boxes again from the coordinates in it', async () => {
    await prepare();
    await run([
      ...['extract', join(folder, 'raw/mic.mrc'), '--picks', join(folder, 'raw/mic_autopick.star')],
      ...['--box', '40', '-o', folder, '--no-normalise', '--no-invert'],
    ]);
    const read = relion('relion_stack_create', ['--i', 'particles.star', '--o', 'again']);
    expect(read.status).toBe(0);
    const ours = await boxesOf('mic.mrcs');
    expectSame(await boxesOf('again.mrcs'), ours, 1e-9);
    const what = ['--extract', '--extract_size', '40', '--part_star', 're/all.star', '--part_dir', 're/'];
    const reextract = ['--i', 'micrographs.star', '--reextract_data_star', 'particles.star', ...what];
    expect(relion('relion_preprocess', reextract).status).toBe(0);
    expectSame(await boxesOf('re/raw/mic.mrcs'), ours, 1e-9);
  });

  test('finds the particles by our origins: coordinate less origin is the pick, whole pixels re-centred', async () => {
    await prepare();
    await run([
      ...['extract', join(folder, 'raw/mic.mrc'), '--picks', join(folder, 'raw/mic_autopick.star')],
      ...['--box', '40', '-o', folder, '--overwrite'],
    ]);
    // A shift of two pixels more than the remainder, so that there is something to re-centre.
    const text = readFileSync(join(folder, 'particles.star'), 'utf8');
    const shifted = text.replaceAll(/^( .*@.*) (\S+) +(\S+)$/gm, (_, start: string, x: string, y: string) =>
      [start, Number(x) - 3, y].join(' '),
    );
    expect(shifted).not.toBe(text);
    writeFileSync(join(folder, 'shifted.star'), shifted);
    const what = ['--extract', '--extract_size', '40', '--part_star', 'c/all.star', '--part_dir', 'c/'];
    const args = ['--i', 'micrographs.star', '--reextract_data_star', 'shifted.star', '--recenter', ...what];
    expect(relion('relion_preprocess', args).status).toBe(0);
    const blocks = parseStar('all.star', readFileSync(join(folder, 'c/all.star'), 'utf8'));
    const table = blocks.find(({ name }) => name === 'particles')?.loops[0];
    const numbers = (label: string) =>
      (table?.rows ?? []).map((row) => Number(row[table?.columns.indexOf(label) ?? -1]));
    const [x, originX] = [numbers('rlnCoordinateX'), numbers('rlnOriginXAngst')];
    const [y, originY] = [numbers('rlnCoordinateY'), numbers('rlnOriginYAngst')];
    expect(x.length).toBe(picks.length);
    for (const [i, pick] of picks.entries()) {
      expect((x[i] ?? 0) - (originX[i] ?? 0) / 1.5).toBeCloseTo(pick.x + 2, 4);
      expect((y[i] ?? 0) - (originY[i] ?? 0) / 1.5).toBeCloseTo(pick.y, 4);
    }
  });
});
