import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
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
