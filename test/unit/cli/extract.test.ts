import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { openMicrograph } from '../../../src/dataset/open.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { parseStar } from '../../../src/formats/star/parse.ts';
import { writeStarPicks } from '../../../src/formats/star/picks.ts';
import { withFile } from '../../../src/platform/node/files.ts';
import { run } from './run.ts';

const [width, height] = [60, 50];

describe('cryolite extract', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-extract-'));
  const at = (name: string): string => join(folder, name);
  afterAll(() => rmSync(folder, { recursive: true }));

  async function write(
    name: string,
    labels: readonly string[] = [],
    pixelSize: number | undefined = 2,
    frames = 1,
  ) {
    const data = Float32Array.from({ length: width * height * frames }, (_, i) => Math.sin(i * i) + i / 500);
    const sink = memorySink();
    await writeMrc(sink, { width, height, frames, pixelSizeAngstrom: pixelSize, labels }, [data]);
    writeFileSync(at(name), sink.bytes());
  }

  beforeAll(async () => {
    mkdirSync(at('raw'));
    mkdirSync(at('picks'));
    for (const name of ['a', 'b_sum', 'c']) await write(`raw/${name}.mrc`);
    await write('raw/coarse.mrc', [], 4);
    writeFileSync(at('picks/a_autopick.star'), writeStarPicks([{ x: 20.5, y: 30, score: 0.5 }]));
    writeFileSync(at('picks/b.csv'), 'x,y\n10,12\n57,40\n');
    writeFileSync(at('picks/coarse.star'), writeStarPicks([{ x: 30, y: 30, score: 0.25 }]));
    writeFileSync(
      at('picks/all.txt'),
      'image_name\tx_coord\ty_coord\tscore\nc\t25\t26\t1.5\nc\t31\t20\t0.5\nother\t1\t1\t1\n',
    );
  });

  test('writes a stack of each micrograph and one STAR file with paths from its folder', async () => {
    const files = ['a', 'b_sum', 'c', 'coarse'].map((name) => at(`raw/${name}.mrc`));
    const args = ['--picks', at('picks'), '--box', '16', '--bin-to', '8', '-o', at('out'), '--json'];
    const { code, stdout, stderr } = await run(['extract', ...files, ...args]);
    expect([code, stderr]).toEqual([0, '']);
    const told = JSON.parse(stdout);
    expect(told.particles).toBe(6);
    expect(told.files.map((one: { overEdge: number }) => one.overEdge)).toEqual([0, 1, 0, 0]);
    const blocks = parseStar('particles.star', readFileSync(at('out/particles.star'), 'utf8'));
    const [optics, particles] = ['optics', 'particles'].map(
      (name) => blocks.find((block) => block.name === name)?.loops[0],
    );
    const column = (table: typeof optics, label: string) =>
      table?.rows.map((row) => row[table.columns.indexOf(label)]?.trim());
    expect(column(optics, 'rlnImagePixelSize')).toEqual(['4', '8']);
    expect(column(optics, 'rlnMicrographOriginalPixelSize')).toEqual(['2', '4']);
    expect(column(optics, 'rlnImageSize')).toEqual(['8', '8']);
    expect(column(particles, 'rlnImageName')).toEqual([
      '000001@a.mrcs',
      '000001@b_sum.mrcs',
      '000002@b_sum.mrcs',
      '000001@c.mrcs',
      '000002@c.mrcs',
      '000001@coarse.mrcs',
    ]);
    expect(column(particles, 'rlnMicrographName')?.[0]).toBe('../raw/a.mrc');
    expect(column(particles, 'rlnOpticsGroup')).toEqual(['1', '1', '1', '1', '1', '2']);
    expect(column(particles, 'rlnCoordinateX')).toEqual(['20', '10', '57', '25', '31', '30']);
    expect(column(particles, 'rlnOriginXAngst')).toEqual(['-1', '0', '0', '0', '0', '0']);
    expect(column(particles, 'rlnAutopickFigureOfMerit')?.slice(0, 2)).toEqual(['0.500000', '-999']);
    await withFile(at('out/b_sum.mrcs'), async (source) => {
      const stack = await openMicrograph(source);
      expect([stack.width, stack.height, stack.frames, stack.kind]).toEqual([8, 8, 2, 'stack']);
      expect(stack.pixelSizeAngstrom).toBe(4);
    });
  });

  test.each([
    ['Denoised for display only: not for reconstruction.', true],
    ['Cryolite 0.1.0: low-pass 20 A, high-pass none', true],
    ['Cryolite 0.1.0: denoised by unet (Topaz, sha256 abc)', true],
    ['Cryolite 0.1.0: frames 1 to 40 of movie.eer', false],
  ])('of a micrograph labelled "%s": refused %s', async (label, isRefused) => {
    await write('raw/labelled.mrc', ['some program', label]);
    await run(['convert', at('raw/labelled.mrc'), '-o', at('raw/converted.mrc'), '--overwrite']);
    for (const file of ['labelled', 'converted']) {
      const args = [
        '--picks',
        at('picks/b.csv'),
        '--box',
        '16',
        '-o',
        at('labelled'),
        '--overwrite',
        '--json',
      ];
      const { code, stdout } = await run(['extract', at(`raw/${file}.mrc`), ...args]);
      const [outcome] = JSON.parse(stdout).files;
      expect([code, outcome.ok, outcome.error?.code]).toEqual(
        isRefused ? [1, false, 'display-only'] : [0, true, undefined],
      );
      if (isRefused) expect(outcome.error.message).toMatch(/^\w+\.mrc is denoised or filtered, .*\.$/);
    }
  });

  test.each([
    ['a box larger than the micrograph', ['raw/a.mrc', '--box', '64'], 'box-too-large'],
    [
      'no picks for it',
      ['raw/c.mrc', '--box', '16', '--picks', 'picks/a_autopick.star', 'picks/b.csv'],
      'no-picks',
    ],
    ['picks of a larger picture', ['raw/a.mrc', '--box', '16', '--picks', 'far.csv'], 'outside'],
    ['an empty list of picks', ['raw/a.mrc', '--box', '16', '--picks', 'none.star'], 'no-picks'],
    ['a micrograph that is not there', ['raw/gone.mrc', '--box', '16'], 'no-file'],
    ['a movie', ['raw/movie.mrc', '--box', '16', '--picks', 'picks/b.csv'], 'unsuitable'],
    ['an unknown pixel size', ['raw/unknown.mrc', '--box', '16', '--picks', 'picks/b.csv'], 'unsuitable'],
  ])('refuses %s', async (_, [file = '', ...args], code) => {
    writeFileSync(at('far.csv'), 'x,y\n10,12\n570,40\n');
    writeFileSync(at('none.star'), writeStarPicks([]));
    await write('raw/movie.mrc', [], 2, 3);
    await write('raw/unknown.mrc', [], 0);
    const given = args.map((one) => (/\.(star|csv)$/.test(one) ? at(one) : one));
    const picks = given.includes('--picks') ? [] : ['--picks', at('picks')];
    const told = await run(['extract', at(file), ...given, ...picks, '-o', at('refused'), '--json']);
    const [outcome] = JSON.parse(told.stdout).files;
    expect([told.code, outcome.error?.code]).toEqual([1, code]);
    expect(outcome.error.message).toMatch(/^\S*(raw\/\w+|movie)\.mrc.*\.$/);
  });

  test.each([
    ['an odd box', ['--box', '33', '--picks', 'picks'], 'try 34'],
    ['no such length', ['--box', '33m', '--picks', 'picks'], '320A'],
    ['a folder without picks', ['--box', '32', '--picks', 'raw'], 'no coordinate files'],
  ])('is used wrongly with %s', async (_, args, words) => {
    const given = args.map((one) => (['picks', 'raw'].includes(one) ? at(one) : one));
    const told = await run(['extract', at('raw/a.mrc'), ...given, '-o', at('wrong')]);
    expect(told.code).toBe(2);
    expect(told.stderr).toContain(words);
  });
});
