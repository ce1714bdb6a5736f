import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeCoordinates } from '../../../src/dataset/coordinates/write.ts';
import { writeBoxes } from '../../../src/formats/box/box.ts';
import { writeCsvPicks } from '../../../src/formats/csv/picks.ts';
import { writeStarParticles } from '../../../src/formats/star/particles.ts';
import { readStarPicks, writeStarPicks } from '../../../src/formats/star/picks.ts';
import { writeTopaz } from '../../../src/formats/topaz/table.ts';
import { describeWithShared, sharedPath } from '../formats/sharedData.ts';
import { run } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-evaluate-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;

function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = join(root, `folder${folders++}`);
  mkdirSync(path);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

const at = (x: number, score?: number) => ({ x, y: 0, score });
const csv = (...xs: number[]) => writeCsvPicks(xs.map((x) => at(x)));
const evaluate = (args: Readonly<Record<string, string>>, ...flags: string[]) =>
  run(['evaluate', ...Object.entries(args).flatMap(([name, value]) => [`--${name}`, value]), ...flags]);

describe('evaluate by a radius', () => {
  it('pairs files by name and counts a micrograph without picks as missed', async () => {
    const truth = folder({ 'a.csv': csv(0, 100), 'b.csv': csv(0), 'c.csv': csv(0) });
    const star = writeStarPicks([at(1, 0.9), at(50, 0.8)]);
    const picks = folder({ 'a_avg.star': star, 'b.csv': csv(0), 'other.csv': csv(0) });
    const { code, stdout, stderr } = await evaluate({ picks, truth, radius: '5' }, '--json');
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
    expect(result.curve).toBeNull();
  });

  it('goes on after a bad file, and ends with 1', async () => {
    const truth = folder({ 'a.csv': csv(0), 'b.csv': 'x,y\n1\n' });
    const picks = folder({ 'a.csv': csv(0), 'b.csv': csv(0) });
    const { code, stdout, stderr } = await evaluate({ picks, truth, radius: '5' });
    expect(code).toBe(1);
    expect(stderr).toBe('error: b.csv is not a good table: line 2 has 1 values under 2 columns.\n');
    expect(stdout).toMatch(/^all +1 +1 +1 +1\.000/m);
  });

  it('a set of which nothing can be read is not one that has found nothing', async () => {
    const truth = folder({ 'a.csv': csv(0) });
    const bad = folder({ 'a.csv': 'x,y\n1\n' });
    const one = await evaluate({ picks: join(bad, 'a.csv'), truth, radius: '5' });
    expect(one).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'error: a.csv is not a good table: line 2 has 1 values under 2 columns.\n',
    });
    const all = await evaluate({ picks: bad, truth, radius: '5' });
    expect(all).toMatchObject({ code: 1, stdout: '' });
    expect(all.stderr).toContain(`--picks ${bad} holds no coordinate file that can be read`);
  });

  it('takes files of any program, and tables of many micrographs', async () => {
    const truth = join(
      folder({
        'truth.star': writeStarParticles([
          { name: 'M/a.mrc', coordinates: [at(10), at(90)] },
          { name: 'M/b.mrc', coordinates: [at(40)] },
        ]),
      }),
      'truth.star',
    );
    const topaz = join(
      folder({
        't.txt': writeTopaz([
          { name: 'a', coordinates: [at(11, 2)] },
          { name: 'b', coordinates: [at(39, 1), at(80, 0)] },
        ]),
      }),
      't.txt',
    );
    const boxes = folder({
      'a.box': writeBoxes([at(11)], 20),
      'b.box': writeBoxes([at(39), at(80)], 20),
      'notes.txt': 'nothing of use\n',
    });
    for (const picks of [topaz, boxes]) {
      const { code, stdout, stderr } = await evaluate({ picks, truth, radius: '3' }, '--json');
      expect([code, JSON.parse(stdout)]).toMatchObject([0, { picks: 3, truth: 3, matched: 2 }]);
      expect(stderr).toMatch(picks === boxes ? /notes\.txt is left out: it holds no coordinates/ : /^$/);
    }
  });
});

