/** The picks of a whole data set, laid out as another program wants them, beside the STAR files that they are read from. */
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { type Command, Option } from 'commander';
import { exportAll, LAYOUTS, type LaidOutMicrograph, type Layout } from '../dataset/coordinates/exportAll.ts';
import { openMicrograph } from '../dataset/open.ts';
import { readStarPicks } from '../formats/star/picks.ts';
import { withFile } from '../platform/node/files.ts';
import type { CommandContext } from './command.ts';
import { writeFiles } from './coordinateFiles.ts';
import { makeFolder, refuseExisting } from './outputs.ts';

/** Adds --layout. */
export function addLayoutOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--layout <program>',
      'lay all picks out for a program, too, in the output folder: a list and folders as RELION’s Auto-picking leaves them, one table for cryoSPARC, info files for EMAN2, one CSV table',
    ).choices([...LAYOUTS]),
  );
}

/** A micrograph and the STAR file of its picks. */
export interface PickedFile {
  readonly file: string;
  readonly output: string;
}

/**
 * Writes the layout, and says what to do with it.
 * @param folder where it goes.
 * @returns paths of the files.
 * @throws CryoliteError 'exists' before anything is written; UsageError where two micrographs would be one file.
 */
export async function writeLayout(
  context: CommandContext,
  layout: Layout,
  folder: string,
  picked: readonly PickedFile[],
  options: { readonly overwrite: boolean; readonly pixelSize?: number | undefined },
): Promise<string[]> {
  const micrographs: LaidOutMicrograph[] = [];
  for (const one of picked) micrographs.push(await laidOut(one, options.pixelSize));
  const { files, instruction } = exportAll(layout, micrographs, {
    comments: [`Cryolite ${__CRYOLITE_VERSION__}`],
  });
  const paths = files.map(({ name }) => join(folder, name));
  await refuseExisting(paths, options.overwrite);
  for (const above of new Set(paths.map(dirname))) await makeFolder(above);
  await writeFiles(folder, files, options);
  context.print(`${files.length} files for ${picked.length} micrographs in ${folder}. ${instruction}`);
  return paths;
}

async function laidOut(
  { file, output }: PickedFile,
  pixelSize: number | undefined,
): Promise<LaidOutMicrograph> {
  const text = await withFile(output, async (source) =>
    new TextDecoder().decode(await source.read(0, source.size)),
  );
  return await withFile(file, async (source) => {
    const { width, height, pixelSizeAngstrom } = await openMicrograph(source);
    return {
      name: basename(file),
      folder: folderFromHere(file),
      ...{ width, height, pixelSizeAngstrom: pixelSize ?? pixelSizeAngstrom },
      coordinates: readStarPicks(output, text),
    };
  });
}

/** From where the command runs, which for RELION is the project's folder; of one that lies elsewhere, its last folder. */
function folderFromHere(file: string): string {
  const folder = dirname(resolve(file));
  const path = relative('.', folder);
  return path.startsWith('..') || resolve(path) !== folder || path.includes(':')
    ? basename(folder)
    : path.split(sep).join('/');
}
