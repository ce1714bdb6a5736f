import { Option } from 'commander';
import { CryoliteError, UsageError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/hash.ts';
import { createRandom } from '../../core/random.ts';
import { pickerOf } from '../../pipelines/picking/model.ts';
import { checkDiameter } from '../../pipelines/picking/workingImage.ts';
import {
  prepareExample,
  type TrainingExample,
  type WorkingSettings,
} from '../../pipelines/training/examples.ts';
import { startFrom } from '../../pipelines/training/initial.ts';
import { labelsOf, pickerModelBytes } from '../../pipelines/training/modelFile.ts';
import { PickerTraining, type StartingPoint } from '../../pipelines/training/pickerTraining.ts';
import { defaultSettings, type PickerTrainingSettings } from '../../pipelines/training/settings.ts';
import { isFolder, listFiles, nodeFileSink, writeTextFile } from '../../platform/node/files.ts';
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
import { type CommandGpu, type GpuOptions, withCommandGpu } from '../gpu.ts';
import { EXIT } from '../io.ts';
import { addMicrographOptions, type MicrographOptions, withMicrograph } from '../micrographInput.ts';
import { aboutFile, micrographName, refuseExisting, refuseReplacing } from '../outputs.ts';
import { type FindPicks, findPicksIn } from '../picksOfMicrographs.ts';
import { openNetwork } from './nnModel.ts';

interface TrainOptions extends CommonOptions, GpuOptions, MicrographOptions {
  readonly micrographs: readonly string[];
  readonly picks: readonly string[];
  readonly diameter: number;
  readonly init: string;
  readonly labels?: number;
  readonly steps: number;
  readonly seed: number;
  readonly expected?: number;
  readonly unlabelled: PickerTrainingSettings['unlabelled'];
  readonly template: boolean;
  readonly output: string;
  readonly brightParticles: boolean;
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
    .option('--bright-particles', 'particles are brighter than their surroundings', false);
  addOverwriteOption(addGpuOption(addJsonOption(addMicrographOptions(command)))).action(
    async (options: TrainOptions) => {
      finish(await runCommand(io, options, (context) => train(context, options)));
    },
  );
};

async function train(context: CommandContext, options: TrainOptions): Promise<CommandResult> {
  const { output, overwrite, seed, diameter } = options;
  if (!/\.safetensors$/i.test(output)) throw new UsageError(`${output} should end in .safetensors.`);
  const log = output.replace(/\.safetensors$/i, '.json');
  await refuseReplacing([options.init, ...options.picks], [output, log]);
  await refuseExisting([output, log], overwrite);
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
    const training = await PickerTraining.begin(gpu, examples, start, settings);
    try {
      const job = context.job();
      const steps: object[] = [];
      const trained = performance.now();
      await training.run({
        signal: context.signal,
        onStep: (report) => {
          steps.push(report);
          job.onProgress?.({ stage: 'Training', done: report.step + 1, total: options.steps });
        },
        onHeldOut: ({ step, averagePrecision, heldOut }) => {
          const loss = mean(steps.slice(-settings.evaluateEvery).map((one) => lossOf(one)));
          const text = heldOut > 0 ? `${averagePrecision.toFixed(3)} on ${heldOut} picks kept back` : '-';
          context.print(`step ${step}  loss ${loss.toFixed(4)}  average precision ${text}`);
        },
      });
      const end = performance.now();
      const picker = await training.picker();
      const bytes = pickerModelBytes(micrographName(output.replace(/\.safetensors$/i, '')), picker, {
        program: `Cryolite ${__CRYOLITE_VERSION__}`,
        seed,
        steps: training.bestStep,
        ...(await labelsOf(examples)),
        startedFrom,
        diameterAngstrom: diameter,
      });
      await writeBytes(output, bytes, overwrite);
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
        labels: examples.map(({ name, labels: own }) => ({ micrograph: name, labels: own.length })),
        expectedCount: training.expectedCount,
        steps,
        heldOut: training.history,
        bestStep: training.bestStep,
        threshold: picker.threshold,
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
      context.print(
        `${output}  best after ${training.bestStep} of ${training.step} steps, ${(json.flops / 1e9).toFixed(0)} GFLOP, ${json.seconds.all.toFixed(1)} s, about ${Math.round(training.expectedCount / examples.length)} particles a micrograph`,
      );
      return { exitCode: EXIT.ok, json };
    } finally {
      training.dispose();
    }
  });
}

