import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memorySink, memorySource } from '../../../src/core/bytes.ts';
import { UsageError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { openMicrograph } from '../../../src/dataset/open.ts';
import { chooseLengths } from '../../../src/fft/filter.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { readStarPicks } from '../../../src/formats/star/picks.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { simulatedMrc, truthStar } from '../../../src/pipelines/simulation/files.ts';
import { placeParticles } from '../../../src/pipelines/simulation/placement.ts';
import { addProjection } from '../../../src/pipelines/simulation/projection.ts';
import { particleBlobs, randomRotation } from '../../../src/pipelines/simulation/shapes.ts';
import { defaultSimulation, simulateMicrograph } from '../../../src/pipelines/simulation/simulate.ts';
import { filterRadially } from '../../reference/fourier.ts';
import { ctfReference, interactionReference } from '../../reference/microscope.ts';
import { padPeriodicReference } from '../../reference/padding.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { run } from '../../unit/cli/run.ts';

const small = {
  ...defaultSimulation,
  size: 48,
  particles: 2,
  diameterAngstrom: 24,
  shape: 'y' as const,
  doseElectronsPerSquareAngstrom: 40,
  camera: 'perfect' as const,
  iceNanometre: 30,
  iceVariationNanometre: 0,
};
/** What 30 nm of ice let through, of 320 nm after which 1/e is left. */
const throughIce = Math.exp(-30 / 320);

describeGpu('simulateMicrograph', (gpu) => {
  test.each([48, 64])(
    'the clean picture of 48 × %i px is dose · (1 + 2·phase convolved with the transfer function), to 2e-5 of the dose',
    async (height) => {
      const context = new GpuContext(gpu.device, 'test');
      const { clean, truth, ...shape } = await simulateMicrograph(context, { ...small, height });
      expect(shape).toMatchObject({ width: 48, height });
      const random = createRandom(small.seed);
      const places = placeParticles(random, 2, 48, height, 16);
      expect(truth).toEqual(places);
      const thickness = new Float32Array(48 * height);
      const canvas = { data: thickness, width: 48, height };
      for (const place of places)
        addProjection(canvas, particleBlobs('y'), randomRotation(random), place, 16, 1.5);
      const { padded } = chooseLengths(48, 1);
      const { padded: paddedRows } = chooseLengths(height, 1);
      // 1.7 V between protein and ice.
      const phase = 1.7 * interactionReference(300e3);
      const ctf = ctfReference(300e3, 15000, 2.7e7, 0.1, 60);
      const contrast = filterRadially(
        padded,
        paddedRows,
        padPeriodicReference(thickness, 48, height, padded, paddedRows),
        (k) => 2 * phase * ctf(k / 1.5),
      );
      const dose = 40 * 1.5 ** 2 * throughIce;
      const expected = Array.from(
        clean,
        (_, i) => dose * (1 + (contrast[Math.floor(i / 48) * padded + (i % 48)] ?? 0)),
      );
      expect(Math.min(...clean)).toBeLessThan(0.997 * dose);
      expect(largestDifference(clean, expected)).toBeLessThan(2e-5 * dose);
      expect(context.memory().bytes).toBe(0);
    },
  );

  test('counts have the mean of the dose, and the variance of counting and of the solvent’s 2 %', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const size = 160;
    const empty = { ...small, size, particles: 0 };
    const { counts, signalToNoise } = await simulateMicrograph(context, empty);
    const n = size * size;
    const mean = counts.reduce((sum, value) => sum + value, 0) / n;
    const variance = counts.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
    expect(counts.every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
    // Five standard errors; the solvent's own mean is some 0.1 %.
    const dose = 90 * throughIce;
    expect(Math.abs(mean / dose - 1)).toBeLessThan(0.006);
    expect(Math.abs(variance / (dose + (0.02 * dose) ** 2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(signalToNoise).toBe(0);
  });

  test('the same seed gives the same picture, another one another; files tell the truth', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const first = await simulateMicrograph(context, small);
    const again = await simulateMicrograph(context, small);
    expect([again.counts, again.clean, again.truth]).toEqual([first.counts, first.clean, first.truth]);
    const other = await simulateMicrograph(context, { ...small, seed: 2 });
    expect(other.counts).not.toEqual(first.counts);
    expect(first.truth).toHaveLength(2);
    expect(first.signalToNoise).toBeGreaterThan(0);

    const micrograph = await openMicrograph(memorySource('sim.mrc', await simulatedMrc(first, small)));
    expect(await micrograph.readRows(0, 0, 48)).toEqual(first.counts);
    expect(micrograph.pixelSizeAngstrom).toBeCloseTo(1.5, 5);
    const star = readStarPicks('truth.star', truthStar(first, small));
    for (const [i, { x, y }] of first.truth.entries()) {
      expect(star[i]?.x).toBeCloseTo(x, 2);
      expect(star[i]?.y).toBeCloseTo(y, 2);
    }
  });

  test('refuses what makes no micrograph, and stops when it is told to', async () => {
    const context = new GpuContext(gpu.device, 'test');
    for (const [over, words] of [
      [{ size: 8 }, /A micrograph of 8 px/],
      [{ size: 100.5 }, /100.5 px/],
      [{ height: 20 }, /A micrograph of 48 × 20 px/],
      [
        { diameterAngstrom: 32, pixelSizeAngstrom: 1, size: 96, height: 48 },
        /does not fit a micrograph of 96 × 48 px/,
      ],
      [{ particles: -1 }, /-1 particles/],
      [{ diameterAngstrom: 40 }, /does not fit a micrograph of 48 px/],
      [{ doseElectronsPerSquareAngstrom: Number.NaN }, /must be above 0/],
    ] as const) {
      const refused = simulateMicrograph(context, { ...small, ...over });
      await expect(refused).rejects.toThrow(UsageError);
      await expect(refused).rejects.toThrow(words);
    }
    const controller = new AbortController();
    const stages: string[] = [];
    const cancelled = simulateMicrograph(context, small, {
      signal: controller.signal,
      onProgress: ({ stage, done }) => {
        stages.push(stage);
        if (done === 2) controller.abort();
      },
    });
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    expect(stages).toHaveLength(3);
    expect(context.memory().bytes).toBe(0);
  });

  test.each(['counting', 'integrating'] as const)(
    'before a camera that is %s, the dose makes the signal-to-noise ratio that was asked for',
    async (camera) => {
      const context = new GpuContext(gpu.device, 'test');
      const wanted = { ...small, size: 160, particles: 4, diameterAngstrom: 75, camera, signalToNoise: 0.1 };
      const { counts, clean, truth, signalToNoise, dosePerPixel } = await simulateMicrograph(context, wanted);
      expect(truth.length).toBeGreaterThan(1);
      expect(Math.abs(signalToNoise / 0.1 - 1)).toBeLessThan(0.05);
      // By the definition, from the pictures alone.
      const inside = [...counts.keys()].filter((i) =>
        truth.some(({ x, y }) => Math.hypot((i % 160) - x, Math.floor(i / 160) - y) <= 25),
      );
      const variance = (value: (i: number) => number): number => {
        const mean = inside.reduce((sum, i) => sum + value(i), 0) / inside.length;
        return inside.reduce((sum, i) => sum + (value(i) - mean) ** 2, 0) / inside.length;
      };
      const noise = variance((i) => (counts[i] ?? 0) - (clean[i] ?? 0));
      expect(Math.abs(variance((i) => clean[i] ?? 0) / noise / signalToNoise - 1)).toBeLessThan(0.05);
      expect(Math.abs(counts.reduce((a, b) => a + b, 0) / counts.length / dosePerPixel - 1)).toBeLessThan(
        0.02,
      );
      await expect(simulateMicrograph(context, { ...wanted, signalToNoise: 50 })).rejects.toThrow(
        /can't be reached/,
      );
    },
  );

  test('an integrating camera’s noise is that of its MTF, a counting one’s is white', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const side = 96;
    // A power of 0.35^(8k²) is an autocorrelation of exp(−π²r² / (8·ln(1/0.35))).
    for (const [camera, neighbours] of [
      ['counting', 0],
      ['integrating', 0.309],
    ] as const) {
      const empty = { ...small, size: side, particles: 0, camera, iceNanometre: 0 };
      const { counts, clean } = await simulateMicrograph(context, empty);
      const noise = counts.map((count, i) => count - (clean[i] ?? 0));
      const product = (jump: number): number =>
        noise.reduce((sum, value, i) => sum + value * (noise[i + jump] ?? 0), 0);
      // Five standard errors of a correlation.
      expect(Math.abs(product(1) / product(0) - neighbours)).toBeLessThan(5 / side);
      expect(Math.abs(product(side) / product(0) - neighbours)).toBeLessThan(5 / side);
    }
  });

  test('projects a density map, with contaminants and heaps around it, and masks them; the command line writes it all', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cryolite-volume-'));
    try {
      const side = 20;
      const ball = Float32Array.from({ length: side ** 3 }, (_, i) => {
        const [x, y, z] = [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2)];
        return 1 / (1 + Math.exp(2 * (Math.hypot(x - 10, y - 10, z - 10) - 5)));
      });
      const sink = memorySink();
      await writeMrc(
        sink,
        { width: side, height: side, frames: side, isVolume: true, pixelSizeAngstrom: 2.5 },
        [ball],
      );
      writeFileSync(join(folder, 'ball.mrc'), sink.bytes());
      const out = join(folder, 'm.mrc');
      const { code, stdout } = await run(
        ['simulate', out, '--size', '128', '--particles', '6', '--volume', join(folder, 'ball.mrc')].concat([
          '--contaminants',
          'gold=2,dirt=3',
          '--aggregates',
          '1',
          '--ice-variation',
          '0',
          '--json',
        ]),
      );
      expect(code).toBe(0);
      const json = JSON.parse(stdout);
      expect(json.parameters).toMatchObject({ seed: 1, contaminants: { gold: 2, dirt: 3 }, aggregates: 1 });
      expect(Math.abs(json.parameters.diameterAngstrom - 26)).toBeLessThan(3);
      expect(json.signalToNoise).toBeGreaterThan(0);
      expect(json.doseElectronsPerSquareAngstrom).toBeCloseTo(60, 6);
      const read = async (name: string) =>
        (await openMicrograph(sourceOf(join(folder, name)))).readRows(0, 0, 128);
      const [mask, clean] = [await read('m_mask.mrc'), await read('m_clean.mrc')];
      const truth = readStarPicks('m.star', readFileSync(join(folder, 'm.star'), 'utf8'));
      expect(truth.length).toBeGreaterThan(2);
      expect(new Set(mask)).toEqual(new Set([0, 1]));
      for (const { x, y } of truth) expect(mask[Math.round(y) * 128 + Math.round(x)]).toBe(0);
      // Gold is by far the darkest, and nowhere but in the mask.
      const darkest = clean.indexOf(Math.min(...clean));
      expect(mask[darkest]).toBe(1);
      expect(clean[darkest]).toBeLessThan(0.6 * (clean[0] ?? 0));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a movie is of the very field of the micrograph with its seed; the command line writes it with its truth', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cryolite-movie-'));
    try {
      const out = join(folder, 'new', 'movie.mrc');
      const options = [
        '--size',
        '96x64',
        '--particles',
        '3',
        '--shape',
        'y',
        '--diameter',
        '24',
        '--seed',
        '7',
      ];
      const movieOptions = [
        '--frames',
        '5',
        '--mode',
        'int16',
        '--drift',
        '3',
        '--gain',
        '--hot',
        '2',
      ].concat(['--dose', '40', '--camera', 'perfect', '--ice-variation', '0']);
      const { code, stdout } = await run(['simulate', out, ...options, ...movieOptions, '--json']);
      expect(code).toBe(0);
      const json = JSON.parse(stdout);
      expect(json).toMatchObject({
        particles: 3,
        files: { movie: out, drift: join(folder, 'new', 'movie_drift.csv') },
        movie: { frames: 5, mode: 'int16', driftAngstrom: 3, gain: true, hotPixels: 2 },
        parameters: { size: 96, height: 64, seed: 7 },
      });
      expect(json.hotPixels).toHaveLength(2);
      expect(readdirSync(join(folder, 'new')).sort()).toEqual(
        ['movie.mrc', 'movie.star', 'movie_clean.mrc', 'movie_drift.csv', 'movie_gain.mrc'].sort(),
      );
      const context = new GpuContext(gpu.device, 'test');
      const parameters = { ...small, size: 96, height: 64, particles: 3, seed: 7 };
      const micrograph = await simulateMicrograph(context, parameters);
      const clean = await openMicrograph(sourceOf(join(folder, 'new', 'movie_clean.mrc')));
      expect(await clean.readRows(0, 0, 64)).toEqual(micrograph.clean);
      expect(readFileSync(join(folder, 'new', 'movie.star'), 'utf8')).toBe(truthStar(micrograph, parameters));

      const movie = await openMicrograph(sourceOf(out));
      const gain = await (await openMicrograph(sourceOf(join(folder, 'new', 'movie_gain.mrc')))).readRows(
        0,
        0,
        64,
      );
      expect(movie).toMatchObject({ width: 96, height: 64, frames: 5 });
      let sum = 0;
      for (let frame = 0; frame < 5; frame++) {
        (await movie.readRows(frame, 0, 64)).forEach((count, i) => {
          sum += count * (gain[i] ?? 0);
        });
      }
      const alive = gain.filter((factor) => factor > 0).length;
      // Two hot pixels add 0.2 %.
      expect(Math.abs(sum / alive / (90 * throughIce) - 1)).toBeLessThan(0.02);
      const [x, y] =
        readFileSync(join(folder, 'new', 'movie_drift.csv'), 'utf8')
          .split('\n')[1]
          ?.split(',')
          .slice(1) ?? [];
      expect([Number(x), Number(y)]).toEqual([
        Number(json.drift[0].x.toFixed(4)),
        Number(json.drift[0].y.toFixed(4)),
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function sourceOf(path: string) {
  return memorySource(path, new Uint8Array(readFileSync(path)));
}
