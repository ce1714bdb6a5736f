/** Which of the coordinate files that came together belong to the micrograph on the screen. */
import { formatOfName } from '../../dataset/coordinates/detect.ts';
import { findMicrograph } from '../../dataset/coordinates/read.ts';
import type { CoordinateFormat } from '../../formats/coordinates.ts';
import { coordinateSuffix, micrographStem } from '../../formats/coordinates.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { ReadCoordinates } from '../../rpc/contract.ts';

/** Who reads coordinate files: the worker. */
export type CoordinateReader = Pick<ComputeClient, 'readCoordinates'>;

export interface SortedFiles {
  /** To be imported, one after another. */
  readonly ours: readonly File[];
  /** Of other micrographs. */
  readonly left: readonly File[];
}

/** Formats whose files may hold many micrographs. */
const MANY: ReadonlySet<CoordinateFormat | undefined> = new Set(['star', 'csv', 'cs']);

/** Whether a file of picks and a micrograph go by one name, but for what programs put behind it: a.star, a_avg.mrc. */
export function goByOneName(picksFile: string, micrograph: string): boolean {
  const a = picksFile.replace(/\.[a-z]+$/i, '').replace(coordinateSuffix, '');
  const b = micrographStem(micrograph);
  return a === b || b.startsWith(`${a}_`) || a.startsWith(`${b}_`);
}

/**
 * A single file is what the user means. Of several, those that go by the micrograph's name are; or else those that
 * hold many micrographs, this one among them, as RELION's index of coordinate files does.
 * @param isMeant the files were given for this very micrograph: if none goes by its name, all are.
 */
export async function sortFiles(
  compute: CoordinateReader,
  files: readonly File[],
  micrograph: string,
  isMeant: boolean,
): Promise<SortedFiles> {
  if (files.length === 1 && isMeant) return { ours: files, left: [] };
  const named = files.filter(({ name }) => goByOneName(name, micrograph));
  if (named.length > 0) return without(files, named, new Set());
  const used = new Set<string>();
  const holders: File[] = [];
  for (const file of files) {
    if (MANY.has(formatOfName(file.name)) && (await holds(compute, file, micrograph, files, used)))
      holders.push(file);
  }
  if (holders.length === 0 && isMeant) return { ours: files, left: [] };
  return without(files, holders, used);
}

/** An index says what it is at its beginning. */
const indexBlock = 'coordinate_files';
const headBytes = 2 ** 16;

/** Reads a file away from the page. The others go along only with what may name them: they may be thousands. */
export async function readAmong(
  compute: CoordinateReader,
  file: File,
  among: readonly File[],
): Promise<ReadCoordinates> {
  const head = among.length > 1 ? await file.slice(0, headBytes).text() : '';
  return await compute.readCoordinates(file, head.includes(indexBlock) ? among : []);
}

async function holds(
  compute: CoordinateReader,
  file: File,
  micrograph: string,
  files: readonly File[],
  used: Set<string>,
): Promise<boolean> {
  try {
    const read = await readAmong(compute, file, files);
    const isOurs = read.micrographs.length > 1 && findMicrograph(read, micrograph) !== undefined;
    if (isOurs) for (const name of read.used) used.add(name);
    return isOurs;
  } catch {
    // What is wrong with a file is said when it is imported.
    return false;
  }
}

function without(files: readonly File[], ours: readonly File[], used: ReadonlySet<string>): SortedFiles {
  return { ours, left: files.filter((file) => !ours.includes(file) && !used.has(file.name)) };
}
