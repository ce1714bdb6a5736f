import { basename, dirname, extname, resolve } from 'node:path';
import { Option } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { formatOfName } from '../../dataset/coordinates/detect.ts';
import { instructionFor } from '../../dataset/coordinates/exportFor.ts';
import { type CoordinateFile, findMicrograph, readCoordinates } from '../../dataset/coordinates/read.ts';
import {
  applyReading,
  flipped,
  type ImageSize,
  ownReading,
  rescale,
} from '../../dataset/coordinates/readings.ts';
import {
  encode,
  type NamedBytes,
  WRITTEN_FORMATS,
  type WrittenFormat,
  writeCoordinateFolder,
  writeCoordinates,
} from '../../dataset/coordinates/write.ts';
import { openMicrograph } from '../../dataset/open.ts';
import { requireMicrograph } from '../../dataset/picksFile.ts';
import type { CoordinateFormat, MicrographCoordinates } from '../../formats/coordinates.ts';
import { writeCsg } from '../../formats/cs/write.ts';
import { editStarPicks } from '../../formats/star/edit.ts';
import { fileExists, isFolder, withFile } from '../../platform/node/files.ts';
import {
  addJsonOption,
  addOverwriteOption,
  addUnusedGpuOption,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  parsePositive,
  type RegisterCommand,
  runCommand,
} from '../command.ts';
import { convertImage, isImageName, type MrcOutputMode, parseOutputMode } from '../convertImage.ts';
import { besideIndex, writeFiles } from '../coordinateFiles.ts';
import { EXIT } from '../io.ts';
import { makeFolder, refuseExisting } from '../outputs.ts';

interface ConvertOptions extends CommonOptions {
  readonly output: string;
  readonly from?: CoordinateFormat;
  readonly to?: WrittenFormat;
  readonly micrograph?: string;
  readonly flipY: boolean;
  readonly binFrom: number;
  readonly binTo: number;
  readonly box: number;
  readonly pixelSize?: number;
  readonly mode?: MrcOutputMode;
  readonly overwrite: boolean;
}

const READ_FORMATS: readonly CoordinateFormat[] = [
  ...(['star', 'box', 'eman2', 'cbox'] as const),
  ...(['topaz', 'cs', 'imod', 'csv'] as const),
];
/** Side of boxes where neither the file nor the user says it, px. */
const DEFAULT_BOX_PX = 200;

export const registerConvert: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('convert')
    .description('turn particle coordinates of one program into those of another, or an image into MRC')
    .argument('<in>', 'coordinate file of any program, or a micrograph or movie')
    .requiredOption('-o, --output <file|folder>', 'what to write; a folder gets one file for each micrograph')
    .addOption(
      new Option('--from <format>', 'format of IN, where its content misleads').choices(READ_FORMATS),
    )
    .addOption(
      new Option('--to <format>', 'format to write; by the extension of OUT without').choices(
        WRITTEN_FORMATS,
      ),
    )
    .option('--micrograph <file|name>', 'the micrograph: a file tells its size, a name picks one of many')
    .option('--flip-y', 'count y from the other end of the micrograph', false)
    .option('--bin-from <n>', 'binning of the image that IN was picked on', parsePositive, 1)
    .option('--bin-to <n>', 'binning of the image that OUT is for', parsePositive, 1)
    .option('--box <px>', 'side of boxes, where IN has none', parsePositive, DEFAULT_BOX_PX)
    .option('--pixel-size <Å>', 'length of a pixel, for formats that hold it', parsePositive)
    .addOption(
      new Option('--mode <n>', 'MRC pixel type of an image: 0, 1, 2, 6 or 12').argParser(parseOutputMode),
    );
  addUnusedGpuOption(addJsonOption(addOverwriteOption(command))).action(
    async (input: string, options: ConvertOptions) => {
      finish(await runCommand(io, options, (context) => convert(context, input, options)));
    },
  );
};

async function convert(
  context: CommandContext,
  input: string,
  options: ConvertOptions,
): Promise<CommandResult> {
  if (resolve(input) === resolve(options.output)) {
    throw new UsageError(`${input} would be replaced by its own result: give another name.`);
  }
  const isImage = options.from === undefined && options.to === undefined && isImageName(options.output);
  if (isImage) {
    return await convertImage(context, input, options.output, options);
  }
  return await convertCoordinates(context, input, options);
}

