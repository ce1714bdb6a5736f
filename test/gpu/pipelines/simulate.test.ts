import { expect, test } from 'vitest';
import { memorySource } from '../../../src/core/bytes.ts';
import { UsageError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { openMicrograph } from '../../../src/dataset/open.ts';
import { chooseLengths } from '../../../src/fft/filter.ts';
import { readStarPicks } from '../../../src/formats/star/picks.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { simulatedMrc, truthStar } from '../../../src/pipelines/simulation/files.ts';
import { placeParticles, projectParticles } from '../../../src/pipelines/simulation/projection.ts';
import { particleBlobs } from '../../../src/pipelines/simulation/shapes.ts';
import { defaultSimulation, simulateMicrograph } from '../../../src/pipelines/simulation/simulate.ts';
import { filterRadially } from '../../reference/fourier.ts';
import { ctfReference, interactionReference } from '../../reference/microscope.ts';
import { padPeriodicReference } from '../../reference/padding.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';

const small = { ...defaultSimulation, size: 48, particles: 2, diameterAngstrom: 24, shape: 'y' as const };

describeGpu('simulateMicrograph', (gpu) => {
  test('the clean picture is dose · (1 + 2·phase convolved with the transfer function), to 2e-5 of the dose', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const { clean, truth } = await simulateMicrograph(context, small);
    const random = createRandom(small.seed);
    const places = placeParticles(random, 2, 48, 48, 16);
    expect(truth).toEqual(places);
    const thickness = projectParticles(random, particleBlobs('y'), places, 48, 48, 16, 1.5);
    const { padded } = chooseLengths(48, 1);
    // 1.7 V between protein and ice.
    const phase = 1.7 * interactionReference(300e3);
    const ctf = ctfReference(300e3, 15000, 2.7e7, 0.1, 60);
    const contrast = filterRadially(
      padded,
      padded,
      padPeriodicReference(thickness, 48, 48, padded, padded),
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
  });

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
});
