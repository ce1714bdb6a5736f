import { Option } from 'commander';
import type { JobOptions } from '../../core/progress.ts';
import type { UnaidedMethod } from '../../dataset/session.ts';
import { writeStarPicks } from '../../formats/star/picks.ts';
import { type PickerModel, pickerOf, type WorkingScalePicker } from '../../pipelines/picking/model.ts';
import { type PickResume, pickParticles } from '../../pipelines/picking/pick.ts';
import { measureQuality } from '../../pipelines/quality/quality.ts';
import { scoreQuality } from '../../pipelines/quality/score.ts';
import { fileExists, writeTextFile } from '../../platform/node/files.ts';
import { pickerFile, shippedModel } from '../../platform/node/models.ts';
import {
  addGpuOption,
  addJsonOption,
  addOverwriteOption,
  type CommandContext,
  type CommandResult,
  parseCount,
  parseNumber,
  parsePositive,
  type RegisterCommand,
  runCommand,
  runOverFiles,
} from '../command.ts';
import { type CommandGpu, withCommandGpu } from '../gpu.ts';
import { addLayoutOption, type PickedFile, writeLayout } from '../layout.ts';
import {
  addMaskOptions,
  applyMasks,
  checkMaskOptions,
  findMasksIn,
  keptOutWords,
  writeNetworkMask,
} from '../masks.ts';
import { addMicrographOptions, withMicrograph } from '../micrographInput.ts';
import { aboutFile, planOutputs, refuseExisting, refuseReplacing } from '../outputs.ts';
import { addMatchingOptions } from './matchingOptions.ts';
import { openNetwork } from './nnModel.ts';
import { pickByConsensus } from './pickConsensus.ts';
import { pickByMatching } from './pickMatching.ts';
import {
  type CombinedMethod,
  checkMethodOptions,
  checkModelOptions,
  combinedMethods,
  type PickOptions,
  parseMethods,
  parseSeparation,
  thresholdWords,
} from './pickOptions.ts';
import { pickByTemplate } from './pickTemplate.ts';

export const registerPick: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('pick')
    .description('pick particles; writes one RELION STAR file a micrograph, NAME.star')
    .argument('<file...>', 'micrographs of any kind: MRC, TIFF, DM4, PNG, JPEG; movies summed first')
    .requiredOption('-o, --output <folder>', 'where the STAR files go')
    .requiredOption('--diameter <Å>', 'longest extent of a particle', parsePositive)
    .addOption(
      new Option(
        '--method <method>',
        'a network, the Laplacian of Gaussian, a template made of the particles in --examples, matching of the references in --reference, or what several of these agree on',
      )
        .choices([...combinedMethods, 'consensus'])
        .default('cnn'),
    )
    .option(
      '--examples <path...>',
      'for the template: files or folders, of any program, with particles picked by hand, paired by name; micrographs without are searched, too',
    )
    .option('--labels <n>', 'use so many of the examples, taken at random over all micrographs', parseCount)
    .option('--seed <n>', 'of --labels', parseCount, 0)
    .option(
      '--model <file>',
      'another network than the one that comes along: .safetensors of Cryolite, .sav of Topaz, or .onnx that gives a map of log-odds',
    )
    .option(
      '--scale <factor>',
      'how many times smaller the picture is made for a network of Topaz or ONNX (default: so that a particle fits its field)',
      parsePositive,
    )
    .option(
      '--separation <diameters>',
      'two picks are never nearer (default: what the network says; 0.7 for those of Topaz and ONNX and for log)',
      parseSeparation,
    )
    .option('--of <methods>', 'for consensus: what it combines, as cnn,log,matching', parseMethods)
    .option('--min <n>', 'for consensus: so many have to agree (default: 2)', parseCount)
    .option(
      '--threshold <score>',
      'lowest figure of merit to write (default: what the method suggests; 0 writes all candidates)',
      parseNumber,
    )
    .option(
      '--bright-particles',
      'particles are brighter than their surroundings, as in negative stain',
      false,
    )
    .option(
      '--resume',
      'go on where a run was stopped: micrographs whose STAR file is there are not picked again',
    );
  addLayoutOption(command);
  addMaskOptions(command);
  addOverwriteOption(addGpuOption(addJsonOption(addMicrographOptions(addMatchingOptions(command))))).action(
    async (files: string[], options: PickOptions) => {
      finish(await runCommand(io, options, (context) => pick(context, files, options)));
    },
  );
};

