import { dirname, extname, join, resolve } from 'node:path';
import { UsageError } from '../core/errors.ts';
import { isMicrographName, micrographName, refuseReplacing } from './outputs.ts';

/** Files that one movie's sums go to. */
export interface SumOutputs {
  readonly sum: string;
  readonly even: string | undefined;
  readonly odd: string | undefined;
}

/**
 * Where each movie's sums go, decided before any work: to the file that is named, or to NAME.mrc in the folder. Halves are
 * called as MotionCor2 and RELION call them.
 * @throws UsageError when two would go to the same file, or one would replace what is read.
 */
export async function planSums(
  movies: readonly string[],
  { output, evenOdd, gain }: { readonly output: string; readonly evenOdd: boolean; readonly gain?: string },
): Promise<ReadonlyMap<string, SumOutputs>> {
  const inputs = new Set(movies);
  const isFile = extname(output).toLowerCase() === '.mrc';
  if (!isFile && isMicrographName(output)) {
    throw new UsageError(
      `Sums are written as MRC: give a name that ends in .mrc, or a folder, not ${output}.`,
    );
  }
  if (isFile && inputs.size > 1) {
    throw new UsageError(`${output} is one file, but there are ${inputs.size} movies: give a folder.`);
  }
  const taken = new Map<string, string>();
  const outputs = new Map<string, SumOutputs>();
  for (const input of inputs) {
    const folder = isFile ? dirname(output) : output;
    const name = isFile ? micrographName(output) : micrographName(input);
    const half = (suffix: string): string | undefined =>
      evenOdd ? join(folder, `${name}${suffix}.mrc`) : undefined;
    const paths = {
      sum: isFile ? output : join(folder, `${name}.mrc`),
      even: half('_EVN'),
      odd: half('_ODD'),
    };
    for (const path of Object.values(paths)) {
      if (path === undefined) continue;
      const other = taken.get(resolve(path));
      if (other !== undefined) {
        throw new UsageError(
          `${other} and ${input} would both be written to ${path}: give them in two runs with two folders.`,
        );
      }
      taken.set(resolve(path), input);
    }
    outputs.set(input, paths);
  }
  const all = [...outputs.values()].flatMap((paths) => Object.values(paths));
  await refuseReplacing([...inputs, gain], all);
  return outputs;
}
