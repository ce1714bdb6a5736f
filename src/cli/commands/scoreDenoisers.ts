import { UsageError } from '../../core/errors.ts';
import { openMicrograph } from '../../dataset/open.ts';
import { compareDenoisers, type DenoiserFor } from '../../pipelines/denoising/comparison.ts';
import { usualMicroscope } from '../../pipelines/denoising/defocusFit.ts';
import { networkDenoiser, wienerDenoiser } from '../../pipelines/denoising/denoiser.ts';
import { refinerCost } from '../../pipelines/denoising/network/refine.ts';
import { refinerOf } from '../../pipelines/denoising/network/settings.ts';
import {
  defaultDetailAngstrom,
  defaultStrength,
  nonLocalFlopsPerPixel,
} from '../../pipelines/denoising/nonLocalMeans.ts';
import {
  scoreDefociAngstrom,
  scoreSettings,
  scoreSignalToNoise,
} from '../../pipelines/denoising/scoreScene.ts';
import { VolumeSpectrum } from '../../pipelines/simulation/projector.ts';
import { readVolume } from '../../pipelines/simulation/readVolume.ts';
import { withFile } from '../../platform/node/files.ts';
import { denoiserFile, shippedModel } from '../../platform/node/models.ts';
import {
  addGpuOption,
  addJsonOption,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  parseCount,
  parsePositive,
  type RegisterCommand,
  runCommand,
} from '../command.ts';
import { type GpuOptions, withCommandGpu } from '../gpu.ts';
import { EXIT } from '../io.ts';
import { type MethodName, methodNames, methodOf } from './denoiseMethods.ts';
import { openNetwork } from './nnModel.ts';

interface ScoreOptions extends CommonOptions, GpuOptions {
  readonly methods: string;
  readonly model: string[];
  readonly voxelSize?: number;
  readonly pixelSize: number;
  readonly size: number;
  readonly particles: number;
  readonly radius: number;
  readonly seed: number;
  readonly defocus: string;
  readonly snr: string;
}

export const registerScoreDenoisers: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('score-denoisers')
    .description(
      'simulate particles of a density map in noise and tell how much of them denoisers restore: −10·log10(1 − cc²) within the particles, dB, the mean over the defoci',
    )
    .argument('<volume>', 'density map, .mrc')
    .option('--methods <names>', 'of cryolite denoise, with commas between them', 'gaussian,wiener,nlm')
    .option('--model <file...>', 'denoising networks', [])
    .option('--voxel-size <Å>', 'of the map, where the file does not know it or is wrong', parsePositive)
    .option('--pixel-size <Å>', 'of the pictures', parsePositive, scoreSettings.pixelSizeAngstrom)
    .option('--size <px>', 'edge of the pictures, with factors 2, 3 and 5', parseCount, scoreSettings.size)
    .option('--particles <n>', 'at most', parseCount, scoreSettings.particles)
    .option('--radius <Å>', 'what counts as a particle', parsePositive, scoreSettings.areaRadiusAngstrom)
    .option('--defocus <Å>', 'with commas between them', scoreDefociAngstrom.join())
    .option('--snr <ratios>', 'variance of signal over noise in the particles', scoreSignalToNoise.join())
    .option('--seed <n>', 'of the scenes', parseCount, scoreSettings.seed);
  addGpuOption(addJsonOption(command)).action(async (volume: string, options: ScoreOptions) => {
    finish(await runCommand(io, options, (context) => score(context, volume, options)));
  });
};