describe('evaluate by the diameter', () => {
  const truth = () => folder({ 'a.csv': csv(0, 100, 200, 300) });
  // 20 px off, right on it, nothing there.
  const picks = () =>
    folder({ 'a.star': writeStarPicks([at(100, 0.9), at(20, 0.8), at(250, 0.5), at(300, 0.2)]) });

  it('shows strict and loose side by side, and how near they are', async () => {
    const given = { picks: picks(), truth: truth(), diameter: '96', 'pixel-size': '1.5' };
    const { code, stdout } = await evaluate(given);
    expect(code).toBe(0);
    expect(stdout).toMatch(/strict matched.*loose matched/);
    // Of four picks, two within 16 px and three within 32 px.
    expect(stdout).toMatch(/^all +4 +4 +2 +0\.500 .* 3 +0\.750 /m);
    expect(stdout).toContain('strict: within a quarter of the diameter, 16 px');
    expect(stdout).toContain('loose: within half of it, 32 px');
    const result = JSON.parse((await evaluate(given, '--json')).stdout);
    expect(result.strict).toMatchObject({ radiusPx: 16, matched: 2, micrographs: [{ name: 'a' }] });
    expect(result.loose).toMatchObject({ radiusPx: 32, matched: 3 });
    expect(result.strict.curve).toBeUndefined();
  });

  it('writes the curve of all and of each, and not over another file', async () => {
    const path = join(root, 'new', 'curve.csv');
    const given = { picks: picks(), truth: truth(), diameter: '96', 'pixel-size': '1.5', curve: path };
    expect((await evaluate(given)).code).toBe(0);
    const [header, first, ...rows] = readFileSync(path, 'utf8').trim().split('\n');
    expect(header).toBe('matching,radius_px,micrograph,threshold,picks,matched,precision,recall,f1');
    expect(first).toBe('strict,16,all,0.9,1,1,1,0.25,0.4');
    expect(rows).toHaveLength(15);
    expect((await evaluate(given)).stderr).toMatch(/curve\.csv exists already/);
    const json = join(root, 'new', 'curve.json');
    expect((await evaluate({ ...given, curve: json })).code).toBe(0);
    const { curves } = JSON.parse(readFileSync(json, 'utf8'));
    expect(curves).toHaveLength(4);
    expect(curves[3]).toMatchObject({ matching: 'loose', micrograph: 'a', picks: [1, 2, 3, 4] });
  });

  it('prints the thresholds for targets, and says what can’t be had', async () => {
    const targets = { 'target-precision': '0.9', 'target-recall': '0.9' };
    const given = { picks: picks(), truth: truth(), diameter: '96', 'pixel-size': '1.5', ...targets };
    const { stdout } = await evaluate(given, '--partial');
    const text = stdout.replaceAll('\u00a0', ' ');
    expect(text).toMatch(
      /^Precision 90 % or more at score ≥ 0\.9: precision 100 %, recall 25 %, by 4 labelled/m,
    );
    expect(text).toMatch(/^Recall 90 % can’t be reached .*recall 50 % at score ≥ 0\.2/m);
    expect(text).toContain('precision, F1 and AP are lower bounds');
    const { targets: found } = JSON.parse((await evaluate(given, '--json')).stdout);
    expect(found).toMatchObject([
      { threshold: 0.9, isReached: true, target: { of: 'precision' } },
      { threshold: 0.2, isReached: false },
    ]);
  });

  it('takes the pixel size from the files where they know it', async () => {
    const given = { truth: truth(), diameter: '96' };
    const unknown = await evaluate({ ...given, picks: picks() });
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringMatching(/give --pixel-size/)]);
    const size = { width: 400, height: 100, pixelSizeAngstrom: 1.5 };
    const cs = writeCoordinates('cs', [{ name: 'a.mrc', coordinates: [at(20, 1)], ...size }], {
      boxSizePx: 64,
    });
    const { stdout } = await evaluate({ ...given, picks: folder({ 'a_picks.cs': cs }) }, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ strict: { radiusPx: 16 }, loose: { matched: 1 } });
  });

  it.each([
    [{ truth: '.' }, /either --diameter in Å or --radius/],
    [{ truth: '.', radius: '3', diameter: '4' }, /either --diameter in Å or --radius/],
    [{ radius: '3' }, /either --truth, .*or --compare/],
    [{ truth: '.', compare: '.', radius: '3' }, /either --truth, .*or --compare/],
    [{ truth: '.', radius: '3', output: 'x' }, /--output is for --compare/],
    [{ compare: '.', radius: '3', 'target-recall': '1' }, /are for --truth/],
    [{ truth: '.', radius: '3', curve: 'a.txt' }, /must end in \.csv or \.json/],
    [{ truth: '.', radius: '3', 'pixel-size': '1' }, /--pixel-size is for --diameter/],
    [{ truth: '.', radius: '3', 'target-recall': '90' }, /above 0 and up to 1/],
  ])('refuses %j', async (args, sentence) => {
    const { code, stderr } = await evaluate({ picks: root, ...args });
    expect([code, stderr]).toEqual([2, expect.stringMatching(sentence)]);
  });
});

describe('evaluate --compare', () => {
  const a = () => folder({ 'm.star': writeStarPicks([at(0, 0.9), at(50, 0.8)]), 'n.csv': csv(5) });
  const b = () => folder({ 'm_topaz.csv': csv(3, 200, 400), 'o.csv': csv(7, 8) });

  it('counts what both have and what only one has, in all micrographs of either', async () => {
    const given = { picks: a(), compare: b(), diameter: '20', 'pixel-size': '2' };
    const { code, stdout } = await evaluate(given);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^m +2 +3 +1 +1 +2 +0\.500 +0\.333$/m);
    expect(stdout).toMatch(/^n +1 +0 +0 +1 +0 /m);
    expect(stdout).toMatch(/^all +3 +5 +1 +2 +4 /m);
    expect(stdout).toContain('within 5 px of each other');
    expect(JSON.parse((await evaluate(given, '--json')).stdout)).toMatchObject({
      both: 1,
      onlyA: 2,
      onlyB: 4,
    });
  });

  it('writes three files a micrograph, scores kept', async () => {
    const output = join(root, 'three');
    const given = { picks: a(), compare: b(), radius: '5', output };
    expect((await evaluate(given)).stdout).toMatch(/9 files were written/);
    expect(readdirSync(output)).toContain('o_only_B.star');
    const star = (name: string) => readStarPicks(name, readFileSync(join(output, `${name}.star`), 'utf8'));
    expect(star('m_both')).toMatchObject([{ x: 0, score: 0.9 }]);
    expect(star('m_only_A')).toMatchObject([{ x: 50, score: 0.8 }]);
    expect(star('m_only_B').map(({ x }) => x)).toEqual([200, 400]);
    expect((await evaluate(given)).stderr).toMatch(/exists already/);
  });
});

describeWithShared('data/apoferritin', 'evaluate on real files', () => {
  it('finds every particle of the truth in itself', async () => {
    const all = sharedPath('data/apoferritin');
    const { stdout } = await evaluate({ picks: all, truth: all, radius: '1' }, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ truth: 1793, matched: 1793, f1: 1, averagePrecision: 1 });
  });
});
