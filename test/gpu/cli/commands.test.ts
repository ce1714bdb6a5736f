import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { describeGpu } from '../../support/gpu.ts';
import { run } from '../../unit/cli/run.ts';
import { noise } from '../micrographs.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-gpu-cli-'));
afterAll(() => rmSync(root, { recursive: true }));
const path = (...parts: string[]): string => join(root, ...parts);
const sim = path('new', 'sim.mrc');
const bad = path('bad.mrc');
const noPixelSize = path('unknown.mrc');
/** Everything in a folder but what is hidden: a temporary file that was left behind would be. */
const hidden = (folder: string): string[] => readdirSync(folder).filter((name) => name.startsWith('.'));

describeGpu('the command line', () => {
  const countedPerPixel = 80 * 1.5 ** 2 * Math.exp(-30 / 320) * 0.8;
  const simulation = ['simulate', sim, '--size', '512', '--particles', '12', '--seed', '4', '--dose', '80'];

  test('simulates a micrograph with its truth, into a folder that it makes', async () => {
    const { code, stdout, stderr } = await run([...simulation, '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const json = JSON.parse(stdout);
    expect(json).toMatchObject({ command: 'simulate', particles: 12, parameters: { seed: 4, size: 512 } });
    expect(json.files).toEqual({
      micrograph: sim,
      truth: path('new', 'sim.star'),
      clean: path('new', 'sim_clean.mrc'),
    });
    expect(statSync(sim).size).toBe(1024 + 512 * 512 * 4);
    writeFileSync(bad, 'no micrograph');
    const sink = memorySink();
    await writeMrc(sink, { width: 64, height: 64, pixelSizeAngstrom: undefined }, [noise(4096, 1)]);
    writeFileSync(noPixelSize, sink.bytes());
  });

  test('refuses to overwrite, before any work, unless it may', async () => {
    const refused = await run([...simulation, '--json']);
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toEqual({
      error: { code: 'exists', message: `${sim} exists already: give --overwrite to replace it.` },
    });
    const before = readFileSync(sim);
    expect((await run([...simulation, '--overwrite'])).code).toBe(0);
    expect(readFileSync(sim).equals(before)).toBe(true);
  });

  test('tells about it', async () => {
    const { code, stdout } = await run(['info', sim, '--json']);
    expect(code).toBe(0);
    const [file] = JSON.parse(stdout).files;
    expect(file).toMatchObject({ width: 512, height: 512, frames: 1, mode: 2, warnings: [] });
    expect(file.pixelSizeAngstrom).toBeCloseTo(1.5, 5);
    // 80 electrons for each Å²; 30 nm of ice and the camera take some.
    expect(Math.abs(file.statistics.mean / countedPerPixel - 1)).toBeLessThan(0.01);
  });

  test.each(['log', 'cnn'])(
    'picks it with %s, and the picks can be judged; a bad file stops nobody',
    async (method) => {
      const out = path(`picks-${method}`);
      const picked = await run([
        'pick',
        bad,
        sim,
        '-o',
        out,
        '--diameter',
        '150',
        '--method',
        method,
        '--json',
      ]);
      expect(picked.code).toBe(1);
      const json = JSON.parse(picked.stdout);
      expect(json).toMatchObject({ command: 'pick', method });
      expect(json.files[0]).toMatchObject({ file: bad, ok: false, error: { code: 'not-mrc' } });
      expect(json.files[1]).toMatchObject({ file: sim, ok: true, output: join(out, 'sim.star') });
      expect(json.files[1].candidates).toBeGreaterThanOrEqual(json.files[1].picks);
      expect(picked.stderr).toMatch(/^error: bad\.mrc is a text file/);
      expect([readdirSync(out), hidden(out)]).toEqual([['sim.star'], []]);
      const truth = path('new');
      const judged = await run(['evaluate', '--picks', out, '--truth', truth, '--radius', '30', '--json']);
      expect(judged.code).toBe(0);
      const evaluation = JSON.parse(judged.stdout);
      expect([evaluation.truth, evaluation.picks]).toEqual([12, json.files[1].picks]);
      expect(evaluation.best.f1).toBeGreaterThan(method === 'cnn' ? 0.6 : 0.4);
    },
  );

  test('picks it with a template of some of its particles', async () => {
    const out = path('picks-template');
    const examples = ['--method', 'template', '--examples', path('new', 'sim.star')];
    const args = ['pick', sim, '-o', out, '--diameter', '150', '--labels', '4', ...examples];
    const picked = await run([...args, '--json']);
    expect([picked.code, picked.stderr]).toEqual([0, '']);
    const json = JSON.parse(picked.stdout);
    expect(json).toMatchObject({
      method: 'template',
      examples: { read: 12, used: 4, micrographs: 1, seed: 0 },
    });
    expect(json.files[0]).toMatchObject({ ok: true, labels: 4 });
    expect(json.files[0].threshold).toBeGreaterThan(0);
    const judge = ['evaluate', '--picks', out, '--truth', path('new'), '--radius', '30', '--json'];
    expect(JSON.parse((await run(judge)).stdout).best.f1).toBeGreaterThan(0.6);
    const again = await run(args);
    expect([again.code, again.stdout]).toEqual([1, '']);
  });

  test('filters it, leaves nothing half done, and never replaces its input', async () => {
    const out = path('filtered');
    const args = ['denoise', sim, bad, '-o', out, '--lowpass', '30', '--json'];
    const filtered = await run(args);
    expect(filtered.code).toBe(1);
    const json = JSON.parse(filtered.stdout);
    expect(json.files[0]).toMatchObject({ ok: true, lowpassAngstrom: 30, highpassAngstrom: null });
    expect(json.files[1]).toMatchObject({ ok: false });
    expect([readdirSync(out), hidden(out)]).toEqual([['sim.mrc'], []]);
    const info = JSON.parse((await run(['info', join(out, 'sim.mrc'), '--json'])).stdout).files[0];
    expect(Math.abs(info.statistics.mean / countedPerPixel - 1)).toBeLessThan(0.01);
    // Counting noise of 13 is spread over all frequencies, and most of them are gone.
    expect(info.statistics.standardDeviation).toBeLessThan(6);

    const again = JSON.parse((await run(args)).stdout);
    expect(again.files[0]).toMatchObject({ ok: false, error: { code: 'exists' } });
    const self = await run(['denoise', sim, '-o', path('new'), '--overwrite']);
    expect([self.code, self.stderr]).toEqual([
      2,
      `error: ${sim} would be replaced by its own result: give another output.\n`,
    ]);
  });

  test('Ctrl-C in the middle leaves no file', async () => {
    const controller = new AbortController();
    const out = path('stopped');
    const running = run(['denoise', sim, '-o', out], { signal: controller.signal });
    while (!existsSync(out)) await new Promise((resolve) => setTimeout(resolve, 1));
    controller.abort();
    expect((await running).code).toBe(130);
    expect(readdirSync(out)).toEqual([]);
  });

  test('says for which file the pixel size is missing, and takes it from the option', async () => {
    const out = path('sizes');
    const missing = await run(['pick', noPixelSize, '-o', out, '--diameter', '30', '--method', 'log']);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain(
      `error: ${noPixelSize}: its pixel size is not known: give --pixel-size in Å.\n`,
    );
    const given = [
      'pick',
      noPixelSize,
      '-o',
      out,
      '--diameter',
      '30',
      '--method',
      'log',
      '--pixel-size',
      '2',
    ];
    expect((await run(given)).code).toBe(0);
    const large = await run([...given.slice(0, 5), '900', '--pixel-size', '2', '--overwrite', '--json']);
    expect(large.code).toBe(1);
    expect(JSON.parse(large.stdout).files[0].error.code).toBe('unsuitable');
  });

  test('ends with 3 where there is no such GPU, with 2 where it is called wrongly', async () => {
    const none = await run([...simulation, '--overwrite', '--gpu', 'no such adapter', '--json']);
    expect(none.code).toBe(3);
    expect(JSON.parse(none.stdout).error).toMatchObject({
      code: 'no-gpu',
      message: expect.stringMatching(/^No GPU adapter is called "no such adapter"\./),
    });
    const out = path('wrong');
    for (const [args, words] of [
      [['pick', sim, '-o', out], /--diameter/],
      [['pick', sim, '-o', out, '--diameter', '-5'], /above 0/],
      [['pick', sim, '-o', out, '--diameter', '150', '--method', 'magic'], /Allowed choices are cnn, log/],
      [
        ['denoise', sim, '-o', out, '--lowpass', '50', '--highpass', '20'],
        /must be finer than the high-pass/,
      ],
      [['denoise', sim, '-o', sim], /The folder .* can't be made/],
      [['simulate', path('x.mrc'), '--size', '3'], /choose a size from 32/],
      [['simulate', path('x.mrc'), '--shape', 'cube'], /Allowed choices/],
    ] as const) {
      const { code, stderr, stdout } = await run(args);
      expect([args, code, stdout]).toEqual([args, 2, '']);
      expect(stderr).toMatch(words);
    }
    expect(existsSync(out)).toBe(false);
  });

  test('a network that is none is refused', async () => {
    const args = ['pick', sim, '-o', path('model'), '--diameter', '150', '--json', '--model'];
    const broken = await run([...args, bad]);
    expect([broken.code, JSON.parse(broken.stdout).error.code]).toEqual([1, 'bad-weights']);
    const missing = await run([...args, path('none.safetensors')]);
    expect(JSON.parse(missing.stdout).error).toMatchObject({ code: 'no-model' });
  });
});
