/** The command that makes the network which comes along. */
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/hash.ts';
import { costOf } from '../../nn/cost.ts';
import { heldOutFamilies } from '../../pipelines/simulation/families.ts';
import { defaultScenes, TrainingScenes } from '../../pipelines/simulation/scenes.ts';
import type { Point } from '../../pipelines/template/profile.ts';
import { exampleOf, prepareWorkingPicture } from '../../pipelines/training/examples.ts';
import { calibrateGeneral } from '../../pipelines/training/general/calibration.ts';
import {
  generalCheckpointBytes,
  generalHash,
  readGeneralCheckpoint,
} from '../../pipelines/training/general/checkpointFile.ts';
import { generalGraph, offsetCells, outputs } from '../../pipelines/training/general/design.ts';
import { GeneralTraining, generalSettings } from '../../pipelines/training/general/generalTraining.ts';
import { judgeGeneral } from '../../pipelines/training/general/judge.ts';
import type { RealSet } from '../../pipelines/training/general/patches.ts';
import { type KnownPicture, knownPicture, knownScene } from '../../pipelines/training/general/pictures.ts';
import { parseRecipe, type Recipe, type RecipeSet } from '../../pipelines/training/general/recipe.ts';
import { readStart } from '../../pipelines/training/general/start.ts';
import { pickerModelBytes } from '../../pipelines/training/modelFile.ts';
import { writeBinaryFile, writeTextFile } from '../../platform/node/files.ts';
import { readModelFile } from '../../platform/node/models.ts';
import {
  addGpuOption,
  addJsonOption,
  addOverwriteOption,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  parseCount,
  type RegisterCommand,
  runCommand,
} from '../command.ts';
import { type CommandGpu, type GpuOptions, withCommandGpu } from '../gpu.ts';
import { EXIT } from '../io.ts';
import { withMicrograph } from '../micrographInput.ts';
import { aboutFile, micrographName } from '../outputs.ts';
import { findPicksIn } from '../picksOfMicrographs.ts';
import { CheckpointKeeper, planTraining } from '../trainingFiles.ts';

interface TrainGeneralOptions extends CommonOptions, GpuOptions {
  readonly output: string;
  readonly start?: string;
  readonly resume: boolean;
  readonly checkpointEvery: number;
  readonly overwrite: boolean;
}

/** Scenes by which scores are made chances, from a number that no training reaches. */
const calibrationScenes = { first: 3_000_000, count: 24 };
/** Scenes of other proteins, by which the network is judged in the end. */
const heldOutScenes = 48;
/** And so many micrographs of each set, at the scale that is nearest to the true one. */
const calibrationMicrographs = 2;
const separationDiameters = 0.5;

export const registerTrainGeneral: RegisterCommand = (program, io, finish) => {
  const command: Command = program
    .command('train-general')
    .argument('<recipe>', 'JSON: seeds, steps, simulations, micrographs with all their particles marked')
    .description(
      'train a general picker, as the one that comes along, by a recipe. Writes the network, its log beside it (.json) and checkpoints (.checkpoint.safetensors)',
    )
    .requiredOption('-o, --output <file>', 'the network: NAME.safetensors')
    .option('--start <file>', "begin with another training's weights: its checkpoint, or the network it made")
    .option('--resume', "go on from the output's own checkpoint", false)
    .option('--checkpoint-every <n>', 'steps from one checkpoint to the next', parseCount, 200);
  addOverwriteOption(addGpuOption(addJsonOption(command))).action(
    async (recipe: string, options: TrainGeneralOptions) => {
      finish(await runCommand(io, options, (context) => trainGeneral(context, recipe, options)));
    },
  );
};

interface StepLine {
  readonly step: number;
  readonly loss: number;
  readonly seconds: number;
}

