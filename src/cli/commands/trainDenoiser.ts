import { UsageError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/hash.ts';
import { correctedBy, denoiserGraph, initialDenoiser } from '../../pipelines/denoising/network/graph.ts';
import { type RefinerSettings, refinerOf, usualRefiner } from '../../pipelines/denoising/network/settings.ts';
import {
  denoiserCheckpointBytes,
  denoiserHash,
  readDenoiserCheckpoint,
} from '../../pipelines/denoising/training/checkpointFile.ts';
import {
  type DenoiserLook,
  type DenoiserStart,
  DenoiserTraining,
} from '../../pipelines/denoising/training/denoiserTraining.ts';
import { denoiserModelBytes } from '../../pipelines/denoising/training/modelFile.ts';
import {
  blankLearningRate,
  continuedTraining,
  type DenoiserTrainingSettings,
  ownTraining,
  pairedTraining,
  simulatedTraining,
} from '../../pipelines/denoising/training/settings.ts';
import { mixedNetwork } from '../../pipelines/training/mixed.ts';
import { writeBinaryFile, writeTextFile } from '../../platform/node/files.ts';
import { denoiserFile, readModelFile, shippedModel } from '../../platform/node/models.ts';
import {
  addGpuOption,
  addJsonOption,
  addOverwriteOption,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  parseCount,
  parsePart,
  type RegisterCommand,
  runCommand,
} from '../command.ts';
import { type CommandGpu, type GpuOptions, withCommandGpu } from '../gpu.ts';
import { EXIT } from '../io.ts';
import { addMicrographOptions, type MicrographOptions } from '../micrographInput.ts';
import { CheckpointKeeper, planTraining } from '../trainingFiles.ts';
import { openNetwork } from './nnModel.ts';
import { type LearntFrom, ownPictures, simulation } from './trainDenoiserData.ts';
import { checkPairs, withFramePairs } from './trainDenoiserPairs.ts';

interface TrainDenoiserOptions extends CommonOptions, GpuOptions, MicrographOptions {
  readonly output: string;
  readonly simulated: boolean;
  readonly secondExposures: boolean;
  readonly pairs?: string[];
  readonly keepPairs?: string[];
  readonly init: string;
  readonly startShare: number;
  readonly correction: number;
  readonly steps?: number;
  readonly seed: number;
  readonly resume: boolean;
  readonly overwrite: boolean;
}

export const registerTrainDenoiser: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('train-denoiser')
    .description(
      'train a denoiser on movies (even against odd frames), on single micrographs (under new noise), or on simulations. Writes a network for "denoise --model" and its log beside it, .json',
    )
    .argument('[file...]', 'movies or micrographs of one kind of specimen')
    .requiredOption('-o, --output <file>', 'the network: NAME.safetensors')
    .option(
      '--simulated',
      'learn from simulated proteins instead, as the network that comes along has',
      false,
    )
    .option(
      '--second-exposures',
      'simulations: learn from a second noisy picture in place of the clean one',
      false,
    )
    .option(
      '--pairs <file...>',
      'with --simulated: frame, average that it is a part of, frame, average, …; the frame’s own noise is taken out of the average, and a quarter of what is learnt is such pairs',
    )
    .option('--keep-pairs <file...>', 'as --pairs, to judge by only: nothing is learnt from them')
    .option(
      '--init <network>',
      'where to start: general, the network that comes along; none, nothing; or a network trained before (default: general, none with --simulated)',
    )
    .option(
      '--start-share <part>',
      'what is kept of the weights that it starts from: the network is so much of them, and the rest of what was learnt',
      parsePart,
      0,
    )
    .option(
      '--correction <part>',
      'how much of what it has learnt to change in the Wiener filter’s picture the network changes',
      parsePart,
      1,
    )
    .option(
      '--steps <n>',
      `steps at most (default: ${ownTraining.steps}, ${simulatedTraining.steps} with --simulated)`,
      parseCount,
    )
    .option('--seed <n>', 'of all that is drawn', parseCount, ownTraining.seed)
    .option('--resume', "go on from the output's own checkpoint", false);
  addOverwriteOption(addGpuOption(addJsonOption(addMicrographOptions(command)))).action(
    async (files: string[], options: TrainDenoiserOptions) => {
      finish(await runCommand(io, options, (context) => trainDenoiser(context, files, options)));
    },
  );
};

