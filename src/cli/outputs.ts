import { mkdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { CryoliteError, GpuLimitError, messageOf, UsageError } from '../core/errors.ts';
import { isFolder, realPath, refuseTaken } from '../platform/node/files.ts';

const PACKED = /\.(gz|bz2)$/i;
const PICTURE = /\.(mrcs?|map|ccp4|rec|st|tiff?|eer|dm[34]|png|jpe?g)$/i;

/** A file's name without folders and without the extensions of micrographs. */
export function micrographName(path: string): string {
  return basename(path).replace(PACKED, '').replace(PICTURE, '');
}

/** Whether a file is a picture by its name. */
export function isMicrographName(path: string): boolean {
  return PICTURE.test(path.replace(PACKED, ''));
}

/** Whether an output is a folder: one that is there, a name that ends like one, or has no extension. */
export async function isFolderName(output: string): Promise<boolean> {
  return (await isFolder(output)) || /[/\\]$/.test(output) || extname(output) === '';
}

/**
 * Where each input's result goes, decided before any work: NAME + suffix in the folder, which is made.
 * @throws UsageError when two inputs would write the same file, one would be replaced, or the folder can't be made.
 */
export async function planOutputs(
  inputs: readonly string[],
  folder: string,
  suffix: string,
): Promise<ReadonlyMap<string, string>> {
  const outputs = new Map<string, string>();
  const taken = new Map<string, string>();
  for (const input of new Set(inputs)) {
    const output = join(folder, `${micrographName(input)}${suffix}`);
    const other = taken.get(output);
    if (other !== undefined) {
      throw new UsageError(
        `${other} and ${input} would both be written to ${output}: give them in two runs with two folders.`,
      );
    }
    taken.set(output, input);
    outputs.set(input, output);
  }
  await refuseReplacing([...outputs.keys()], [...outputs.values()]);
  await makeFolder(folder);
  return outputs;
}

/** Makes a folder and those above it where they are missing. @throws UsageError when it can't be made. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new UsageError(`The folder ${folder} can't be made: ${messageOf(error)}`);
  });
}

/** Says no before the work, not after it. @throws CryoliteError 'exists'; UsageError for a folder. */
export async function refuseExisting(paths: readonly string[], overwrite: boolean): Promise<void> {
  for (const path of paths) await refuseTaken(path, overwrite);
}

/**
 * Says no where a result would take the place of something it is made of, or of another result: --overwrite or not,
 * however its path is written. What is undefined is passed over.
 * @throws UsageError.
 */
export async function refuseReplacing(
  inputs: readonly (string | undefined)[],
  outputs: readonly (string | undefined)[],
): Promise<void> {
  const read = new Map<string, string>();
  for (const input of inputs) if (input !== undefined) read.set(await realPath(input), input);
  const written = new Map<string, string>();
  for (const output of outputs) {
    if (output === undefined) continue;
    const path = await realPath(output);
    const input = read.get(path);
    if (input !== undefined) {
      throw new UsageError(`${input} would be replaced by its own result: give another output.`);
    }
    const other = written.get(path);
    if (other !== undefined) {
      throw new UsageError(`Two results would be written to ${other}: give them different names.`);
    }
    written.set(path, output);
  }
}

/**
 * A parameter that does not suit one input, or an input too large for the GPU, is that input's failure, not wrong usage
 * of the whole command; the sentence names the file.
 */
export async function aboutFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code =
      error instanceof UsageError ? 'unsuitable' : error instanceof GpuLimitError ? error.code : undefined;
    if (code === undefined) throw error;
    throw new CryoliteError(code, `${file}: ${messageOf(error)}`, { cause: error });
  }
}