async function convertCoordinates(
  context: CommandContext,
  input: string,
  options: ConvertOptions,
): Promise<CommandResult> {
  const { output, overwrite } = options;
  const file = await withFile(input, (source) =>
    readCoordinates(source, { format: options.from, resolve: besideIndex(input) }),
  );
  for (const warning of file.warnings) context.warn(`${input}: ${warning}`);
  const chosen = await chooseMicrograph(file, options.micrograph);
  const toFolder = (await isFolder(output)) || /[/\\]$/.test(output) || extname(output) === '';
  const to = options.to ?? (toFolder ? 'star' : formatOfOutput(output));
  const micrographs = chosen.micrographs.map((one) => transformed(file, one, chosen.size, options));
  const writeOptions = {
    boxSizePx: options.box,
    pixelSizeAngstrom: options.pixelSize,
    comments: [`Converted by Cryolite ${__CRYOLITE_VERSION__} from ${file.name}`],
  };

  let files: NamedBytes[];
  let folder = output;
  if (toFolder) {
    const named = micrographs.map((one) => ({ ...one, name: one.name ?? nameOf(input) }));
    files = writeCoordinateFolder(to, named, writeOptions);
    await makeFolder(output);
  } else {
    folder = dirname(output);
    const bytes =
      file.star && to === 'star'
        ? encode(
            editStarPicks(
              file.star,
              micrographs.flatMap(({ coordinates }) => coordinates),
            ).text,
          )
        : writeCoordinates(
            to,
            micrographs.map((one) => nameForCs(one, to, input)),
            writeOptions,
          );
    files = [{ name: basename(output), bytes }];
    if (to === 'cs') files.push(groupOf(basename(output), count(micrographs)));
  }
  await refuseExisting(
    files.map(({ name }) => `${folder}/${name}`),
    overwrite,
  );
  const paths = await writeFiles(folder, files, { overwrite });

  const particles = count(micrographs);
  const what = `${particles} particle${particles === 1 ? '' : 's'} of ${micrographs.length} micrograph${micrographs.length === 1 ? '' : 's'}`;
  context.print(
    `${what}, ${file.format} → ${to}: ${toFolder ? `${paths.length} files in ${output}` : paths.join(', ')}`,
  );
  const index = files.find(({ name }) => name === 'coordinate_files.star');
  const instruction = instructionFor(
    to,
    (index ?? files[0])?.name ?? '',
    index !== undefined || micrographs.length > 1,
  );
  context.print(instruction);
  return {
    exitCode: EXIT.ok,
    json: {
      command: 'convert',
      from: file.format,
      to,
      particles,
      micrographs: micrographs.map(({ name, coordinates }) => ({ name, particles: coordinates.length })),
      files: paths,
      instruction,
      warnings: file.warnings,
    },
  };
}

interface Chosen {
  readonly micrographs: readonly MicrographCoordinates[];
  /** Of the micrograph that was given as a file. */
  readonly size: ImageSize | undefined;
}

/** All micrographs of a file, or the one that --micrograph names. */
async function chooseMicrograph(file: CoordinateFile, micrograph: string | undefined): Promise<Chosen> {
  if (micrograph === undefined) return { micrographs: file.micrographs, size: undefined };
  const isFile = (await fileExists(micrograph)) && !(await isFolder(micrograph));
  const size = isFile
    ? await withFile(micrograph, async (source) => {
        const { width, height } = await openMicrograph(source);
        return { width, height };
      })
    : undefined;
  // A file tells the size; where the name agrees with one of many it also says which.
  const found =
    findMicrograph(file, micrograph) ?? (isFile ? undefined : requireMicrograph(file, micrograph));
  const ours = found ?? requireMicrograph(file, basename(micrograph));
  return { micrographs: [{ ...ours, name: ours.name ?? basename(micrograph) }], size };
}

/** Binning first, then the flip, in pixels of the micrograph that OUT is for, which --micrograph is. */
function transformed(
  file: CoordinateFile,
  micrograph: MicrographCoordinates,
  given: ImageSize | undefined,
  { flipY, binFrom, binTo }: ConvertOptions,
): MicrographCoordinates {
  const factor = binFrom / binTo;
  const { width, height } = micrograph;
  const own =
    width === undefined || height === undefined
      ? undefined
      : { width: Math.round(width * factor), height: Math.round(height * factor) };
  const size = given ?? own;
  const needs = (what: string): never => {
    throw new UsageError(`${what} needs the size of the micrograph: give its file with --micrograph.`);
  };
  const { coordinates } = micrograph;
  const inPixels =
    file.unit === 'pixel'
      ? rescale(coordinates, factor)
      : applyReading(coordinates, ownReading(file), size ?? needs(`${file.name} holds fractions, which`));
  const turned = flipY ? flipped(inPixels, (size ?? needs('--flip-y')).height) : inPixels;
  return { ...micrograph, coordinates: turned, width: size?.width, height: size?.height };
}

function formatOfOutput(output: string): WrittenFormat {
  const name = basename(output);
  const format = formatOfName(name);
  if (format === undefined) {
    throw new UsageError(
      `The extension of ${output} does not say what to write: give --to (${WRITTEN_FORMATS.join(', ')}).`,
    );
  }
  if (/topaz.*\.(txt|tab)$/i.test(name)) return 'topaz';
  if (format === 'imod') throw new UsageError('IMOD models are read, not written: choose another format.');
  return format;
}

function nameForCs(
  micrograph: MicrographCoordinates,
  to: WrittenFormat,
  input: string,
): MicrographCoordinates {
  return to === 'cs' || to === 'topaz'
    ? { ...micrograph, name: micrograph.name ?? nameOf(input) }
    : micrograph;
}

/** A file of coordinates mostly goes by its micrograph's name. */
function nameOf(input: string): string {
  return basename(input, extname(input));
}

function groupOf(table: string, particles: number): NamedBytes {
  const name = table.replace(/\.[^.]*$/, '.csg');
  return { name, bytes: encode(writeCsg(table, particles, new Date().toISOString())) };
}

function count(micrographs: readonly MicrographCoordinates[]): number {
  return micrographs.reduce((sum, { coordinates }) => sum + coordinates.length, 0);
}
