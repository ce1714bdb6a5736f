/** Coordinates of any program in a file or a folder, micrograph by micrograph. */
import { basename, extname } from 'node:path';
import { CryoliteError, FormatError, UsageError } from '../core/errors.ts';
import { coordinateSuffixes, PROBLEMS } from '../dataset/coordinates/detect.ts';
import { type CoordinateFile, readCoordinates } from '../dataset/coordinates/read.ts';
import { type Coordinate, coordinateSuffix, micrographStem } from '../formats/coordinates.ts';
import { isFolder, listFiles, withFile } from '../platform/node/files.ts';
import { type CommandContext, type FileOutcome, runOverFiles } from './command.ts';
import { besideIndex } from './coordinateFiles.ts';
import { EXIT, type ExitCode } from './io.ts';

export interface SetMember {
  /** The micrograph's, without folders and extension. */
  readonly name: string;
  /** Where its coordinates are. */
  readonly file: string;
  /** Pixels of the micrograph. */
  readonly coordinates: readonly Coordinate[];
  /** Å, where the file knows it. */
  readonly pixelSizeAngstrom: number | undefined;
}

export interface CoordinateSet {
  readonly members: ReadonlyMap<string, SetMember>;
  /** What a file that can't be read goes by: its micrograph can't be judged. */
  readonly failed: ReadonlySet<string>;
  readonly files: readonly FileOutcome<{ readonly micrographs: number }>[];
  readonly exitCode: ExitCode;
}

/** Other things than coordinates go by these names, too: what can't be read is passed over. */
const VAGUE = /\.(json|txt|tab|mod|xmd)$/i;

/**
 * Reads a file, or all coordinate files of a folder. Of `a.star` and `a.csv` STAR is taken, and a micrograph's own file
 * rather than a table of many. A file of a folder that can't be read is reported and does not stop the others.
 * @param option that named the path, for what is said about it.
 * @throws UsageError when the folder holds none; CryoliteError 'unsuitable' when none of them can be read, and what is wrong with a file
 * that is all there is: a method that is not heard is not one that has found nothing.
 */
export async function readCoordinateSet(
  context: CommandContext,
  path: string,
  option: string,
): Promise<CoordinateSet> {
  const isMany = await isFolder(path);
  const files = isMany ? chosenOf(await listFiles(path, coordinateSuffixes)) : [path];
  if (files.length === 0) {
    throw new UsageError(`${option} ${path} holds no coordinate files (${coordinateSuffixes.join(', ')}).`);
  }
  const members = new Map<string, SetMember>();
  const own = new Set<string>();
  const passedOver = new Set<string>();
  const readOne = async (file: string): Promise<{ readonly micrographs: number }> => {
    const content = await readFile(file).catch((error: unknown) => {
      if (!(isMany && VAGUE.test(file) && error instanceof FormatError)) throw error;
      passedOver.add(file);
      context.warn(`${file} is left out: it holds no coordinates.`);
    });
    for (const sentence of content?.warnings ?? []) context.warn(`${file}: ${sentence}`);
    for (const member of content ? membersOf(file, content, isMany) : []) {
      const isOwn = content?.micrographs.length === 1;
      if (members.has(member.name) && (own.has(member.name) || !isOwn)) continue;
      members.set(member.name, member);
      if (isOwn) own.add(member.name);
    }
    return { micrographs: content?.micrographs.length ?? 0 };
  };
  const read = isMany
    ? await runOverFiles(context, files, readOne)
    : { files: [{ file: path, ok: true as const, ...(await readOne(path)) }], exitCode: EXIT.ok };
  const failed = read.files.flatMap(({ file, ok }) => (ok ? [] : [stemOf(file)]));
  if (members.size === 0 && failed.length > 0) {
    throw new CryoliteError(
      'unsuitable',
      `${option} ${path} holds no coordinate file that can be read: give another folder.`,
    );
  }
  return {
    members,
    failed: new Set(failed),
    files: read.files.filter(({ file }) => !passedOver.has(file)),
    exitCode: read.exitCode,
  };
}

async function readFile(file: string): Promise<CoordinateFile> {
  const content = await withFile(file, (source) => readCoordinates(source, { resolve: besideIndex(file) }));
  if (content.unit === 'pixel') return content;
  throw new FormatError(
    PROBLEMS[content.format],
    content.name,
    'gives positions as fractions of a micrograph whose size it does not say: bring it into pixels with "cryolite convert --micrograph".',
  );
}

/** In a folder a file of one micrograph goes by its own name, as a copy of the micrograph may have another. */
function membersOf(file: string, { micrographs }: CoordinateFile, isMany: boolean): SetMember[] {
  const isSingle = micrographs.length === 1;
  const all = new Map<string, SetMember>();
  for (const { name: named, coordinates, pixelSizeAngstrom } of micrographs) {
    const name = named === undefined || (isSingle && isMany) ? stemOf(file) : micrographStem(named);
    // The same micrograph by two paths, as when jobs were joined.
    const before = all.get(name)?.coordinates ?? [];
    all.set(name, { name, file, coordinates: [...before, ...coordinates], pixelSizeAngstrom });
  }
  return [...all.values()];
}

function stemOf(file: string): string {
  return basename(file, extname(file)).replace(coordinateSuffix, '');
}

/** Of files that differ in their extension only, STAR or else the first. */
function chosenOf(files: readonly string[]): string[] {
  const names = new Map<string, string>();
  for (const file of files) {
    const name = stemOf(file);
    if (!names.has(name) || extname(file).toLowerCase() === '.star') names.set(name, file);
  }
  return [...names.values()];
}