async function trainDenoiser(
  context: CommandContext,
  files: readonly string[],
  options: TrainDenoiserOptions,
): Promise<CommandResult> {
  const { overwrite, seed, simulated } = options;
  if (simulated === files.length > 0)
    throw new UsageError('Give movies or micrographs to learn from, or --simulated; one of the two.');
  if (options.secondExposures && !simulated)
    throw new UsageError('--second-exposures is about simulations: give --simulated, too.');
  const pairs = { learnt: options.pairs ?? [], kept: options.keepPairs ?? [] };
  if (pairs.learnt.length > 0 && !simulated)
    throw new UsageError('--pairs come on top of simulations: give --simulated, too.');
  if (pairs.kept.length > 0 && pairs.learnt.length === 0)
    throw new UsageError('--keep-pairs judge what is learnt from --pairs: give those, too.');
  checkPairs('--pairs', pairs.learnt);
  checkPairs('--keep-pairs', pairs.kept);
  const init = options.init ?? (simulated ? 'none' : 'general');
  const {
    name,
    output,
    log,
    checkpoint: checkpointFile,
  } = await planTraining([init, ...files, ...pairs.learnt, ...pairs.kept], options);
  const { start, refiner, startedFrom } = await startingPoint(init, seed);
  const isBlank = startedFrom === undefined;
  const { startShare, correction } = options;
  if (startShare > 0 && isBlank)
    throw new UsageError('--start-share keeps weights that are known: start from a network, with --init.');
  const goingOn = pairs.learnt.length > 0 ? pairedTraining : continuedTraining;
  const onSimulations = isBlank ? simulatedTraining : goingOn;
  const usual = simulated ? onSimulations : ownTraining;
  const settings: DenoiserTrainingSettings = {
    ...usual,
    seed,
    steps: options.steps ?? usual.steps,
    ...(isBlank && !simulated && { learningRate: blankLearningRate }),
  };
  return await withCommandGpu(context, options, async (gpu) => {
    const begin = performance.now();
    const scenes = (batch: number) =>
      simulation(seed, batch, refiner, options.secondExposures ? 'second' : 'clean');
    const together = () => withFramePairs(context, gpu, scenes, pairs, options, settings.batch, refiner);
    const data = simulated
      ? await (pairs.learnt.length > 0 ? together() : scenes(settings.batch))
      : await ownPictures(context, gpu, files, options, settings, refiner);
    const hash = await denoiserHash(data.facts, settings, refiner, startedFrom);
    const checkpoint = options.resume
      ? readDenoiserCheckpoint(checkpointFile, await readModelFile(checkpointFile), hash)
      : undefined;
    const keeper = new CheckpointKeeper(checkpointFile, context.warn);
    const training = DenoiserTraining.begin(gpu, start, settings, data.batches, data.kept, checkpoint);
    const before = training.step;
    const prepared = performance.now();
    try {
      const job = context.job();
      const losses: number[] = [];
      await training.run({
        signal: context.signal,
        onStep: ({ step, loss }) => {
          losses.push(loss);
          job.onProgress?.({ stage: 'Training', done: step + 1, total: settings.steps });
        },
        onLook: (look) => {
          const { step, gainDecibels } = look;
          const recent = losses.slice(-settings.evaluateEvery);
          const loss = recent.reduce((sum, value) => sum + value, 0) / Math.max(1, recent.length);
          const seconds = (performance.now() - begin) / 1000;
          context.print(
            `step ${step}  loss ${loss.toFixed(4)}  ${gainDecibels.toFixed(3)} dB above the Wiener filter on what was kept back${kindsOf(look)}  ${seconds.toFixed(0)} s`,
          );
        },
        onCheckpoint: (made) => keeper.keep(() => denoiserCheckpointBytes(made, hash)),
      });
      const trained = performance.now();
      const flopsPerStep = training.flopsPerStep(data.shape);
      const provenance = {
        program: `Cryolite ${__CRYOLITE_VERSION__}`,
        seed,
        steps: training.bestStep,
        startedFrom,
        ...(startShare > 0 && { startShare }),
        ...(correction < 1 && { correction }),
        ...data.facts,
      };
      const learnt = { graph: start.graph, tensors: training.tensors };
      const { graph, tensors } = mixedNetwork(learnt, start, startShare);
      const network = { graph, tensors: correction < 1 ? correctedBy(tensors, correction) : tensors };
      const isOther = startShare > 0 || correction < 1;
      const written = isOther ? await lookAt(gpu, network, settings, data) : undefined;
      if (written)
        context.print(
          `with ${startShare} of its start and ${correction} of its correction  ${written.gainDecibels.toFixed(3)} dB${kindsOf(written)}`,
        );
      const bytes = denoiserModelBytes(name, network, refiner, provenance);
      await writeBinaryFile(output, bytes, { overwrite });
      const seconds = (from: number, to: number): number => (to - from) / 1000;
      const json = {
        command: 'train-denoiser',
        adapter: gpu.adapterName,
        output,
        log,
        sha256: await sha256Hex(bytes),
        startedFrom: startedFrom ?? null,
        refiner,
        settings,
        ...data.facts,
        losses,
        heldOut: training.history,
        bestStep: training.bestStep,
        ...(written && { startShare, correction, written }),
        flopsPerStep,
        flops: flopsPerStep * (training.step - before),
        seconds: { preparing: seconds(begin, prepared), training: seconds(prepared, trained) },
      };
      await writeTextFile(log, `${JSON.stringify(json, undefined, 1)}\n`, { overwrite });
      await keeper.remove();
      context.print(
        `${output}  best after ${training.bestStep} of ${training.step} steps, ${(json.flops / 1e9).toFixed(0)} GFLOP, ${seconds(begin, trained).toFixed(1)} s`,
      );
      return { exitCode: EXIT.ok, json };
    } finally {
      training.dispose();
    }
  });
}

