/** What `train-denoiser` learns from: simulations, movies, micrographs. */
import { basename } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import { wholeRange } from '../../dataset/exposure.ts';
import type { GpuContext } from '../../gpu/context.ts';
import type { Batch } from '../../nn/train/batch.ts';
import type { BatchSource } from '../../nn/train/trainer.ts';
import { usualMicroscope } from '../../pipelines/denoising/defocusFit.ts';
import type { RefinerSettings } from '../../pipelines/denoising/network/settings.ts';
import {
  batchOf,
  keptBatches,
  pairBatches,
  simulatedBatches,
  type Target,
} from '../../pipelines/denoising/training/batches.ts';
import type { KeptBatches } from '../../pipelines/denoising/training/denoiserTraining.ts';
import { ExamplePool } from '../../pipelines/denoising/training/examplePool.ts';
import { halfOf, spectraAtScale } from '../../pipelines/denoising/training/halves.ts';
import {
  type PicturePair,
  pairsOfHalves,
  recorruptedPairs,
} from '../../pipelines/denoising/training/pairs.ts';
import { patchPx } from '../../pipelines/denoising/training/settings.ts';
import { examplePx, SimulatedExamples } from '../../pipelines/denoising/training/simulatedExamples.ts';
import { estimateWiener, radialSpectrum } from '../../pipelines/denoising/wiener.ts';
import type { LoadedPlane } from '../../pipelines/load.ts';
import { loadSum } from '../../pipelines/movie/loadSum.ts';
import { type SummedPicture, sumMovie } from '../../pipelines/movie/sumMovie.ts';
import { heldOutFamilies, trainingFamilies } from '../../pipelines/simulation/families.ts';
import type { CommandContext } from '../command.ts';
import type { CommandGpu } from '../gpu.ts';
import { type MicrographInput, type MicrographOptions, withMicrograph } from '../micrographInput.ts';
import { aboutFile } from '../outputs.ts';

export interface LearntFrom {
  readonly batches: BatchSource;
  /** Never learnt from. */
  readonly kept: readonly KeptBatches[];
  readonly shape: Pick<Batch, 'batch' | 'width' | 'height'>;
  readonly facts: object;
}

/** Examples at hand at a time, and new ones a step: to draw one takes as long as to learn from five. */
const pool = { size: 256, fresh: 2 };
/** Examples of families that training never draws, kept back, and the seed of their scenes. */
const keptExamples = { count: 48, seed: 1000, atOnce: 8, grainy: { count: 8, share: 0.5 } };
/** Proteins with the grain of density maps: of smooth ones alone it learns to take such grain for noise. */
const grainy = { count: 96, share: 0.7 };
/** How often there is contamination, times what pickers are trained with: a denoiser shows it as it is. */
const contamination = 0.25;

/** Simulated micrographs of random proteins. */
export function simulation(
  seed: number,
  batch: number,
  refiner: RefinerSettings,
  target: Target,
): LearntFrom {
  const source = new SimulatedExamples({ seed, families: trainingFamilies, grainy, contamination }, refiner);
  const others = new SimulatedExamples(
    { seed: keptExamples.seed, families: heldOutFamilies, grainy: keptExamples.grainy, contamination: 0 },
    refiner,
  );
  const kept: Batch[] = [];
  for (let first = 0; first < keptExamples.count; first += keptExamples.atOnce) {
    const some = Array.from({ length: keptExamples.atOnce }, (_, i) => others.at(first + i));
    kept.push(batchOf(some, 'clean'));
  }
  return {
    batches: simulatedBatches(new ExamplePool(source, pool.size, pool.fresh), batch, target),
    kept: [{ name: 'simulations', batches: kept }],
    shape: { batch, width: examplePx, height: examplePx },
    facts: {
      simulated: { seed, families: trainingFamilies, grainy, contamination, target },
      keptBack: { ...keptExamples, families: heldOutFamilies },
    },
  };
}

