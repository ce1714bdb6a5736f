/** How well denoisers restore simulated particles: the table by which they are judged. */
import type { JobOptions } from '../../core/progress.ts';
import type { GpuContext } from '../../gpu/context.ts';
import type { LoadedPlane } from '../load.ts';
import type { VolumeSpectrum } from '../simulation/projector.ts';
import { statisticsOf } from '../statistics.ts';
import type { Denoiser } from './denoiser.ts';
import { bestGaussianDecibels, trueWienerDecibels } from './idealFilters.ts';
import { restoredDecibels } from './score.ts';
import { drawScoreScene, recordedPicture, type ScoreScene, type ScoreSceneSettings } from './scoreScene.ts';

export interface ComparisonSettings {
  readonly scene: ScoreSceneSettings;
  readonly defociAngstrom: readonly number[];
  readonly signalToNoise: readonly number[];
}

/** Makes a denoiser for one picture; `scene` tells what a user could know of it. */
export type DenoiserFor = (scene: ScoreScene) => Denoiser;

export interface ComparisonRow {
  readonly name: string;
  /** In the order of `signalToNoise`: means over the defoci, and each of them. dB. */
  readonly means: readonly number[];
  readonly each: readonly (readonly number[])[];
  /** For a picture, on average; undefined for filters that know the truth. */
  readonly seconds: number | undefined;
}

/**
 * Decibels of every denoiser on every scene; before them those of the picture as it is, and of filters that know the truth.
 * @param gpu runs a job on the GPU, again after a lost device.
 */
export async function compareDenoisers(
  gpu: <T>(work: (context: GpuContext) => Promise<T>) => Promise<T>,
  volume: VolumeSpectrum,
  denoisers: ReadonlyMap<string, DenoiserFor>,
  { scene: settings, defociAngstrom, signalToNoise }: ComparisonSettings,
  { signal, onProgress }: JobOptions = {},
): Promise<ComparisonRow[]> {
  const names = ['none', 'best Gaussian', 'true-spectrum Wiener', ...denoisers.keys()];
  const rows = names.map((name) => ({ name, each: signalToNoise.map((): number[] => []), seconds: 0 }));
  const total = defociAngstrom.length * signalToNoise.length;
  let done = 0;
  for (const defocusAngstrom of defociAngstrom) {
    const optics = { ...settings.optics, defocusAngstrom };
    const scene = drawScoreScene(volume, { ...settings, optics });
    for (const [level, ratio] of signalToNoise.entries()) {
      onProgress?.({ stage: 'Denoising', done: done++, total });
      const picture = recordedPicture(scene, ratio);
      const note = (name: string, decibels: number, seconds = 0): void => {
        const row = rows.find((one) => one.name === name);
        row?.each[level]?.push(decibels);
        if (row) row.seconds += seconds / total;
      };
      note('none', restoredDecibels(scene.clean, picture, scene.area));
      note('best Gaussian', bestGaussianDecibels(scene, ratio).decibels);
      note('true-spectrum Wiener', trueWienerDecibels(scene, ratio));
      for (const [name, denoiserFor] of denoisers) {
        signal?.throwIfAborted();
        const denoiser = denoiserFor(scene);
        const start = performance.now();
        const denoised = await gpu((context) =>
          denoisedPicture(context, scene, picture, denoiser, { signal }),
        );
        note(name, restoredDecibels(scene.clean, denoised, scene.area), (performance.now() - start) / 1000);
      }
    }
  }
  return rows.map(({ name, each, seconds }) => ({
    name,
    each,
    means: each.map((values) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)),
    seconds: denoisers.has(name) ? seconds : undefined,
  }));
}

async function denoisedPicture(
  context: GpuContext,
  { width, height }: ScoreScene,
  picture: Float32Array<ArrayBuffer>,
  denoiser: Denoiser,
  options: JobOptions,
): Promise<Float32Array> {
  const statistics = statisticsOf(picture);
  const { mean, standardDeviation } = statistics;
  const standard = picture.map((value) => (value - mean) / standardDeviation);
  const plane = { buffer: context.upload('micrograph', standard), width, height };
  const loaded: LoadedPlane = { plane, bin: 1, statistics };
  try {
    const result = await denoiser.apply(context, loaded, options);
    try {
      return new Float32Array(await context.read(result.buffer, width * height * 4));
    } finally {
      context.free(result.buffer);
    }
  } finally {
    context.free(plane.buffer);
  }
}