/** Of pictures, in a folder. */
const EXTENSIONS = ['.mrc', '.map', '.tif', '.tiff', '.eer', '.dm3', '.dm4', '.png', '.jpg', '.jpeg'];

const lossOf = (report: object): number => ('loss' in report ? Number(report.loss) : Number.NaN);

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

async function micrographFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths)
    files.push(...((await isFolder(path)) ? await listFiles(path, EXTENSIONS) : [path]));
  if (files.length > 0) return files;
  throw new UsageError(`--micrographs ${paths.join(' ')} holds no micrographs: give their folder.`);
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

/** Those with picks, on the CPU, at the network's scale. */
async function examplesOf(
  context: CommandContext,
  gpu: CommandGpu,
  files: readonly string[],
  findPicks: FindPicks,
  settings: WorkingSettings,
  options: TrainOptions,
): Promise<TrainingExample[]> {
  const examples: TrainingExample[] = [];
  const taken = new Map<string, string>();
  for (const [i, file] of files.entries()) {
    const job = context.job(`${i + 1}/${files.length} ${file}`);
    job.signal?.throwIfAborted();
    const example = await aboutFile(file, () =>
      withMicrograph(context, file, options, async ({ micrograph, pixelSizeAngstrom, loaded }) => {
        const found = await findPicks(file, micrograph).catch((error: unknown) => {
          if (error instanceof CryoliteError && error.code === 'no-picks') return undefined;
          throw error;
        });
        if (!found || found.picks.length === 0) return undefined;
        const key = `${found.file} ${JSON.stringify(found.picks.map(({ x, y }) => [x, y]))}`;
        const other = taken.get(key);
        if (other !== undefined) {
          throw new UsageError(
            `${found.file} holds the picks of one micrograph, but would serve ${other} too: give a file for each.`,
          );
        }
        taken.set(key, file);
        const { width, height } = micrograph;
        checkDiameter(options.diameter, pixelSizeAngstrom, width, height);
        const diameterPx = options.diameter / pixelSizeAngstrom;
        const { brightParticles } = options;
        return await gpu.run((gpuContext) =>
          loaded(gpuContext, job, (picture) =>
            prepareExample(
              gpuContext,
              picture,
              micrographName(file),
              found.picks,
              diameterPx,
              brightParticles,
              settings,
            ),
          ),
        );
      }),
    );
    if (example) examples.push(example);
  }
  if (examples.length > 0) return examples;
  throw new UsageError(
    `None of the ${files.length} micrographs has picks in --picks ${options.picks.join(' ')}.`,
  );
}

/** So many labels of all micrographs, each as likely as any other. */
function drawLabels(
  examples: readonly TrainingExample[],
  count: number | undefined,
  seed: number,
): readonly TrainingExample[] {
  const all = examples.flatMap(({ labels }, example) => labels.map((_, label) => `${example} ${label}`));
  if (count === undefined || count >= all.length) return examples;
  if (count === 0) throw new UsageError('--labels 0 leaves nothing to learn from.');
  const random = createRandom(seed);
  for (let i = all.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [all[i], all[j]] = [all[j] ?? '', all[i] ?? ''];
  }
  const kept = new Set(all.slice(0, count));
  return examples
    .map((example, i) => ({ ...example, labels: example.labels.filter((_, j) => kept.has(`${i} ${j}`)) }))
    .filter(({ labels }) => labels.length > 0);
}

async function writeBytes(path: string, bytes: Uint8Array<ArrayBuffer>, overwrite: boolean): Promise<void> {
  const sink = await nodeFileSink(path, { overwrite });
  try {
    await sink.write(bytes);
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}
