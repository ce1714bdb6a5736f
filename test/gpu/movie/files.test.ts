/** From files to sums: every format's own reader, and real movies. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { memorySink, memorySource } from '../../../src/core/bytes.ts';
import { createRandom } from '../../../src/core/random.ts';
import { wholeRange } from '../../../src/dataset/exposure.ts';
import { type OpenedMicrograph, openMicrograph } from '../../../src/dataset/open.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { RunningSum } from '../../../src/pipelines/movie/runningSum.ts';
import { type Electron, encodeEer } from '../../fixtures/eer.ts';
import { writeTiff } from '../../fixtures/tiff.ts';
import { sumOf } from '../../reference/movie.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { run } from '../../unit/cli/run.ts';
import { hasShared, sharedSource } from '../../unit/formats/sharedData.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-movies-'));
afterAll(() => rmSync(root, { recursive: true }));

async function sums(context: GpuContext, movie: OpenedMicrograph): Promise<[Float32Array, number[]]> {
  const running = new RunningSum(context, movie);
  await running.moveTo(wholeRange(movie.frames));
  const found = await running.sum.read();
  running.free();
  const frames: Float32Array[] = [];
  for (let frame = 0; frame < movie.frames; frame++)
    frames.push(await movie.readRows(frame, 0, movie.height));
  return [found, sumOf(frames)];
}

describeGpu('movies in files', (gpu) => {
  test.each([
    ['uint4', 'none'],
    ['uint8', 'lzw'],
    ['int16', 'deflate'],
    ['uint16', 'none'],
    ['float32', 'packbits'],
    ['int32', 'none'],
  ] as const)('TIFF of %s, %s', async (type, compression) => {
    const context = new GpuContext(gpu.device, 'test');
    const random = createRandom(1);
    const bytes = writeTiff({
      width: 45,
      height: 40,
      type,
      compression,
      frames: 5,
      rowsPerStrip: 7,
      value: () => random.integer(type === 'uint4' ? 16 : 100),
    });
    const movie = await openMicrograph(memorySource('movie.tif', bytes));
    const [found, expected] = await sums(context, movie);
    expect([...found]).toEqual(expected);
  });

  test.each([0, 1, 2, 6, 12] as const)('MRC of mode %i', async (mode) => {
    const context = new GpuContext(gpu.device, 'test');
    const random = createRandom(2);
    const frames = Array.from({ length: 9 }, () =>
      Float32Array.from({ length: 33 * 70 }, () => random.integer(90)),
    );
    const sink = memorySink();
    await writeMrc(sink, { width: 33, height: 70, frames: 9, mode, pixelSizeAngstrom: 1 }, frames);
    const movie = await openMicrograph(memorySource('movie.mrc', sink.bytes()));
    expect(movie.hasDirectRows).toBe(true);
    const [found, expected] = await sums(context, movie);
    expect([...found]).toEqual(expected);
    expect(expected).toEqual(sumOf(frames));
  });

  test('EER: raw frames are grouped into fractions, and an MRC reference divides', async () => {
    const random = createRandom(3);
    const [width, height] = [64, 48];
    const frames = Array.from({ length: 13 }, () =>
      Array.from({ length: width * height }, (_, i): Electron[] =>
        random.uniform() < 0.1 ? [{ x: i % width, y: Math.floor(i / width), quarterX: 1, quarterY: 2 }] : [],
      ).flat(),
    );
    const file = join(root, 'movie.eer');
    writeFileSync(file, encodeEer({ width, height, frames }));
    const gain = Float32Array.from({ length: width * height }, () => random.between(1.6, 2.4));
    const sink = memorySink();
    await writeMrc(sink, { width, height, pixelSizeAngstrom: undefined }, [gain]);
    const gainFile = join(root, 'gain.mrc');
    writeFileSync(gainFile, sink.bytes());
    const out = join(root, 'sum.mrc');
    const args = ['sum', file, '-o', out, '--group', '4', '--frames', '2-3', '--gain', gainFile];
    const { code, stdout, stderr } = await run([...args, '--gain-orient', '0', '--json']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('The last 1 of 13 raw frames')]);
    expect(JSON.parse(stdout).files[0]).toMatchObject({
      frames: { first: 2, last: 3, summed: 2, group: 4 },
      gain: { operation: 'divide', orientation: 0 },
    });
    const byDefault = await run(['sum', file, '-o', join(root, 'all.mrc'), '--json']);
    expect(JSON.parse(byDefault.stdout).files[0].frames).toEqual({ first: 1, last: 1, summed: 1, group: 13 });
    const movie = await openMicrograph(memorySource('movie.eer', encodeEer({ width, height, frames })), {
      framesPerFraction: 4,
    });
    const counts = sumOf([await movie.readRows(1, 0, height), await movie.readRows(2, 0, height)]);
    const mean = gain.reduce((sum, value) => sum + value, 0) / gain.length;
    const expected = counts.map((value, i) => (value * mean) / (gain[i] ?? 0));
    const sum = await openMicrograph(memorySource('sum.mrc', new Uint8Array(readFileSync(out))));
    expect(largestDifference(await sum.readRows(0, 0, height), expected)).toBeLessThan(1e-4);
  });

  const real = [
    'data/conformance/real/Custom_movie.mrc',
    'data/conformance/real/20241021_00405_movie.mrc',
    'data/conformance/synth/stack5_mode6_be.mrcs',
    'data/conformance/synth/le_mode101_odd.mrc',
    'data/movie/hiv_images_shift_noise_80x80x10.mrc',
  ];
  for (const path of real) {
    if (!hasShared(path)) console.log(`SKIPPED the sum of ${path}: the shared test data is not there.`);
    test.skipIf(!hasShared(path))(`sums ${path}`, async () => {
      const context = new GpuContext(gpu.device, 'test');
      const [found, expected] = await sums(context, await openMicrograph(sharedSource(path)));
      const largest = Math.max(...expected.map(Math.abs));
      expect(largestDifference(found, expected)).toBeLessThanOrEqual(largest * 1e-6);
    });
  }
});
