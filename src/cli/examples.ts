/** Particles picked by hand, for commands that learn from them. */
import { CryoliteError, UsageError } from '../core/errors.ts';
import { createRandom } from '../core/random.ts';
import type { ImageSize } from '../dataset/coordinates/readings.ts';
import { openMicrograph } from '../dataset/open.ts';
import type { Place } from '../dataset/picks.ts';
import { withFile } from '../platform/node/files.ts';
import { findPicksIn, noPicks } from './picksOfMicrographs.ts';

/** The examples on each micrograph that has any. */
export type Examples = ReadonlyMap<string, readonly Place[]>;

/**
 * Finds each micrograph's examples by its name; micrographs without are left out.
 * @param option that named `paths`.
 * @throws UsageError when none has any.
 */
export async function readExamples(
  micrographs: readonly string[],
  paths: readonly string[],
  option: string,
): Promise<Examples> {
  const findPicks = await findPicksIn(paths, option, micrographs.length === 1);
  const examples = new Map<string, readonly Place[]>();
  for (const micrograph of micrographs) {
    const size = await sizeOf(micrograph);
    const picks = size && (await findPicks(micrograph, size).catch(noneWhereNone))?.picks;
    if (picks && picks.length > 0) examples.set(micrograph, picks);
  }
  if (examples.size === 0) {
    throw new UsageError(
      `${option} ${paths.join(' ')} has particles of none of these micrographs: name its files like them.`,
    );
  }
  return examples;
}

/** Undefined for what is no micrograph: whoever works on it will say so. */
async function sizeOf(file: string): Promise<ImageSize | undefined> {
  try {
    return await withFile(file, async (source) => {
      const { width, height } = await openMicrograph(source);
      return { width, height };
    });
  } catch (error) {
    if (error instanceof CryoliteError) return undefined;
    throw error;
  }
}

function noneWhereNone(error: unknown): undefined {
  if (!(error instanceof CryoliteError && error.code === noPicks)) throw error;
}

export function countExamples(examples: Examples): number {
  let count = 0;
  for (const places of examples.values()) count += places.length;
  return count;
}

/**
 * Takes some of the examples at random, over all micrographs: what somebody knows who has clicked so many.
 * @throws UsageError when there are fewer.
 */
export function chooseExamples(examples: Examples, count: number, seed: number): Examples {
  const all = [...examples].flatMap(([file, places]) => places.map((place) => ({ file, place })));
  if (count > all.length) {
    throw new UsageError(`--labels ${count} is more than the ${all.length} examples that there are.`);
  }
  const random = createRandom(seed);
  const chosen = new Map<string, Place[]>();
  for (let taken = 0; taken < count; taken++) {
    const at = taken + random.integer(all.length - taken);
    const [one, other] = [all[at], all[taken]];
    if (!one || !other) break;
    all[at] = other;
    const places = chosen.get(one.file);
    if (places) places.push(one.place);
    else chosen.set(one.file, [one.place]);
  }
  return chosen;
}
