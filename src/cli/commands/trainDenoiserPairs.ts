/** `train-denoiser --pairs`: single frames and the averages that they are a part of, as pairs with noise of their own. */
import { basename } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import { largestSmooth } from '../../fft/sizes.ts';
import type { GpuContext } from '../../gpu/context.ts';
import type { RefinerSettings } from '../../pipelines/denoising/network/settings.ts';
import { joinedBatches, keptBatches, pairBatches } from '../../pipelines/denoising/training/batches.ts';
import { halfOf } from '../../pipelines/denoising/training/halves.ts';
import { type Half, type PicturePair, scaledPair } from '../../pipelines/denoising/training/pairs.ts';
import {
  checkSharedNoise,
  type SharedNoise,
  sharedNoise,
  withoutFrame,
} from '../../pipelines/denoising/training/sharedNoise.ts';
import { type LoadedPlane, loadPixels } from '../../pipelines/load.ts';
import { statisticsOf } from '../../pipelines/statistics.ts';
import type { CommandContext } from '../command.ts';
import type { CommandGpu } from '../gpu.ts';
import { type MicrographInput, type MicrographOptions, withMicrograph } from '../micrographInput.ts';
import { aboutFile } from '../outputs.ts';
import { type LearntFrom, period, spectraOf } from './trainDenoiserData.ts';

/** What a frame and its average teach: the average of the others from the frame, and the frame from that. */
interface FramePair {
  readonly ofFrame: PicturePair;
  readonly ofOthers: PicturePair;
  readonly facts: object;
}

/** @throws UsageError for a file without its partner. */
export function checkPairs(option: string, files: readonly string[]): void {
  if (files.length % 2 === 1)
    throw new UsageError(
      `${option} wants a frame and its average, and again: ${files.length} files are no pairs.`,
    );
}

/**
 * Adds real pairs to what is learnt from: a quarter of each batch.
 * @param learnt frame, average, frame, average, …
 * @param kept as many more, which nothing is learnt from.
 */
export async function withFramePairs(
  context: CommandContext,
  gpu: CommandGpu,
  simulated: (batch: number) => LearntFrom,
  { learnt, kept }: { readonly learnt: readonly string[]; readonly kept: readonly string[] },
  options: MicrographOptions,
  batch: number,
  refiner: RefinerSettings,
): Promise<LearntFrom> {
  const real = Math.max(1, Math.round(batch / 4));
  const own = await framePairs(context, gpu, learnt, options, refiner);
  const others = await framePairs(context, gpu, kept, options, refiner);
  const data = await simulated(batch - real);
  const side = data.shape.width;
  const pairs = own.flatMap(({ ofFrame, ofOthers }) => [ofFrame, ofOthers]);
  // Whole pictures where some are kept back, else the rows that are.
  const seen = others.length > 0 ? others : own;
  const judged = (pair: PicturePair): PicturePair => (others.length > 0 ? { ...pair, learntRows: 0 } : pair);
  const group = (name: string, all: readonly PicturePair[]) => ({
    name,
    batches: keptBatches(all.map(judged), period),
  });
  return {
    batches: joinedBatches(data.batches, pairBatches(pairs, real, { side, isWeighed: true })),
    kept: [
      ...data.kept,
      group(
        'frames',
        seen.map(({ ofFrame }) => ofFrame),
      ),
      group(
        'averages',
        seen.map(({ ofOthers }) => ofOthers),
      ),
    ],
    shape: { ...data.shape, batch },
    facts: {
      ...data.facts,
      pairs: own.map(({ facts }) => facts),
      keptPairs: others.map(({ facts }) => facts),
    },
  };
}

async function framePairs(
  context: CommandContext,
  gpu: CommandGpu,
  files: readonly string[],
  options: MicrographOptions,
  refiner: RefinerSettings,
): Promise<FramePair[]> {
  const made: FramePair[] = [];
  for (let i = 0; i + 1 < files.length; i += 2) {
    const [frameFile = '', averageFile = ''] = files.slice(i, i + 2);
    const job = context.job(`${i / 2 + 1}/${files.length / 2} ${frameFile}`);
    await aboutFile(frameFile, async () => {
      const frame = await pixelsOf(context, frameFile, options, job);
      const average = await pixelsOf(context, averageFile, options, job);
      if (frame.half.width !== average.half.width || frame.half.height !== average.half.height)
        throw new UsageError(
          `its average, ${averageFile}, is of another size: give them as they were summed.`,
        );
      const noise = sharedNoise(frame.half, average.half);
      checkSharedNoise(noise);
      const others = withoutFrame(frame.half, average.half, noise.part);
      const pixelSizeAngstrom = frame.input.pixelSizeAngstrom;
      const [one, two] = await gpu.run(async (gpuContext) => [
        await scaled(gpuContext, frame.half, pixelSizeAngstrom, refiner),
        await scaled(gpuContext, others, pixelSizeAngstrom, refiner),
      ]);
      if (!one || !two) return;
      made.push({
        ofFrame: scaledPair(one.half, two.half, one.spectra, refiner.clip),
        ofOthers: scaledPair(two.half, one.half, two.spectra, refiner.clip),
        // By their names: a network is handed on, and where its maker keeps files is nobody’s business.
        facts: { frame: basename(frameFile), average: basename(averageFile), ...factsOf(noise) },
      });
    });
  }
  return made;
}

const factsOf = ({ part, correlation, bands, shiftPx }: SharedNoise) => ({
  part,
  correlation,
  /** Of how many frames alike the average seems to be. */
  frames: 1 / correlation ** 2,
  shiftPx,
  leftAtMost: Math.max(...bands.map(({ left }) => Math.abs(left))),
  standardError: Math.max(...bands.map(({ error }) => error)),
});

/** The pixels of a file, cut to sides that transforms like. */
async function pixelsOf(
  context: CommandContext,
  file: string,
  options: MicrographOptions,
  job: JobOptions,
): Promise<{ readonly half: Half; readonly input: MicrographInput }> {
  return await withMicrograph(context, file, options, async (input) => {
    const { width: stride, height: rows } = input.micrograph;
    const { data: all } = await loadPixels(input.micrograph, options.frame - 1, job);
    const [width, height] = [largestSmooth(stride), largestSmooth(rows)];
    const data = new Float32Array(width * height);
    for (let y = 0; y < height; y++) data.set(all.subarray(y * stride, y * stride + width), y * width);
    return { half: { width, height, data }, input };
  });
}

/** A picture at the denoiser's scale, and what is estimated of its spectra. */
async function scaled(
  context: GpuContext,
  { width, height, data }: Half,
  pixelSizeAngstrom: number,
  refiner: RefinerSettings,
) {
  const statistics = statisticsOf(data);
  const { mean, standardDeviation } = statistics;
  const standard = data.map((value) => (value - mean) / (standardDeviation || 1));
  const plane = { buffer: context.upload('micrograph', Float32Array.from(standard)), width, height };
  const loaded: LoadedPlane = { plane, bin: 1, statistics };
  try {
    const half = await halfOf(context, loaded, pixelSizeAngstrom, refiner);
    return { half, spectra: await spectraOf(context, loaded, pixelSizeAngstrom, refiner) };
  } finally {
    context.free(plane.buffer);
  }
}
