import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { writeCsvPicks } from '../../../src/formats/csv/picks.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { writeStarPicks } from '../../../src/formats/star/picks.ts';
import { describeWithShared, sharedPath } from '../formats/sharedData.ts';
import { run } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-cli-'));
afterAll(() => rmSync(root, { recursive: true }));
const good = join(root, 'good.mrc');
const bad = join(root, 'bad.mrc');

beforeAll(async () => {
  const sink = memorySink();
  await writeMrc(sink, { width: 3, height: 2, pixelSizeAngstrom: 1.5 }, [
    Float32Array.of(1, 2, 3, 4, 5, Number.NaN),
  ]);
  writeFileSync(good, sink.bytes());
  writeFileSync(bad, 'not an image');
});

describe('pick', () => {
  it.each([
    [
      ['--method', 'log', '--model', 'none.sav'],
      '--model and --scale are for networks: leave them out with --method log.',
    ],
    [
      ['--method', 'log', '--scale', '3'],
      '--model and --scale are for networks: leave them out with --method log.',
    ],
    [
      ['--scale', '3'],
      '--scale is for networks that score every pixel, such as those of Topaz: the network that comes along has a scale of its own.',
    ],
    [['--labels', '3'], '--examples and --labels are for --method template.'],
    [
      ['--method', 'template', '--examples', 'x', '--model', 'y'],
      '--model and --scale are for networks: leave them out with --method template.',
    ],
    [
      ['--method', 'template', '--separation', '1'],
      '--separation is for --method cnn and log: leave it out with --method template.',
    ],
  ])('%j is refused, not ignored', async (options, sentence) => {
    const { code, stderr } = await run([
      'pick',
      good,
      '-o',
      join(root, 'picks'),
      '--diameter',
      '9',
      ...options,
    ]);
    expect([code, stderr]).toEqual([2, `error: ${sentence}\n`]);
    expect(existsSync(join(root, 'picks'))).toBe(false);
  });

  it.each(['0', '0.04', '11', '', 'x'])('no separation of %j', async (separation) => {
    const { code, stderr } = await run([
      'pick',
      good,
      '-o',
      root,
      '--diameter',
      '9',
      '--separation',
      separation,
    ]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/number of diameters from 0.05 to 10/)]);
  });
});

describe('the program', () => {
  it('tells its version and helps', async () => {
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const help = await run(['--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(/info .*\n(.*\n)*? *evaluate/);
  });

  it.each([
    [['nonsense'], /unknown command/],
    [['info'], /missing required argument/],
    [['info', '--what', 'a.mrc'], /unknown option/],
    [['evaluate', '--picks', '.', '--truth', '.', '--radius', '-3'], /above 0/],
    [['evaluate', '--picks', '.'], /--truth/],
    [[], /Usage:/],
  ])('ends with 2 for %j', async (args, words) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(words);
    const json = await run([...args, '--json']);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'usage' } });
  });
});