async function score(context: CommandContext, file: string, options: ScoreOptions): Promise<CommandResult> {
  const { pixelSize: pixelSizeAngstrom, size, particles, radius, seed } = options;
  const settings = {
    scene: { ...scoreSettings, pixelSizeAngstrom, size, particles, areaRadiusAngstrom: radius, seed },
    defociAngstrom: numbers(options.defocus, '--defocus'),
    signalToNoise: numbers(options.snr, '--snr'),
  };
  const denoisers = await denoisersOf(options);
  const costs = await costsOf(options);
  const volume = await withFile(file, async (source) =>
    readVolume(await openMicrograph(source), { voxelSizeAngstrom: options.voxelSize, pixelSizeAngstrom }),
  );
  return await withCommandGpu(context, options, async (gpu) => {
    const rows = await compareDenoisers(
      (work) => gpu.run(work),
      new VolumeSpectrum(volume),
      denoisers,
      settings,
      context.job(),
    );
    const withCost = rows.map((row) => ({ ...row, gigaflops: costs.get(row.name) }));
    context.print(`| dB at SNR | ${settings.signalToNoise.join(' | ')} | GFLOP | s a picture |`);
    context.print(`| --- | ${settings.signalToNoise.map(() => '---').join(' | ')} | --- | --- |`);
    for (const { name, means, seconds, gigaflops } of withCost) {
      const cells = [...means.map((value) => value.toFixed(2)), gigaflops?.toFixed(2), seconds?.toFixed(1)];
      context.print(`| ${name} | ${cells.map((cell) => cell ?? '').join(' | ')} |`);
    }
    return {
      exitCode: EXIT.ok,
      json: {
        command: 'score-denoisers',
        adapter: gpu.adapterName,
        volume: file,
        ...settings,
        rows: withCost,
      },
    };
  });
}

async function denoisersOf({ methods, model }: ScoreOptions): Promise<Map<string, DenoiserFor>> {
  const result = new Map<string, DenoiserFor>();
  const add = async (name: string, options: Parameters<typeof methodOf>[0]): Promise<void> => {
    const { method } = await methodOf(options);
    result.set(name, ({ settings }) => method.start(name, settings.pixelSizeAngstrom).denoiser);
  };
  for (const name of methods.split(',').filter(Boolean)) {
    if (!isMethod(name) || name === 'model')
      throw new UsageError(`There is no method "${name}": choose from ${methodNames.join(', ')}.`);
    await add(name, { method: name });
    if (name === 'unet') {
      const own = await openNetwork(await shippedModel(denoiserFile));
      result.set('unet, defocus given', ({ settings: { pixelSizeAngstrom, optics } }) =>
        networkDenoiser(own, pixelSizeAngstrom, undefined, {
          microscope: usualMicroscope,
          defocusAngstrom: optics.defocusAngstrom,
        }),
      );
    }
    if (name !== 'wiener') continue;
    result.set('wiener, defocus given', ({ settings: { pixelSizeAngstrom, optics } }) =>
      wienerDenoiser({
        pixelSizeAngstrom,
        microscope: usualMicroscope,
        defocusAngstrom: optics.defocusAngstrom,
      }),
    );
  }
  for (const file of model) await add(file, { model: file });
  return result;
}

/** What methods take for a picture besides Fourier transforms, GFLOP. */
async function costsOf({ methods, pixelSize, size }: ScoreOptions): Promise<Map<string, number>> {
  const costs = new Map<string, number>();
  const names = methods.split(',');
  if (names.includes('nlm')) {
    const parameters = {
      pixelSizeAngstrom: pixelSize,
      detailAngstrom: defaultDetailAngstrom,
      strength: defaultStrength,
    };
    costs.set('nlm', (nonLocalFlopsPerPixel(parameters) * size * size) / 1e9);
  }
  if (names.includes('unet')) {
    const own = await openNetwork(await shippedModel(denoiserFile));
    const refiner = refinerOf(own);
    const picture = { width: size, height: size };
    if (refiner)
      for (const name of ['unet', 'unet, defocus given'])
        costs.set(name, refinerCost(own.graph, picture, pixelSize, refiner).flops / 1e9);
  }
  return costs;
}

const isMethod = (name: string): name is MethodName => methodNames.some((known) => known === name);

function numbers(text: string, option: string): number[] {
  const values = text.split(',').map(Number);
  if (values.every((value) => value > 0 && Number.isFinite(value))) return values;
  throw new UsageError(`${option} wants numbers above 0 with commas between them, not "${text}".`);
}
