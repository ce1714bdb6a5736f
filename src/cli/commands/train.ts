import { Option } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/hash.ts';
import type { StepReport } from '../../nn/train/trainer.ts';
import { pickerOf } from '../../pipelines/picking/model.ts';
import {
  pickerCheckpointBytes,
  readPickerCheckpoint,
  trainingHash,
} from '../../pipelines/training/checkpointFile.ts';
import { startFrom } from '../../pipelines/training/initial.ts';
import { labelsOf, pickerModelBytes } from '../../pipelines/training/modelFile.ts';
import {
  type HeldOutReport,
  PickerTraining,
  type StartingPoint,
} from '../../pipelines/training/pickerTraining.ts';
import { defaultSettings, type PickerTrainingSettings } from '../../pipelines/training/settings.ts';
import { withFile, writeBinaryFile, writeTextFile } from '../../platform/node/files.ts';
import { pickerFile, shippedModel } from '../../platform/node/models.ts';
import {
  addGpuOption,
  addJsonOption,
  addOverwriteOption,
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
import { addMicrographOptions } from '../micrographInput.ts';
import { findPicksIn } from '../picksOfMicrographs.ts';
import { drawLabels, type ExampleOptions, examplesOf, micrographFiles } from '../trainExamples.ts';
import { CheckpointKeeper, planTraining } from '../trainingFiles.ts';
import { openNetwork } from './nnModel.ts';

interface TrainOptions extends CommonOptions, GpuOptions, ExampleOptions {
  readonly micrographs: readonly string[];
  readonly init: string;
  readonly labels?: number;
  readonly steps: number;
  readonly seed: number;
  readonly expected?: number;
  readonly unlabelled: PickerTrainingSettings['unlabelled'];
  readonly template: boolean;
  readonly output: string;
  readonly resume: boolean;
  readonly overwrite: boolean;
}

export const registerTrain: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('train')
    .description(
      'train a picker on some picks; particles without a pick do no harm. Writes a network for "pick --model" and its log beside it, .json',
    )
    .requiredOption('--micrographs <path...>', 'a folder of micrographs, or some of them')
    .requiredOption('--picks <path...>', 'what was picked on them: coordinates of any program')
    .requiredOption('--diameter <Å>', 'longest extent of a particle', parsePositive)
    .requiredOption('-o, --output <file>', 'the network: NAME.safetensors')
    .option(
      '--init <network>',
      'where to start: general, the network that comes along; none, nothing; or a network trained before',
      'general',
    )
    .option('--labels <n>', 'learn from so many of the picks, drawn by the seed (default: all)', parseCount)
    .option('--steps <n>', 'steps at most', parseCount, defaultSettings.steps)
    .option('--seed <n>', 'of all that is drawn', parseCount, defaultSettings.seed)
    .option('--expected <n>', 'particles on a micrograph, in the mean (default: estimated)', parsePositive)
    .addOption(
      new Option(
        '--unlabelled <kind>',
        'what is without a pick: soft, a particle with some chance; none, no particle; count, as many particles as expected',
      )
        .choices(['soft', 'none', 'count'])
        .default(defaultSettings.unlabelled),
    )
    .option('--no-template', 'without the mean particle as a filter beside the network')
    .option('--resume', 'go on with the training of the same picks and options that was stopped', false)
    .option('--bright-particles', 'particles are brighter than their surroundings', false);
  addOverwriteOption(addGpuOption(addJsonOption(addMicrographOptions(command)))).action(
    async (options: TrainOptions) => {
      finish(await runCommand(io, options, (context) => train(context, options)));
    },
  );
};