/** How well a network does on what was kept back. */
async function lookAt(
  gpu: CommandGpu,
  network: DenoiserStart,
  settings: DenoiserTrainingSettings,
  { batches, kept }: LearntFrom,
): Promise<DenoiserLook | undefined> {
  const none = DenoiserTraining.begin(gpu, network, { ...settings, patience: 0 }, batches, kept);
  try {
    await none.run();
    return none.history[0];
  } finally {
    none.dispose();
  }
}

const kindsOf = ({ kinds = {} }: DenoiserLook): string =>
  Object.entries(kinds)
    .map(([kind, gain]) => `, ${kind} ${gain.toFixed(3)}`)
    .join('');

async function startingPoint(
  init: string,
  seed: number,
): Promise<{
  readonly start: DenoiserStart;
  readonly refiner: RefinerSettings;
  readonly startedFrom: string | undefined;
}> {
  if (init === 'none') {
    const graph = denoiserGraph();
    return {
      start: { graph, tensors: initialDenoiser(graph, seed) },
      refiner: usualRefiner,
      startedFrom: undefined,
    };
  }
  const model = await openNetwork(init === 'general' ? await shippedModel(denoiserFile) : init);
  const refiner = refinerOf(model);
  if (!refiner) {
    throw new UsageError(
      `${init} can't be trained further: give a denoiser of this command, or the one that comes along.`,
    );
  }
  const { graph, tensors, hash } = model;
  return { start: { graph, tensors }, refiner, startedFrom: hash };
}
