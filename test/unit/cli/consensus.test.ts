import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { CommandContext } from '../../../src/cli/command.ts';
import { parseDefocus } from '../../../src/cli/commands/matchingOptions.ts';
import { pickByConsensus } from '../../../src/cli/commands/pickConsensus.ts';
import { type PickOptions, thresholdWords } from '../../../src/cli/commands/pickOptions.ts';
import { EXIT } from '../../../src/cli/io.ts';
import { readStarPicks, writeStarPicks } from '../../../src/formats/star/picks.ts';
import { run } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-consensus-'));
afterAll(() => rmSync(root, { recursive: true }));
const at = (...names: string[]) => join(root, ...names);

const folderOf = (name: string, picks: readonly { x: number; y: number; score: number }[]): string => {
  mkdirSync(at(name), { recursive: true });
  writeFileSync(at(name, 'mic.star'), writeStarPicks(picks));
  return at(name);
};
const sets = [
  folderOf('a', [
    { x: 100, y: 100, score: 0.9 },
    { x: 300, y: 300, score: 0.2 },
  ]),
  folderOf('b', [
    { x: 104, y: 100, score: 5 },
    { x: 500, y: 300, score: 4 },
  ]),
  folderOf('c', [{ x: 302, y: 298, score: 1 }]),
];

describe('cryolite consensus', () => {
  test('writes what two of three agree on, best first', async () => {
    const options = ['--picks', ...sets, '-o', at('out'), '--diameter', '120', '--pixel-size', '2', '--json'];
    const { code, stdout } = await run(['consensus', ...options]);
    expect(code).toBe(0);
    const [file] = JSON.parse(stdout).files;
    expect(file).toMatchObject({ name: 'mic', picks: 2, byMethods: [0, 2, 0] });
    const picks = readStarPicks('mic.star', readFileSync(at('out', 'mic.star'), 'utf8'));
    expect(picks.map(({ x }) => Math.round(x))).toEqual([102, 301]);
    // A second run replaces nothing unasked.
    expect((await run(['consensus', ...options])).code).toBe(1);
  });

  test.each([
    [['--picks', sets[0] ?? '', '--pixel-size', '2'], /two methods/],
    [['--picks', ...sets, '--min', '4', '--pixel-size', '2'], /can't agree/],
    [['--picks', ...sets], /--pixel-size/],
  ])('%j makes no sense', async (options, sentence) => {
    const { code, stderr } = await run(['consensus', ...options, '-o', at('other'), '--diameter', '120']);
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
  });
});

describe('pick --method consensus', () => {
  const options: PickOptions = {
    output: at('combined'),
    diameter: 120,
    pixelSize: 2,
    frame: 1,
    method: 'consensus',
    of: ['cnn', 'log'],
    seed: 0,
    brightParticles: false,
    overwrite: true,
    maskOut: at('masks'),
    maskThreshold: 0.5,
    maskMargin: 0,
    keepContaminated: true,
  };
  const said: string[] = [];
  const context: CommandContext = {
    json: false,
    signal: new AbortController().signal,
    print: () => {},
    warn: () => {},
    error: (sentence) => said.push(sentence),
    job: () => ({}),
  };

  test('what a method found in an earlier run does not pass for what it finds now', async () => {
    const asked: PickOptions[] = [];
    const pickAll = async (names: readonly string[]) =>
      await pickByConsensus(context, ['a.mrc', 'b.mrc'], options, async (method, own) => {
        asked.push(own);
        mkdirSync(own.output, { recursive: true });
        for (const name of method === 'log' ? names : ['a', 'b'])
          writeFileSync(join(own.output, `${name}.star`), writeStarPicks([{ x: 5, y: 5, score: 1 }]));
        return { exitCode: EXIT.ok, json: {} };
      });
    expect((await pickAll(['a', 'b'])).exitCode).toBe(EXIT.ok);
    expect(asked.map(({ maskOut, keepContaminated }) => [maskOut, keepContaminated])).toEqual([
      [options.maskOut, true],
      [undefined, false],
    ]);
    const { exitCode, json } = await pickAll(['a']);
    expect(exitCode).toBe(EXIT.someFailed);
    expect(said).toEqual(['b.mrc was not picked by log: there is nothing to combine.']);
    expect(json.files).toMatchObject([
      { file: 'b.mrc', ok: false },
      { file: 'a.mrc', ok: true, picks: 1 },
    ]);
    await expect(
      pickByConsensus(context, ['a.mrc'], { ...options, overwrite: false }, async () => {
        throw new Error('It should not come to that.');
      }),
    ).rejects.toThrow('exists already');
  });
});

describe('pick', () => {
  test.each([
    [['--method', 'matching'], /--reference/],
    [['--method', 'log', '--angular-step', '10'], /--method matching/],
    [['--method', 'consensus', '--of', 'cnn'], /two or more/],
    [['--method', 'log', '--of', 'cnn,log'], /--method consensus/],
    [['--method', 'consensus', '--of', 'cnn,log,log'], /name log once/],
    [['--method', 'consensus', '--of', 'log,template'], /--examples/],
    [['--method', 'consensus', '--of', 'log,matching'], /--reference/],
    [
      ['--method', 'consensus', '--of', 'log,template', '--examples', 'x', '--mask-out', 'm'],
      /--mask-out and --keep-contaminated are for networks/,
    ],
    [['--method', 'matching', '--reference', 'a.mrc', '--defocus', '1.8'], /1\.8um/],
  ])('%j makes no sense', async (options, sentence) => {
    const { code, stderr } = await run(['pick', 'x.mrc', '-o', at('none'), '--diameter', '100', ...options]);
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
  });

  test.each([
    ['18000', 18000],
    ['1.8um', 18000],
    ['2 µm', 20000],
    ['9500 Å', 9500],
  ])('a defocus of %s is %i Å', (text, angstrom) => {
    expect(parseDefocus(text)).toBeCloseTo(angstrom, 6);
  });

  test('a file tells its threshold, or that there is none', () => {
    expect([0.25, Number.NEGATIVE_INFINITY].map(thresholdWords)).toEqual([
      'threshold 0.25',
      'all candidates',
    ]);
  });
});