async function pick(context: CommandContext, files: string[], options: PickOptions): Promise<CommandResult> {
  checkMethodOptions(options);
  const result = await pickAll(context, files, options);
  const picked = pickedFiles(result);
  if (options.layout === undefined || picked.length === 0 || context.signal.aborted) return result;
  // A layout is made of all picks that there are, those of an earlier run included: resumed, it takes the old one's place.
  const overwrite = options.overwrite || options.resume === true;
  const layoutFiles = await writeLayout(context, options.layout, options.output, picked, {
    ...options,
    overwrite,
  });
  return { ...result, json: { ...result.json, layout: options.layout, layoutFiles } };
}

/** Of all methods: each micrograph that was picked names its STAR file. */
function pickedFiles({ json }: CommandResult): PickedFile[] {
  const outcomes: readonly unknown[] = Array.isArray(json.files) ? json.files : [];
  return outcomes.flatMap((one) => {
    if (typeof one !== 'object' || one === null || !('file' in one && 'output' in one)) return [];
    const { file, output } = one;
    return typeof file === 'string' && typeof output === 'string' ? [{ file, output }] : [];
  });
}

async function pickAll(
  context: CommandContext,
  files: string[],
  options: PickOptions,
): Promise<CommandResult> {
  const { method } = options;
  if (method === 'consensus') {
    // What is wrong with the network is said before the other methods have worked.
    if (options.of?.includes('cnn')) await readPicker({ ...options, method: 'cnn' });
    return await pickByConsensus(context, files, options, (one, own) =>
      pickBy(context, files, { ...own, method: one }),
    );
  }
  return await pickBy(context, files, { ...options, method });
}

async function pickBy(
  context: CommandContext,
  files: string[],
  options: PickOptions & { readonly method: CombinedMethod },
): Promise<CommandResult> {
  const { method } = options;
  if (method === 'template') return await pickByTemplate(context, files, options);
  if (method === 'matching') return await pickByMatching(context, files, options);
  const { model, format, masker } = await readPicker(options);
  const outputs = await planOutputs(files, options.output, '.star');
  const findMask = await findMasksIn(options.mask, [...outputs.keys()]);
  const masks = options.maskOut ? await planOutputs(files, options.maskOut, '_mask.mrc') : undefined;
  const given = [...outputs.keys()].map(findMask);
  await refuseReplacing([...files, ...given], [...outputs.values(), ...(masks?.values() ?? [])]);
  const places = (file: string): PickPlaces => ({
    output: outputs.get(file) ?? '',
    mask: findMask(file),
    maskOutput: masks?.get(file),
  });
  return await withCommandGpu(context, options, async (gpu) => {
    const result = await runOverFiles(context, [...outputs.keys()], (file, job) =>
      aboutFile(file, () =>
        pickFile(context, gpu, { model, masker }, file, places(file), { ...options, method }, job),
      ),
    );
    return {
      exitCode: result.exitCode,
      json: {
        command: 'pick',
        adapter: gpu.adapterName,
        method,
        ...(method === 'cnn' ? { model: { name: model.name, format, sha256: model.hash } } : {}),
        files: result.files,
      },
    };
  });
}

interface ReadPicker {
  readonly model: PickerModel;
  readonly format: string;
  /** The network that comes along, which tells of contamination where the model does not. */
  readonly masker: WorkingScalePicker | undefined;
}

