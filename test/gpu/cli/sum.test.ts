import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { createRandom } from '../../../src/core/random.ts';
import { openMicrograph } from '../../../src/dataset/open.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { withFile } from '../../../src/platform/node/files.ts';
import { sumOf } from '../../reference/movie.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { run } from '../../unit/cli/run.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-sum-'));
afterAll(() => rmSync(root, { recursive: true }));
const path = (...parts: string[]): string => join(root, ...parts);

const [width, height] = [120, 90];
const random = createRandom(3);
const gain = Float32Array.from({ length: width * height }, (_, i) =>
  i === 7 ? 0 : random.between(0.7, 1.4),
);
/** Ten frames of 6 electrons a pixel as a detector with this reference counts them, which then multiplies. */
const frames = Array.from({ length: 10 }, () =>
  Float32Array.from(gain, (value) => (value === 0 ? 0 : random.poisson(6 / value))),
);
const movie = path('movie.mrc');
const gainFile = path('gain.mrc');
/** The same turned by half: in orientation 2 it fits. */
const turned = path('turned.mrc');

/** Cameras have more pixels than this one. */
const doubt = `warning: ${movie}: it looks like a stack, not like a movie; its frames are summed all the same.\n`;

async function write(file: string, pictures: readonly Float32Array[], mode: 2 | 6): Promise<void> {
  const sink = memorySink();
  const options = { width, height, frames: pictures.length, mode, pixelSizeAngstrom: 0.8 };
  await writeMrc(sink, options, pictures);
  writeFileSync(file, sink.bytes());
}

async function pixels(file: string): Promise<Float32Array> {
  return await withFile(file, async (source) => (await openMicrograph(source)).readRows(0, 0, height));
}

const corrected = (which: readonly Float32Array[]): number[] =>
  sumOf(which).map((value, i) => value * (gain[i] ?? 0));