async function trainGeneral(
  context: CommandContext,
  recipeFile: string,
  options: TrainGeneralOptions,
): Promise<CommandResult> {
  const { overwrite } = options;
  const files = await planTraining([recipeFile, options.start], options);
  const { name, output, log } = files;
  const recipeText = new TextDecoder().decode(await readModelFile(recipeFile));
  const recipe = parseRecipe(recipeFile, recipeText);
  if (recipe.startShare > 0 && options.start === undefined) {
    throw new UsageError(
      `${recipeFile} keeps a share of the weights that it starts from: give them with --start.`,
    );
  }
  const startBytes = options.start === undefined ? undefined : await readModelFile(options.start);
  const start = startBytes && readStart(options.start ?? '', startBytes, recipe.design);
  return await withCommandGpu(context, options, async (gpu) => {
    const began = performance.now();
    const sets = await realSets(context, gpu, recipeFile, recipe);
    const hash = await generalHash(recipe, sets, startBytes && (await sha256Hex(startBytes)));
    const checkpoint = options.resume
      ? readGeneralCheckpoint(files.checkpoint, await readModelFile(files.checkpoint), hash)
      : undefined;
    const training = GeneralTraining.begin(gpu, recipe, sets, {
      ...(start && { start }),
      ...(checkpoint && { checkpoint }),
    });
    try {
      const { patchPx: width, patchPx: height } = recipe;
      const flops = costOf(generalGraph(recipe.design), { width, height }).reduce(
        (sum, one) => sum + one.flops,
        0,
      );
      const job = context.job();
      const lines: StepLine[] = [];
      let sum = 0;
      let taken = 0;
      const keeper = new CheckpointKeeper(files.checkpoint, context.warn);
      const before = training.step;
      await training.run({
        signal: context.signal,
        checkpointEvery: options.checkpointEvery,
        onStep: ({ step, loss }) => {
          sum += loss;
          taken++;
          job.onProgress?.({ stage: 'Training', done: step + 1, total: recipe.steps });
          if ((step + 1) % 100 > 0 && step + 1 < recipe.steps) return;
          const seconds = (performance.now() - began) / 1000;
          lines.push({ step: step + 1, loss: sum / taken, seconds });
          context.print(`step ${step + 1}  loss ${(sum / taken).toFixed(4)}  ${seconds.toFixed(0)} s`);
          [sum, taken] = [0, 0];
        },
        onCheckpoint: (made) => keeper.keep(() => generalCheckpointBytes(made, hash)),
      });
      const pictures = [...calibrationPictures(recipe), ...calibrationSets(recipe, sets)];
      const { network, threshold, candidates } = await gpu.run((gpuContext) =>
        calibrateGeneral(
          gpuContext,
          training.network(),
          pictures,
          generalSettings.workingDiameterPx,
          separationDiameters,
        ),
      );
      const heldOut = await gpu.run((gpuContext) =>
        judgeGeneral(
          gpuContext,
          network,
          heldOutPictures(recipe),
          generalSettings.workingDiameterPx,
          separationDiameters,
        ),
      );
      const seconds = (performance.now() - began) / 1000;
      const provenance = {
        program: `Cryolite ${__CRYOLITE_VERSION__}`,
        recipe: JSON.parse(recipeText) as unknown,
        steps: training.step,
        startedFrom: options.start === undefined ? undefined : micrographName(options.start),
      };
      const picker = {
        network,
        outputs,
        offsetCells,
        settings: generalSettings,
        separationDiameters,
        threshold,
      };
      await writeBinaryFile(output, pickerModelBytes(name, picker, provenance), { overwrite });
      const json = {
        command: 'train-general',
        adapter: gpu.adapterName,
        output,
        recipe,
        flopsPerPixel: flops / (width * height),
        flops: 3 * recipe.batch * flops * (training.step - before),
        threshold,
        calibratedBy: candidates,
        heldOut,
        losses: lines,
        seconds,
      };
      await writeTextFile(log, `${JSON.stringify(json, undefined, 1)}\n`, { overwrite });
      const { averagePrecision, withoutOffsets } = heldOut;
      context.print(
        `other proteins  strict AP ${averagePrecision.toFixed(3)}, without learnt offsets ${withoutOffsets.toFixed(3)}`,
      );
      context.print(
        `${output}  ${training.step} steps, ${(json.flops / 1e12).toFixed(2)} TFLOP, ${seconds.toFixed(0)} s`,
      );
      return { exitCode: EXIT.ok, json };
    } finally {
      training.dispose();
    }
  });
}

