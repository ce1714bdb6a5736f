/** Places of particles of one program, written for another. */
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { UsageError } from '../core/errors.ts';
import { formatOfName } from '../dataset/coordinates/detect.ts';
import { instructionFor, type WrittenCoordinates } from '../dataset/coordinates/exportFor.ts';
import { type CoordinateFile, findMicrograph, readCoordinates } from '../dataset/coordinates/read.ts';
import {
  applyReading,
  flipped,
  type ImageSize,
  ownReading,
  rescale,
} from '../dataset/coordinates/readings.ts';
import {
  encode,
  fileNameFor,
  INDEX_NAME,
  type NamedBytes,
  WRITTEN_FORMATS,
  type WrittenFormat,
  writeCoordinateFolder,
  writeCoordinates,
} from '../dataset/coordinates/write.ts';
import { openMicrograph } from '../dataset/open.ts';
import { requireMicrograph } from '../dataset/picksFile.ts';
import type { CoordinateFormat, MicrographCoordinates } from '../formats/coordinates.ts';
import { writeCsg } from '../formats/cs/write.ts';
import { editStarPicks } from '../formats/star/edit.ts';
import { fileExists, isFolder, withFile } from '../platform/node/files.ts';
import type { CommandContext, CommandResult } from './command.ts';
import { besideIndex, writeFiles } from './coordinateFiles.ts';
import { EXIT } from './io.ts';
import { isFolderName, makeFolder, refuseExisting, refuseReplacing } from './outputs.ts';

export interface CoordinateOptions {
  readonly output: string;
  readonly from?: CoordinateFormat;
  readonly to?: WrittenFormat;
  readonly micrograph?: string;
  readonly flipY: boolean;
  readonly binFrom: number;
  readonly binTo: number;
  readonly box: number;
  readonly pixelSize?: number;
  readonly overwrite: boolean;
}

export async function convertCoordinates(
  context: CommandContext,
  input: string,
  options: CoordinateOptions,
): Promise<CommandResult> {
  const { output, overwrite } = options;
  const file = await withFile(input, (source) =>
    readCoordinates(source, { format: options.from, resolve: besideIndex(input) }),
  );
  const chosen = await chooseMicrograph(file, options.micrograph);
  const toFolder = await isFolderName(output);
  const to = options.to ?? (toFolder ? 'star' : formatOfOutput(output));
  const micrographs = chosen.micrographs.map((one) => transformed(file, one, chosen.size, options));
  const warnings = [...file.warnings, ...micrographs.flatMap(strays)];
  for (const warning of warnings) context.warn(`${input}: ${warning}`);
  const writeOptions = {
    boxSizePx: options.box,
    pixelSizeAngstrom: options.pixelSize,
    comments: [`Converted by Cryolite ${__CRYOLITE_VERSION__} from ${file.name}`],
  };

  let files: NamedBytes[];
  let folder = output;
  if (toFolder) {
    const named = micrographs.map((one) => ({ ...one, name: one.name ?? nameOf(input) }));
    files = writeCoordinateFolder(to, named, writeOptions, fromHere(output));
    if (to === 'cs') {
      files.push(...named.map((one) => groupOf(fileNameFor(to, one.name), one.coordinates.length)));
    }
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
  const outputs = files.map(({ name }) => join(folder, name));
  await refuseReplacing([input], outputs);
  await makeFolder(folder);
  await refuseExisting(outputs, overwrite);
  const paths = await writeFiles(folder, files, { overwrite });

  const particles = count(micrographs);
  const what = `${particles} particle${particles === 1 ? '' : 's'} of ${micrographs.length} micrograph${micrographs.length === 1 ? '' : 's'}`;
  context.print(
    `${what}, ${file.format} → ${to}: ${toFolder ? `${paths.length} file${paths.length === 1 ? '' : 's'} in ${output}` : paths.join(', ')}`,
  );
  const instruction = instructionFor(to, contentsOf(file, micrographs, files, to, toFolder));
  context.print(instruction);
  const isBoxed = to === 'box' || to === 'cbox';
  if (isBoxed && micrographs.some(({ coordinates }) => coordinates.some(({ boxWidth }) => !boxWidth))) {
    context.print(`Its boxes are ${options.box} px wide and high: give --box for others.`);
  }
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
      warnings,
    },
  };
}

/** Says how many particles lie off their micrograph: it is another one then, or another binning. */
function strays({ name, coordinates, width, height }: MicrographCoordinates): string[] {
  if (width === undefined || height === undefined) return [];
  const isOff = (at: number, size: number) => at < -0.5 || at > size - 0.5;
  const off = coordinates.filter(({ x, y }) => isOff(x, width) || isOff(y, height)).length;
  if (off === 0) return [];
  return [
    `${off} of ${coordinates.length} particles lie outside of ${name ?? 'the micrograph'} (${width} × ${height} px): check that it is the right micrograph, and its binning.`,
  ];
}

/** A folder as programs reach it that are run from here; from elsewhere where it is not below. */
function fromHere(folder: string): string {
  const path = relative('.', folder).replaceAll('\\', '/');
  return path.startsWith('..') ? resolve(folder) : path || '.';
}

/** What was written, as the sentence of what to do with it needs it. */
function contentsOf(
  file: CoordinateFile,
  micrographs: readonly MicrographCoordinates[],
  files: readonly NamedBytes[],
  to: WrittenFormat,
  toFolder: boolean,
): WrittenCoordinates {
  const index = files.find(({ name }) => name === INDEX_NAME);
  if (index) return { file: index.name, holds: 'list' };
  const [first] = files;
  if (toFolder && micrographs.length > 1 && to !== 'topaz') {
    return { file: fileNameFor(to, '*'), holds: 'picks' };
  }
  // A STAR file that is edited in place names its micrograph where it is a table of particles.
  const isEdited = to === 'star' && file.star !== undefined && micrographs[0]?.name !== undefined;
  const isTable = !toFolder && (micrographs.length > 1 || isEdited);
  return { file: first?.name ?? '', holds: isTable ? 'particles' : 'picks' };
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
  { flipY, binFrom, binTo }: CoordinateOptions,
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
