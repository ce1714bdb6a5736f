import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memorySource } from '../../../src/core/bytes.ts';
import { UsageError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { openMicrograph } from '../../../src/dataset/open.ts';
import { chooseLengths } from '../../../src/fft/filter.ts';
import { readStarPicks } from '../../../src/formats/star/picks.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { simulatedMrc, truthStar } from '../../../src/pipelines/simulation/files.ts';
import { placeParticles } from '../../../src/pipelines/simulation/placement.ts';
import { projectParticles } from '../../../src/pipelines/simulation/projection.ts';
import { particleBlobs } from '../../../src/pipelines/simulation/shapes.ts';
import { defaultSimulation, simulateMicrograph } from '../../../src/pipelines/simulation/simulate.ts';
import { filterRadially } from '../../reference/fourier.ts';
import { ctfReference, interactionReference } from '../../reference/microscope.ts';
import { padPeriodicReference } from '../../reference/padding.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { run } from '../../unit/cli/run.ts';

const small = { ...defaultSimulation, size: 48, particles: 2, diameterAngstrom: 24, shape: 'y' as const };

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
      const thickness = projectParticles(random, particleBlobs('y'), places, 48, height, 16, 1.5);
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
      const dose = 40 * 1.5 ** 2;
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
    expect(Math.abs(mean / 90 - 1)).toBeLessThan(0.006);
    expect(Math.abs(variance / (90 + (0.02 * 90) ** 2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
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
      const movieOptions = ['--frames', '5', '--mode', 'int16', '--drift', '3', '--gain', '--hot', '2'];
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
      expect(Math.abs(sum / alive / 90 - 1)).toBeLessThan(0.02);
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