/** Of shapes that no training saw. */
function heldOutPictures({ seed, patchPx, signalToNoise, extents }: Recipe): KnownPicture[] {
  const sizePx = patchPx + 64;
  const settings = { ...defaultScenes, families: heldOutFamilies, seed, sizePx, signalToNoise, extents };
  const scenes = new TrainingScenes(settings);
  return Array.from({ length: heldOutScenes }, (_, i) => knownScene(scenes.at(i)));
}

function calibrationPictures({ seed, patchPx, signalToNoise, extents, families }: Recipe): KnownPicture[] {
  const sizePx = patchPx + 64;
  const scenes = new TrainingScenes({ ...defaultScenes, seed, sizePx, signalToNoise, extents, families });
  const { first, count } = calibrationScenes;
  return Array.from({ length: count }, (_, i) => knownScene(scenes.at(first + i)));
}

function calibrationSets(recipe: Recipe, sets: readonly RealSet[]): KnownPicture[] {
  return recipe.sets.flatMap(({ scales }, i) => {
    const nearest = scales.reduce((best, scale, j) => {
      const other = scales[best] ?? 1;
      return Math.abs(Math.log(scale)) < Math.abs(Math.log(other)) ? j : best;
    }, 0);
    const own = sets[i]?.pictures ?? [];
    return own.filter((_, j) => j % scales.length === nearest).slice(0, calibrationMicrographs);
  });
}

async function realSets(
  context: CommandContext,
  gpu: CommandGpu,
  recipeFile: string,
  { sets }: Recipe,
): Promise<RealSet[]> {
  const folder = dirname(recipeFile);
  const result: RealSet[] = [];
  for (const set of sets) {
    const findPicks = await findPicksIn([resolve(folder, set.picks)]);
    const pictures: KnownPicture[] = [];
    for (const name of set.micrographs) {
      const file = resolve(folder, name);
      pictures.push(...(await aboutFile(file, () => picturesOf(context, gpu, file, set, findPicks))));
    }
    result.push({ name: set.name, share: set.share, pictures });
  }
  return result;
}

async function picturesOf(
  context: CommandContext,
  gpu: CommandGpu,
  file: string,
  set: RecipeSet,
  findPicks: Awaited<ReturnType<typeof findPicksIn>>,
): Promise<KnownPicture[]> {
  const pixel = set.pixelSizeAngstrom;
  const options = { frame: 1, ...(pixel !== undefined && { pixelSize: pixel }) };
  return await withMicrograph(context, file, options, async ({ micrograph, pixelSizeAngstrom, loaded }) => {
    const { picks } = await findPicks(file, micrograph);
    const marks = merged(picks, set.mergePx).map(({ x, y }) => ({
      x: x - set.marksOffPx[0],
      y: y - set.marksOffPx[1],
    }));
    const { workingDiameterPx } = generalSettings;
    return await gpu.run((gpuContext) =>
      loaded(gpuContext, context.job(file), async (plane) => {
        const pictures: KnownPicture[] = [];
        for (const scale of set.scales) {
          const diameterPx = set.diameterAngstrom / pixelSizeAngstrom / scale;
          const prepared = await prepareWorkingPicture(gpuContext, plane, diameterPx, false, generalSettings);
          const { picture, labels } = exampleOf(prepared, micrographName(file), marks);
          const borderPx = (set.smearedBorderPx * workingDiameterPx) / diameterPx;
          const { noise, edgeDiameters } = set;
          pictures.push(
            knownPicture({
              picture,
              particles: labels,
              diameterPx: workingDiameterPx * scale,
              borderPx,
              edgeDiameters,
              noise,
            }),
          );
        }
        return pictures;
      }),
    );
  });
}

/** Points nearer to each other than a distance become one, at their mean. */
function merged(points: readonly Point[], distance: number): Point[] {
  const result: Point[] = [];
  for (const { x, y } of points) {
    const near = result.findIndex((one) => Math.hypot(one.x - x, one.y - y) < distance);
    const other = result[near];
    if (other) result[near] = { x: (other.x + x) / 2, y: (other.y + y) / 2 };
    else result.push({ x, y });
  }
  return result;
}
