/** Two sets of picks beside each other. */
import { join } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { encode, type NamedBytes } from '../../dataset/coordinates/write.ts';
import type { Coordinate } from '../../formats/coordinates.ts';
import { writeStarPicks } from '../../formats/star/picks.ts';
import { type Comparison, comparePicks } from '../../pipelines/evaluation/comparison.ts';
import { LOOSE_DIAMETERS } from '../../pipelines/evaluation/evaluate.ts';
import type { CommandContext, CommandResult } from '../command.ts';
import { writeFiles } from '../coordinateFiles.ts';
import { readCoordinateSet, type SetMember } from '../coordinateSets.ts';
import { EXIT } from '../io.ts';
import { makeFolder, refuseExisting, refuseReplacing } from '../outputs.ts';
import { pairNames } from '../pairNames.ts';
import { columns } from '../tables.ts';
import { diameterInPixels, type EvaluateOptions } from './evaluateOptions.ts';
import { roundedPx } from './evaluateWords.ts';

interface Compared {
  readonly name: string;
  readonly a: readonly Coordinate[];
  readonly b: readonly Coordinate[];
  readonly comparison: Comparison;
}

/** @param other the set beside --picks. */
export async function compareSets(
  context: CommandContext,
  options: EvaluateOptions,
  other: string,
): Promise<CommandResult> {
  const first = await readCoordinateSet(context, options.picks, '--picks');
  const second = await readCoordinateSet(context, other, '--compare');
  const all = [...first.members.values(), ...second.members.values()];
  const radiusPx = options.radius ?? LOOSE_DIAMETERS * diameterInPixels(options, all);
  const compared = paired(first.members, second.members)
    .filter(({ name }) => !first.failed.has(name) && !second.failed.has(name))
    .map(({ name, a, b }): Compared => ({ name, a, b, comparison: comparePicks(a, b, radiusPx) }));

  context.print(`A: ${options.picks}`);
  context.print(`B: ${other}`);
  const rows = compared.map(({ name, comparison }) => ({ name, ...countsOf(comparison) }));
  const total = rows.reduce(
    (sum, { both, onlyA, onlyB }) => ({
      both: sum.both + both,
      onlyA: sum.onlyA + onlyA,
      onlyB: sum.onlyB + onlyB,
    }),
    { both: 0, onlyA: 0, onlyB: 0 },
  );
  const table = [...rows, { name: 'all', ...total }].map(({ name, both, onlyA, onlyB }) => [
    name,
    ...[both + onlyA, both + onlyB, both, onlyA, onlyB].map(String),
    ...[share(both, both + onlyA), share(both, both + onlyB)],
  ]);
  const titles = ['micrograph', 'A', 'B', 'both', 'only A', 'only B', 'of A in B', 'of B in A'];
  for (const line of columns([titles, ...table], 1)) context.print(line);
  context.print(`Two picks are one particle within ${roundedPx(radiusPx)} px of each other, nearest first.`);

  const written = options.output === undefined ? [] : await write(options, other, compared, options.output);
  if (written.length > 0) context.print(`${written.length} files were written to ${options.output}.`);
  const hasFailed = first.exitCode !== EXIT.ok || second.exitCode !== EXIT.ok;
  return {
    exitCode: hasFailed ? EXIT.someFailed : EXIT.ok,
    json: {
      command: 'evaluate',
      radiusPx,
      ...total,
      micrographs: rows,
      files: [...first.files, ...second.files],
      written,
    },
  };
}

/** All micrographs of either set: what one has not looked at, only the other has. */
function paired(first: ReadonlyMap<string, SetMember>, second: ReadonlyMap<string, SetMember>) {
  const { pairs, unused } = pairNames([...first.keys()], [...second.keys()]);
  const of = (set: ReadonlyMap<string, SetMember>, name: string | undefined) =>
    set.get(name ?? '')?.coordinates ?? [];
  return [
    ...pairs.map(({ name, other }) => ({ name, a: of(first, name), b: of(second, other) })),
    ...unused.map((name) => ({ name, a: [], b: of(second, name) })),
  ];
}

function countsOf({ both, onlyA, onlyB }: Comparison) {
  return { both: both.length, onlyA: onlyA.length, onlyB: onlyB.length };
}

async function write(
  { picks, overwrite }: EvaluateOptions,
  other: string,
  compared: readonly Compared[],
  folder: string,
): Promise<string[]> {
  const files = compared.flatMap(({ name, a, b, comparison }): NamedBytes[] => {
    const star = (part: string, places: readonly (Coordinate | undefined)[], of: string): NamedBytes => {
      const known = places.flatMap((place) => (place ? [place] : []));
      const comment = `Cryolite ${__CRYOLITE_VERSION__}: ${of}`;
      return { name: `${name}_${part}.star`, bytes: encode(writeStarPicks(known, [comment])) };
    };
    const pick = (set: readonly Coordinate[], indices: readonly number[]) => indices.map((i) => set[i]);
    const both = comparison.both.map((pair) => pair.a);
    return [
      star('both', pick(a, both), `in ${picks}, and also in ${other}`),
      star('only_A', pick(a, comparison.onlyA), `in ${picks}, not in ${other}`),
      star('only_B', pick(b, comparison.onlyB), `in ${other}, not in ${picks}`),
    ];
  });
  const paths = files.map(({ name }) => join(folder, name));
  if (new Set(paths).size < paths.length) {
    throw new UsageError('Two micrographs would be written to one file: compare them one by one.');
  }
  await refuseReplacing([picks, other], paths);
  await makeFolder(folder);
  await refuseExisting(paths, overwrite);
  return await writeFiles(folder, files, { overwrite });
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : (part / whole).toFixed(3);
}
