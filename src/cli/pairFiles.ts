/** Finds the picks that belong to a truth file by name, since programs add words to the names of their files. */
import { basename, extname } from 'node:path';
import { coordinateSuffix } from '../formats/coordinates.ts';

export interface FilePair {
  /** The micrograph's name: the truth file's without folder and extension. */
  readonly name: string;
  readonly truth: string;
  /** Undefined when there is none. */
  readonly picks: string | undefined;
}

export interface Pairing {
  readonly pairs: readonly FilePair[];
  /** Picks files that belong to no truth file. */
  readonly unused: readonly string[];
}

/**
 * Each truth file with the picks file of the same name; else with the only one whose name goes on with "_" after
 * the truth's (truth `mic_01.csv`, picks `mic_01_avg.star`). Of `a.star` and `a.csv` in one folder, STAR is read.
 */
export function pairFiles(truthFiles: readonly string[], picksFiles: readonly string[]): Pairing {
  const truth = byName(truthFiles);
  const picks = byName(picksFiles);
  const used = new Set<string>();
  const pairs = [...truth].map(([name, path]): FilePair => {
    const longer = [...picks.keys()].filter((other) => other.startsWith(`${name}_`) && !truth.has(other));
    const found = picks.has(name) ? name : longer.length === 1 ? longer[0] : undefined;
    if (found !== undefined) used.add(found);
    return { name, truth: path, picks: found === undefined ? undefined : picks.get(found) };
  });
  return { pairs, unused: [...picks].filter(([name]) => !used.has(name)).map(([, path]) => path) };
}

function byName(files: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const file of files) {
    const name = basename(file, extname(file)).replace(coordinateSuffix, '');
    if (!names.has(name) || extname(file).toLowerCase() === '.star') names.set(name, file);
  }
  return names;
}
