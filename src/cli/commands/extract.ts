import { join, relative, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { UsageError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import { openMicrograph } from '../../dataset/open.ts';
import { type ExtractedStack, writeExtractedParticles } from '../../formats/star/extracted.ts';
import { USUAL_OPTICS } from '../../formats/star/particles.ts';
import { doubtOf } from '../../pipelines/extraction/boxes.ts';
import { extractionLabel, extractMicrograph } from '../../pipelines/extraction/extractMicrograph.ts';
import { refuseProcessed } from '../../pipelines/extraction/picture.ts';
import { type BoxRequest, boxSettings, type Length } from '../../pipelines/extraction/settings.ts';
import { nodeFileSink, withFile, writeTextFile } from '../../platform/node/files.ts';
import {
  addJsonOption,
  addOverwriteOption,
  addUnusedGpuOption,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  parseCount,
  parsePositive,
  type RegisterCommand,
  runCommand,
  runOverFiles,
} from '../command.ts';
import { warningsOf } from '../micrographInput.ts';
import { aboutFile, planOutputs, refuseExisting, refuseReplacing } from '../outputs.ts';
import { type FindPicks, findPicksIn } from '../picksOfMicrographs.ts';

interface ExtractOptions extends CommonOptions {
  readonly output: string;
  readonly picks: readonly string[];
  readonly box: Length;
  readonly binTo?: number;
  readonly invert: boolean;
  readonly normalise: boolean;
  readonly background?: number;
  readonly pixelSize?: number;
  readonly voltage?: number;
  readonly cs?: number;
  readonly amplitudeContrast?: number;
  readonly overwrite: boolean;
}

const STAR = 'particles.star';

export const registerExtract: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('extract')
    .description(
      'cut particles out of micrographs as RELION does; writes NAME.mrcs (32-bit float) of each and particles.star of all, with paths from their folder',
    )
    .argument(
      '<file...>',
      'micrographs of any kind: MRC, TIFF, DM4, PNG, JPEG; neither denoised nor filtered',
    )
    .requiredOption(
      '-o, --output <folder>',
      'where stacks and particles.star go; the project folder for RELION',
    )
    .requiredOption(
      '--picks <path...>',
      'coordinates of any program: a folder with a file a micrograph, such files, or a table of many micrographs',
    )
    .requiredOption('--box <length>', 'side of the box: 256 in pixels, or 320A in Å; even', parseLength)
    .option('--bin-to <px>', 'bin the box to this side by cropping its Fourier transform; even', parseCount)
    .option('--invert', 'make dark particles bright (the default)', true)
    .option('--no-invert', 'leave the contrast as it is, for bright particles')
    .option(
      '--background <Å>',
      'diameter of the circle outside of which lies background (default: three quarters of the box)',
      parsePositive,
    )
    .option('--no-normalise', "leave the background's ramp, mean and deviation as they are")
    .option(
      '--pixel-size <Å>',
      'length of a pixel, where the file does not know it or is wrong',
      parsePositive,
    )
    .option('--voltage <kV>', 'of the microscope, for particles.star', parsePositive)
    .option('--cs <mm>', 'spherical aberration, for particles.star', parsePositive)
    .option('--amplitude-contrast <part>', 'for particles.star', parsePositive);
  addOverwriteOption(addUnusedGpuOption(addJsonOption(command))).action(
    async (files: string[], options: ExtractOptions) => {
      finish(await runCommand(io, options, (context) => extract(context, files, options)));
    },
  );
};

/** "256", "256px" or "320A", "320Å". */
function parseLength(text: string): Length {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*(px|A|Å|\u212b)?$/i.exec(text) ?? [];
  const value = Number(number);
  if (value > 0) return { value, unit: unit === '' || unit.toLowerCase() === 'px' ? 'px' : 'angstrom' };
  throw new InvalidArgumentError('It must be like 256 (pixels) or 320A (Å).');
}

async function extract(
  context: CommandContext,
  files: string[],
  options: ExtractOptions,
): Promise<CommandResult> {
  // What is wrong whatever the micrograph is.
  if (options.box.unit === 'px')
    boxSettings({ ...requestOf(options), backgroundDiameterAngstrom: undefined }, 1);
  const findPicks = await findPicksIn(options.picks);
  const outputs = await planOutputs(files, options.output, '.mrcs');
  const star = join(options.output, STAR);
  await refuseReplacing([...files, ...options.picks], [star, ...outputs.values()]);
  await refuseExisting([star], options.overwrite);
  const stacks: ExtractedStack[] = [];
  const result = await runOverFiles(context, [...outputs.keys()], (file, job) =>
    aboutFile(file, async () => {
      const output = outputs.get(file) ?? '';
      const { stack, facts } = await extractFile(context, file, output, findPicks, options, job);
      stacks.push(stack);
      return facts;
    }),
  );
  const particles = stacks.reduce((sum, one) => sum + one.particles.length, 0);
  if (stacks.length > 0 && !context.signal.aborted) {
    const comments = [extractionLabel(requestOf(options))];
    const text = writeExtractedParticles(stacks, opticsOf(options), comments);
    await writeTextFile(star, text, { overwrite: options.overwrite });
    context.print(`${star}  ${particles} particles of ${stacks.length} micrographs`);
  }
  return {
    exitCode: result.exitCode,
    json: {
      command: 'extract',
      star: stacks.length > 0 ? star : undefined,
      particles,
      // KiB on every system.
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      files: result.files,
    },
  };
}

function requestOf({ box, binTo, invert, normalise, background }: ExtractOptions): BoxRequest {
  return { box, binTo, invert, normalise, backgroundDiameterAngstrom: background };
}

function opticsOf({ voltage, cs, amplitudeContrast }: ExtractOptions) {
  if ((voltage ?? cs ?? amplitudeContrast) === undefined) return undefined;
  return {
    voltageKilovolt: voltage ?? USUAL_OPTICS.voltageKilovolt,
    sphericalAberrationMillimetre: cs ?? USUAL_OPTICS.sphericalAberrationMillimetre,
    amplitudeContrast: amplitudeContrast ?? USUAL_OPTICS.amplitudeContrast,
  };
}

async function extractFile(
  context: CommandContext,
  file: string,
  output: string,
  findPicks: FindPicks,
  options: ExtractOptions,
  job: JobOptions,
) {
  await refuseExisting([output], options.overwrite);
  return await withFile(file, async (source) => {
    const start = performance.now();
    const micrograph = await openMicrograph(source);
    refuseProcessed(micrograph);
    const pixelSizeAngstrom = options.pixelSize ?? micrograph.pixelSizeAngstrom;
    if (pixelSizeAngstrom === undefined) {
      throw new UsageError('its pixel size is not known: give --pixel-size in Å.');
    }
    const warnings = [...warningsOf(micrograph, options.pixelSize)];
    const { file: picksFile, picks } = await findPicks(file, micrograph);
    const doubt = doubtOf(micrograph, picks);
    if (doubt !== undefined) warnings.push(doubt);
    for (const warning of warnings) context.warn(`${file}: ${warning}`);
    const extracted = await extractMicrograph(micrograph, picks, requestOf(options), {
      ...job,
      name: file,
      pixelSizeAngstrom,
      openSink: () => nodeFileSink(output, options),
    });
    const { particles, overEdge, flat, settings, binnedPixelSizeAngstrom } = extracted;
    if (flat > 0) context.warn(`${file}: ${flat} boxes have no contrast and are not normalised.`);
    const seconds = (performance.now() - start) / 1000;
    const edge = overEdge > 0 ? `, ${overEdge} over the edge` : '';
    context.print(`${output}  ${particles.length} particles of ${picksFile}${edge}, ${seconds.toFixed(1)} s`);
    const fromFolder = (path: string): string =>
      relative(resolve(options.output), resolve(path)).replaceAll('\\', '/');
    const { boxPx, binnedPx } = settings;
    return {
      stack: {
        micrograph: fromFolder(file),
        stack: fromFolder(output),
        pixelSizeAngstrom,
        binnedPixelSizeAngstrom,
        boxPx: binnedPx,
        particles,
      },
      facts: {
        output,
        picksFile,
        particles: particles.length,
        overEdge,
        flat,
        boxPx,
        binnedPx,
        backgroundRadiusPx: settings.backgroundRadiusPx,
        pixelSizeAngstrom,
        binnedPixelSizeAngstrom,
        seconds,
        warnings,
      },
    };
  });
}