async function train(context: CommandContext, options: TrainOptions): Promise<CommandResult> {
  const { overwrite, seed, diameter } = options;
  const { name, output, log, checkpoint } = await planTraining([options.init, ...options.picks], options);
  const files = await micrographFiles(options.micrographs);
  const findPicks = await findPicksIn(options.picks);
  const { start, startedFrom } = await startingPoint(options.init, seed);
  return await withCommandGpu(context, options, async (gpu) => {
    const begin = performance.now();
    const read = await examplesOf(context, gpu, files, findPicks, start.settings, options);
    const examples = drawLabels(read, options.labels, seed);
    const settings: PickerTrainingSettings = {
      ...defaultSettings,
      seed,
      steps: options.steps,
      unlabelled: options.unlabelled,
      withTemplate: options.template,
      ...(options.expected === undefined ? {} : { expectedCount: options.expected * examples.length }),
    };
    const prepared = performance.now();
    const hash = await trainingHash(examples, settings, startedFrom);
    const known = options.resume
      ? readPickerCheckpoint(checkpoint, await withFile(checkpoint, (file) => file.read(0, file.size)), hash)
      : undefined;
    const job = context.job();
    const training = await PickerTraining.begin(gpu, examples, start, settings, known, {
      ...job,
      signal: context.signal,
    });
    const resumedAt = training.step;
    const keeper = new CheckpointKeeper(checkpoint, context.warn);
    /** So that it can go on after whatever ends it. */
    const keep = (): Promise<void> =>
      keeper.keep(() => training.checkpoint && pickerCheckpointBytes(training.checkpoint, hash));
    try {
      const steps: StepReport[] = [];
      const trained = performance.now();
      try {
        await training.run({
          signal: context.signal,
          onStep: (report) => {
            steps.push(report);
            job.onProgress?.({ stage: 'Training', done: report.step + 1, total: options.steps });
          },
          onHeldOut: (look) => {
            context.print(lookText(look, steps.slice(-settings.evaluateEvery)));
            void keep();
          },
        });
      } catch (error) {
        await keep();
        throw error;
      }
      const end = performance.now();
      const picker = await training.picker();
      const bytes = pickerModelBytes(name, picker, {
        program: `Cryolite ${__CRYOLITE_VERSION__}`,
        seed,
        steps: training.bestStep,
        ...(await labelsOf(examples)),
        startedFrom,
        diameterAngstrom: diameter,
      });
      await writeBinaryFile(output, bytes, { overwrite });
      const done = performance.now();
      const seconds = (from: number, to: number): number => (to - from) / 1000;
      const json = {
        command: 'train',
        adapter: gpu.adapterName,
        output,
        log,
        sha256: await sha256Hex(bytes),
        startedFrom: startedFrom ?? null,
        diameterAngstrom: diameter,
        settings,
        resumedAt: known ? resumedAt : null,
        labels: examples.map(({ name: micrograph, labels: own }) => ({ micrograph, labels: own.length })),
        expectedCount: training.expectedCount,
        steps,
        heldOut: training.history,
        bestStep: training.bestStep,
        threshold: picker.threshold,
        isNoiseAlone: training.isNoiseAlone,
        flopsPerStep: training.flopsPerStep,
        flops: training.flopsPerStep * training.step,
        seconds: {
          reading: seconds(begin, prepared),
          preparing: seconds(prepared, trained),
          training: seconds(trained, end),
          all: seconds(begin, done),
        },
      };
      await writeTextFile(log, `${JSON.stringify(json, undefined, 1)}\n`, { overwrite });
      await keeper.remove();
      context.print(
        `${output}  ${training.isNoiseAlone && training.step === 0 ? 'no step taken, since particles stand in nothing but noise and their mean and neighbours tell all there is' : `best after ${training.bestStep} of ${training.step} steps`}, ${(json.flops / 1e9).toFixed(0)} GFLOP, ${json.seconds.all.toFixed(1)} s, about ${Math.round(training.expectedCount / examples.length)} particles a micrograph`,
      );
      return { exitCode: EXIT.ok, json };
    } finally {
      training.dispose();
    }
  });
}

function lookText(
  { step, averagePrecision, heldOut }: HeldOutReport,
  last: readonly { readonly loss: number }[],
): string {
  const loss = last.reduce((sum, report) => sum + report.loss, 0) / last.length;
  const lossText = last.length > 0 ? loss.toFixed(4) : '-';
  const text = heldOut > 0 ? `${averagePrecision.toFixed(3)} on ${heldOut} picks kept back` : '-';
  return `step ${step}  loss ${lossText}  average precision ${text}`;
}

async function startingPoint(
  init: string,
  seed: number,
): Promise<{ readonly start: StartingPoint; readonly startedFrom: string | undefined }> {
  const isNone = init === 'none';
  const opened = await openNetwork(isNone || init === 'general' ? await shippedModel(pickerFile) : init);
  const model = pickerOf(opened);
  if (model.kind === 'dense') {
    throw new UsageError(
      `${init} can't be trained further: give a picker of Cryolite, of this command or the one that comes along.`,
    );
  }
  return { start: startFrom(model, isNone, seed), startedFrom: isNone ? undefined : model.hash };
}