/** The network that options name. @throws FormatError, UsageError where it can't be what they ask for. */
async function readPicker(options: PickOptions): Promise<ReadPicker> {
  const shipped = await shippedModel(pickerFile);
  const opened = await openNetwork(options.model ?? shipped);
  const model = pickerOf(opened);
  checkModelOptions(options, model);
  checkMaskOptions(options, options.method === 'cnn' && model.kind === 'working-scale');
  const other = options.model === undefined ? model : pickerOf(await openNetwork(shipped));
  return { model, format: opened.format, masker: other.kind === 'working-scale' ? other : undefined };
}

/** What is read and written beside a micrograph. */
interface PickPlaces {
  readonly output: string;
  readonly mask: string | undefined;
  readonly maskOutput: string | undefined;
}

async function pickFile(
  context: CommandContext,
  gpu: CommandGpu,
  { model, masker }: Pick<ReadPicker, 'model' | 'masker'>,
  file: string,
  { output, mask, maskOutput }: PickPlaces,
  options: PickOptions & { readonly method: UnaidedMethod },
  job: JobOptions,
) {
  const { overwrite } = options;
  if (options.resume && (await fileExists(output))) {
    context.print(`${output}  is there already`);
    return { output, isKept: true };
  }
  await refuseExisting(maskOutput === undefined ? [output] : [output, maskOutput], overwrite);
  return await withMicrograph(context, file, options, async ({ micrograph, pixelSizeAngstrom, loaded }) => {
    const { method, diameter, brightParticles } = options;
    const request = {
      method,
      pixelSizeAngstrom,
      diameterAngstrom: diameter,
      brightParticles,
      scale: options.scale,
      separationDiameters: options.separation,
    };
    const resume: PickResume = { finished: new Map() };
    const start = performance.now();
    const { outcome, seconds, features } = await gpu.run((gpuContext) =>
      loaded(gpuContext, job, async (picture) => {
        const options = { ...job, resume, masker };
        const outcome = await pickParticles(gpuContext, picture, micrograph, request, model, options);
        const seconds = (performance.now() - start) / 1000;
        // For programs alone, as it costs more than picking.
        const features = context.json
          ? await measureQuality(gpuContext, picture, micrograph, {
              pixelSizeAngstrom,
              diameterAngstrom: diameter,
            })
          : undefined;
        return { outcome, seconds, features };
      }),
    );
    const { picks, suggestedThreshold, scale, separationDiameters, contamination } = outcome;
    const threshold = options.threshold ?? suggestedThreshold;
    const diameterPx = diameter / pixelSizeAngstrom;
    const above = picks.filter(({ score }) => score >= threshold);
    const masked = await applyMasks(context, options, {
      file,
      picks: above,
      size: micrograph,
      diameterPx,
      mask,
      network: contamination,
    });
    const { kept, keptOut, contaminatedPart } = masked;
    const by = method === 'cnn' ? `${model.name} (sha256 ${model.hash.slice(0, 12)})` : method;
    const comment = `Cryolite ${__CRYOLITE_VERSION__}: ${by}, diameter ${diameter} A, pixel size ${pixelSizeAngstrom} A, ${thresholdWords(threshold)}`;
    await writeTextFile(output, writeStarPicks(kept, [comment]), { overwrite });
    if (maskOutput !== undefined && contamination) {
      await writeNetworkMask(maskOutput, contamination, file, micrograph, pixelSizeAngstrom, overwrite);
    }
    context.print(
      `${output}  ${kept.length} particles of ${picks.length} candidates, ${keptOutWords(keptOut)}${seconds.toFixed(1)} s`,
    );
    return {
      output,
      picks: kept.length,
      candidates: picks.length,
      keptOut,
      contaminatedPart,
      quality: features && scoreQuality({ ...features, picks: above.length, contaminatedPart }),
      mask,
      maskOutput,
      threshold,
      suggestedThreshold,
      diameterAngstrom: diameter,
      pixelSizeAngstrom,
      scale,
      separationDiameters,
      seconds,
      warnings: micrograph.warnings,
    };
  });
}