/** Somebody's own: movies by their even and odd frames, single pictures recorrupted. */
export async function ownPictures(
  context: CommandContext,
  gpu: CommandGpu,
  files: readonly string[],
  options: MicrographOptions,
  { seed, batch }: { readonly seed: number; readonly batch: number },
  refiner: RefinerSettings,
): Promise<LearntFrom> {
  const pairs: PicturePair[] = [];
  const read: object[] = [];
  for (const [i, file] of files.entries()) {
    const job = context.job(`${i + 1}/${files.length} ${file}`);
    await aboutFile(file, () =>
      withMicrograph(context, file, { ...options, takesMovies: true }, async (input) => {
        const isMovie = input.micrograph.frames > 1;
        const made = await gpu.run((gpuContext) =>
          isMovie
            ? pairsOfMovie(gpuContext, input, refiner, job)
            : input.loaded(gpuContext, job, (loaded) =>
                pairsOfPicture(gpuContext, loaded, input, refiner, seed + i),
              ),
        );
        pairs.push(...made);
        read.push({
          file: basename(file),
          from: isMovie ? 'even and odd frames' : 'one picture, recorrupted',
        });
      }),
    );
  }
  if (pairs.length === 0)
    throw new UsageError('There is nothing to learn from: give movies or micrographs, or --simulated.');
  return {
    batches: pairBatches(pairs, batch),
    kept: [{ name: 'own', batches: keptBatches(pairs, period) }],
    shape: { batch, width: patchPx, height: patchPx },
    facts: { pictures: read },
  };
}

/** Pictures that are learnt from have sides of its multiples. */
export const period = 8;
/** New noise is drawn so often for each single picture. */
const recorruptions = 6;

async function pairsOfMovie(
  context: GpuContext,
  { micrograph, pixelSizeAngstrom }: MicrographInput,
  refiner: RefinerSettings,
  job: JobOptions,
): Promise<PicturePair[]> {
  const range = wholeRange(micrograph.frames);
  const { odd, even, width, height } = await sumMovie(
    context,
    micrograph,
    { range, removeHotPixels: true, evenOdd: true },
    job,
  );
  if (!odd || !even) return [];
  const on = async <T>(sum: SummedPicture, work: (loaded: LoadedPlane) => Promise<T>): Promise<T> => {
    const loaded = await loadSum(context, sum, { width, height });
    try {
      return await work(loaded);
    } finally {
      context.free(loaded.plane.buffer);
    }
  };
  const [one, spectra] = await on(
    odd,
    async (loaded) =>
      [
        await halfOf(context, loaded, pixelSizeAngstrom, refiner),
        await spectraOf(context, loaded, pixelSizeAngstrom, refiner),
      ] as const,
  );
  const two = await on(even, (loaded) => halfOf(context, loaded, pixelSizeAngstrom, refiner));
  return pairsOfHalves(one, two, spectra, refiner.clip);
}

async function pairsOfPicture(
  context: GpuContext,
  loaded: LoadedPlane,
  { pixelSizeAngstrom }: MicrographInput,
  refiner: RefinerSettings,
  seed: number,
): Promise<PicturePair[]> {
  const half = await halfOf(context, loaded, pixelSizeAngstrom, refiner);
  const spectra = await spectraOf(context, loaded, pixelSizeAngstrom, refiner);
  return recorruptedPairs(half, spectra, recorruptions, seed, refiner.clip);
}

/** Signal and noise at the working scale, by the estimate that a micrograph gets. */
export async function spectraOf(
  context: GpuContext,
  loaded: LoadedPlane,
  pixelSizeAngstrom: number,
  refiner: RefinerSettings,
) {
  const estimate = await estimateWiener(await radialSpectrum(context, loaded), {
    pixelSizeAngstrom,
    microscope: usualMicroscope,
  });
  return spectraAtScale(estimate, pixelSizeAngstrom, refiner);
}