describeGpu('cryolite sum', () => {
  beforeAll(async () => {
    await write(movie, frames, 6);
    await write(gainFile, [gain], 2);
    await write(turned, [gain.slice().reverse()], 2);
  });

  test('writes the sum in counts, with a report', async () => {
    const out = path('new', 'sum.mrc');
    const { code, stdout, stderr } = await run(['sum', movie, '-o', out, '--gain', gainFile, '--json']);
    expect([code, stderr]).toEqual([0, doubt]);
    const json = JSON.parse(stdout);
    expect(json).toMatchObject({ command: 'sum', adapter: expect.any(String) });
    expect(json.peakMemoryBytes).toBeGreaterThan(2 ** 25);
    const [file] = json.files;
    expect(file).toMatchObject({
      file: movie,
      ok: true,
      outputs: { sum: out, even: null, odd: null },
      frames: { first: 1, last: 10, summed: 10, group: 1 },
      hotPixels: 0,
      defects: 1,
      gain: { file: gainFile, operation: 'multiply', orientation: 0, reason: null },
    });
    expect(file.bytesRead).toBeGreaterThanOrEqual(width * height * 2 * 10);
    expect(file.bytesRead).toBeLessThan(width * height * 2 * 10 + 70000);
    for (const field of ['seconds', 'megabytesPerSecond', 'gpuPeakBytes'])
      expect(file[field]).toBeGreaterThan(0);
    const expected = corrected(frames);
    const found = await pixels(out);
    expected[7] = found[7] ?? 0;
    expect(largestDifference(found, expected)).toBeLessThan(1e-3);
    const info = JSON.parse((await run(['info', out, '--json', '--validate'])).stdout).files[0];
    expect(info.pixelSizeAngstrom).toBeCloseTo(0.8, 6);
    expect(info.statistics.mean).toBeCloseTo(file.statistics.mean, 3);
  });

  test('a range, odd and even sums by groups, into a folder', async () => {
    const out = path('parts');
    const args = [
      'sum',
      movie,
      '-o',
      out,
      '--frames',
      '2-3',
      '--group',
      '3',
      '--even-odd',
      '--no-hot-pixels',
      '--json',
    ];
    const { code, stdout } = await run(args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).files[0].frames).toEqual({ first: 4, last: 9, summed: 6, group: 3 });
    expect(readdirSync(out).sort()).toEqual(['movie.mrc', 'movie_EVN.mrc', 'movie_ODD.mrc']);
    expect([...(await pixels(join(out, 'movie.mrc')))]).toEqual(sumOf(frames.slice(3, 9)));
    expect([...(await pixels(join(out, 'movie_EVN.mrc')))]).toEqual(sumOf(frames.slice(3, 6)));
    expect([...(await pixels(join(out, 'movie_ODD.mrc')))]).toEqual(sumOf(frames.slice(6, 9)));
  });

  test('finds how the reference lies, and says so; warns where it lies wrong', async () => {
    const out = path('auto.mrc');
    const found = await run(['sum', movie, '-o', out, '--gain', turned, '--gain-orient', 'auto', '--json']);
    expect([found.code, found.stderr]).toEqual([0, doubt]);
    expect(JSON.parse(found.stdout).files[0].gain).toMatchObject({
      operation: 'multiply',
      orientation: 2,
      reason: expect.stringMatching(/^Orientation 2, multiplying, takes the detector's pattern out by \d+ σ/),
    });
    const expected = corrected(frames);
    const sum = await pixels(out);
    expected[7] = sum[7] ?? 0;
    expect(largestDifference(sum, expected)).toBeLessThan(1e-3);

    const args = ['sum', movie, '-o', out, '--overwrite', '--gain', turned];
    const wrong = await run(args);
    expect(wrong.code).toBe(0);
    expect(wrong.stderr).toMatch(
      /Orientation 2, multiplying, .* It was used in orientation 0, to multiply: see/,
    );
    // Who says it knows.
    expect((await run([...args, '--gain-orient', '4', '--gain-op', 'divide'])).stderr).toBe(doubt);
    const operation = await run([...args, '--gain-orient', 'auto', '--gain-op', 'divide']);
    expect(operation.stderr).toMatch(/It was used in orientation 2, to divide/);
    const flat = path('flat.mrc');
    await write(flat, [new Float32Array(width * height).fill(1)], 2);
    const none = await run(['sum', movie, '-o', out, '--overwrite', '--gain', flat, '--gain-orient', 'auto']);
    expect(none.stderr).toMatch(
      /shows no trace of this reference's pattern .* was used in orientation 0, to multiply/,
    );
  });

  test('a bad movie stops nobody; what can not be is said before it is tried', async () => {
    const bad = path('bad.mrc');
    writeFileSync(bad, 'no movie');
    const out = path('several');
    const both = await run(['sum', bad, movie, '-o', out, '--json']);
    expect(both.code).toBe(1);
    const [first, second] = JSON.parse(both.stdout).files;
    expect([first.ok, first.error.code, second.ok]).toEqual([false, 'not-mrc', true]);
    expect(readdirSync(out)).toEqual(['movie.mrc']);
    const again = JSON.parse((await run(['sum', movie, '-o', out, '--json'])).stdout);
    expect(again.files[0].error.code).toBe('exists');

    const small = path('small.mrc');
    const sink = memorySink();
    await writeMrc(sink, { width: 9, height: 4, pixelSizeAngstrom: 1 }, [new Float32Array(36)]);
    writeFileSync(small, sink.bytes());
    for (const [args, words] of [
      [[movie, '--frames', '3-11'], /: it has 10 frames: --frames can't end at 11\./],
      [[movie, '--group', '4', '--frames', '4'], /: it has 3 groups of 4 frames: --frames can't end at 4\./],
      [[movie, '--frames', '4', '--even-odd'], /odd and even sums need at least two frames/],
      [
        [movie, '--gain', small],
        /small\.mrc is 9 × 4 px, but the frames of movie\.mrc are 120 × 90 px: choose/,
      ],
      [[movie, '--gain', small, '--gain-orient', 'auto'], /small\.mrc is 9 × 4 px, but the frames/],
      [[movie, '--gain', gainFile, '--gain-orient', '1'], /is 90 × 120 px in orientation 1, but/],
      [[movie, '--gain', movie], /movie\.mrc has 10 frames, but a gain reference is one picture/],
      [[movie, '--gain', path('none.mrc')], /none\.mrc can't be read: it does not exist/],
    ] as const) {
      const { code, stderr } = await run(['sum', ...args, '-o', path('refused')]);
      expect([args, code]).toEqual([args, 1]);
      expect(stderr).toMatch(words);
    }
    for (const [args, words] of [
      [[movie, '--frames', '0-3'], /like 1-40, counted from 1/],
      [[movie, '--frames', '5-3'], /like 1-40/],
      [[movie, '--group', '0'], /1 or more/],
      [[movie, '--gain-orient', '8', '--gain', gainFile], /Allowed choices/],
      [[movie, '--gain-op', 'divide'], /give --gain, too/],
    ] as const) {
      const { code, stderr } = await run(['sum', ...args, '-o', path('refused')]);
      expect([args, code]).toEqual([args, 2]);
      expect(stderr).toMatch(words);
    }
    expect(existsSync(path('refused')) ? readdirSync(path('refused')) : []).toEqual([]);
  });

  test('Ctrl-C leaves no file', async () => {
    const controller = new AbortController();
    controller.abort();
    const out = path('stopped');
    const { code } = await run(['sum', movie, '-o', out], { signal: controller.signal });
    expect(code).toBe(130);
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
    expect(statSync(movie).size).toBe(1024 + width * height * 2 * 10);
  });
});
