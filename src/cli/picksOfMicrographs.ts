/** Finds the picks of each micrograph among folders and files of coordinates of any program. */
import { basename, extname } from 'node:path';
import { CryoliteError, UsageError } from '../core/errors.ts';
import { type CoordinateFile, findMicrograph, readCoordinates } from '../dataset/coordinates/read.ts';
import type { ImageSize } from '../dataset/coordinates/readings.ts';
import type { Pick } from '../dataset/picks.ts';
import { readPicksFile } from '../dataset/picksFile.ts';
import { coordinateSuffix, type MicrographCoordinates } from '../formats/coordinates.ts';
import { isFolder, listFiles, withFile } from '../platform/node/files.ts';
import { besideIndex } from './coordinateFiles.ts';
import { micrographName } from './outputs.ts';

const EXTENSIONS = ['.star', '.csv', '.box', '.cbox', '.json', '.cs', '.txt', '.mod'];

export interface FoundPicks {
  readonly file: string;
  readonly picks: readonly Pick[];
}

export type FindPicks = (micrograph: string, size: ImageSize) => Promise<FoundPicks>;

/** The code of the error that says that a micrograph has none. */
export const noPicks = 'no-picks';

/**
 * Looks through files and folders: of several files, the one that goes by the micrograph's name, else the tables of many
 * micrographs.
 * @param option that named them, for what is said about them.
 * @param servesAny whether a single file serves the micrograph whatever its name is.
 * @throws UsageError when there is no such file at all; what it returns throws CryoliteError `noPicks`.
 */
export async function findPicksIn(
  paths: readonly string[],
  option = '--picks',
  servesAny = true,
): Promise<FindPicks> {
  const files: string[] = [];
  for (const path of paths)
    files.push(...((await isFolder(path)) ? await listFiles(path, EXTENSIONS) : [path]));
  const [only] = files;
  if (only === undefined) {
    throw new UsageError(
      `${option} ${paths.join(' ')} holds no coordinate files (${EXTENSIONS.join(', ')}): give the folder or the files of the picks.`,
    );
  }
  if (files.length === 1 && servesAny) return (micrograph, size) => read(only, micrograph, size);
  const names = byName(files);
  // Read once, when a micrograph has no file of its own.
  let tables: Promise<Table[]> | undefined;
  return async (micrograph, size) => {
    const named = fileFor(names, micrographName(micrograph));
    if (named !== undefined) return await read(named, micrograph, size);
    tables ??= readTables(files);
    const table = (await tables).find(({ content }) => findMicrograph(content, micrograph));
    if (table) return await read(table.file, micrograph, size);
    throw new CryoliteError(noPicks, `${micrograph} has no picks in ${paths.join(', ')}.`);
  };
}

async function read(file: string, micrograph: string, size: ImageSize): Promise<FoundPicks> {
  return await withFile(file, async (source) => {
    const resolve = besideIndex(file);
    const found = findMicrograph(await readCoordinates(source, { resolve }), micrograph);
    checkSize(file, micrograph, found, size);
    return { file, picks: await readPicksFile(source, basename(micrograph), { size, resolve }) };
  });
}

/** Where a file of coordinates knows the size of its micrograph, it has to be this one's. */
function checkSize(
  file: string,
  micrograph: string,
  found: MicrographCoordinates | undefined,
  { width, height }: ImageSize,
): void {
  const [w = width, h = height] = [found?.width, found?.height];
  if (w === width && h === height) return;
  throw new CryoliteError(
    'outside',
    `${file} was made on a picture of ${w} × ${h} pixels, but ${micrograph} has ${width} × ${height}: give picks of this one.`,
  );
}

interface Table {
  readonly file: string;
  readonly content: CoordinateFile;
}

/** The files that hold several micrographs; others than coordinates may lie in a folder, too. */
async function readTables(files: readonly string[]): Promise<Table[]> {
  const tables: Table[] = [];
  for (const file of files) {
    const content = await withFile(file, (source) =>
      readCoordinates(source, { resolve: besideIndex(file) }),
    ).catch(() => undefined);
    if (content && content.micrographs.length > 1) tables.push({ file, content });
  }
  return tables;
}

/** Of a.star and a.csv, STAR. */
function byName(files: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const file of files) {
    const name = basename(file, extname(file)).replace(coordinateSuffix, '');
    if (!names.has(name) || extname(file).toLowerCase() === '.star') names.set(name, file);
  }
  return names;
}

/** By the same name, else by the only one that goes on with "_", or that the micrograph's goes on from. */
function fileFor(names: ReadonlyMap<string, string>, micrograph: string): string | undefined {
  const exact = names.get(micrograph);
  if (exact !== undefined) return exact;
  const similar = [...names.keys()].filter(
    (name) => name.startsWith(`${micrograph}_`) || micrograph.startsWith(`${name}_`),
  );
  return similar.length === 1 ? names.get(similar[0] ?? '') : undefined;
}