describe('info', () => {
  it('describes a file to people', async () => {
    const { code, stdout, stderr } = await run(['info', good]);
    expect(code).toBe(0);
    expect(stdout).toContain('3 × 2 px, 1 frame, 1.02 KiB');
    expect(stdout).toContain('MRC mode 2 (32-bit float), little-endian');
    expect(stdout).toContain('1.5 Å (field 4.5 Å × 3 Å)');
    expect(stdout).toContain('1 to 5, mean 3, standard deviation 1.41421');
    expect(stderr).toBe(`warning: ${good}: 1 pixel is NaN or infinite and left out.\n`);
  });

  it('describes it to programs in one JSON object, and goes on after a bad file', async () => {
    const { code, stdout, stderr } = await run(['info', '--json', bad, good, join(root, 'none.mrc')]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      command: 'info',
      files: [
        {
          file: bad,
          ok: false,
          error: { code: 'not-mrc', message: expect.stringMatching(/^bad\.mrc is a text file/) },
        },
        {
          file: good,
          ok: true,
          width: 3,
          height: 2,
          frames: 1,
          bytes: 1048,
          format: 'MRC',
          kind: 'image',
          compression: null,
          mode: 2,
          byteOrder: 'little',
          byteSign: null,
          rawFrames: null,
          framesPerFraction: null,
          description: 'MRC mode 2 (32-bit float), little-endian',
          pixelSizeAngstrom: 1.5,
          acquisition: {},
          statistics: { min: 1, max: 5, mean: 3, standardDeviation: Math.SQRT2, nonFinite: 1 },
          warnings: ['1 pixel is NaN or infinite and left out.'],
          facts: null,
        },
        { file: join(root, 'none.mrc'), ok: false, error: { code: 'no-file', message: expect.any(String) } },
      ],
    });
    expect(stderr.split('\n').filter((line) => line.startsWith('error: ')).length).toBe(2);
  });

  it('reads no pixels when told so', async () => {
    const { stdout } = await run(['info', '--no-pixels', '--json', good]);
    expect(JSON.parse(stdout).files[0].statistics).toBeNull();
  });

  it('stops at Ctrl-C with 130, and says what was done', async () => {
    const { code, stdout, stderr } = await run(['info', '--json', good], { signal: AbortSignal.abort() });
    expect(code).toBe(130);
    expect(stderr).toBe('Stopped.\n');
    expect(JSON.parse(stdout)).toEqual({ command: 'info', files: [], aborted: true });
  });

  it('draws a bar on a terminal only', async () => {
    const { stderr } = await run(['info', good], { isTTY: true });
    expect(stderr).toMatch(/\r\[#{24}\] 100 % {2}.*Reading pixels/);
    expect((await run(['info', good])).stderr).not.toContain('\r');
  });
});

describe('evaluate', () => {
  const folder = (name: string, files: Readonly<Record<string, string>>): string => {
    const path = join(root, name);
    mkdirSync(path);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
    return path;
  };
  const csv = (...xs: number[]) => writeCsvPicks(xs.map((x) => ({ x, y: 0, score: undefined })));

  it('pairs files by name and counts a micrograph without picks as missed', async () => {
    const truth = folder('truth', { 'a.csv': csv(0, 100), 'b.csv': csv(0), 'c.csv': csv(0) });
    const star = writeStarPicks([
      { x: 1, y: 0, score: 0.9 },
      { x: 50, y: 0, score: 0.8 },
    ]);
    const picks = folder('picks', { 'a_avg.star': star, 'b.csv': csv(0), 'other.csv': csv(0) });
    const { code, stdout, stderr } = await run([
      'evaluate',
      '--picks',
      picks,
      '--truth',
      truth,
      '--radius',
      '5',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/other\.csv is left out/);
    expect(stderr).toMatch(/c has no picks/);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      command: 'evaluate',
      radiusPx: 5,
      picks: 3,
      truth: 4,
      matched: 2,
      precision: 2 / 3,
      recall: 0.5,
    });
    expect(result.micrographs.map((one: { name: string; f1: number }) => [one.name, one.f1])).toEqual([
      ['a', 0.5],
      ['b', 1],
      ['c', 0],
    ]);
    expect(result.unused).toEqual([join(picks, 'other.csv')]);
  });

  it('goes on after a bad file, and ends with 1', async () => {
    const truth = folder('truth2', { 'a.csv': csv(0), 'b.csv': 'x,y\n1\n' });
    const picks = folder('picks2', { 'a.csv': csv(0), 'b.csv': csv(0) });
    const { code, stdout, stderr } = await run([
      'evaluate',
      '--picks',
      picks,
      '--truth',
      truth,
      '--radius',
      '5',
    ]);
    expect(code).toBe(1);
    expect(stderr).toBe('error: b.csv is not a good table: line 2 has 1 values under 2 columns.\n');
    expect(stdout).toMatch(/^all +1 +1 +1 +1\.000/m);
  });

  it.each(['--picks', '--truth'])('wants a folder for %s', async (option) => {
    const args = { '--picks': root, '--truth': root, '--radius': '3', [option]: good };
    const { code, stderr } = await run(['evaluate', ...Object.entries(args).flat()]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${option} ${good} is not a folder.`);
  });
});

describeWithShared('data/apoferritin', 'evaluate on real files', () => {
  it('finds every particle of the truth in itself', async () => {
    const folder = sharedPath('data/apoferritin');
    const { stdout } = await run([
      'evaluate',
      '--picks',
      folder,
      '--truth',
      folder,
      '--radius',
      '1',
      '--json',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ truth: 1793, matched: 1793, f1: 1, averagePrecision: 1 });
  });
});
