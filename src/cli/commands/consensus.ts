import { join } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { writeStarPicks } from '../../formats/star/picks.ts';
import {
  type ConsensusPick,
  checkConsensus,
  consensusOf,
  consensusRadiusDiameters,
} from '../../pipelines/consensus/consensus.ts';
import { writeTextFile } from '../../platform/node/files.ts';
import {
  addJsonOption,
  addOverwriteOption,
  addUnusedGpuOption,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  parseCount,
  parseNumber,
  parsePositive,
  type RegisterCommand,
  runCommand,
} from '../command.ts';
import { type CoordinateSet, readCoordinateSet } from '../coordinateSets.ts';
import { EXIT } from '../io.ts';
import { makeFolder, refuseExisting, refuseReplacing } from '../outputs.ts';
import { pairNames } from '../pairNames.ts';
import { commonPixelSize } from '../pixelSizes.ts';

interface ConsensusOptions extends CommonOptions {
  readonly picks: readonly string[];
  readonly output: string;
  readonly min: number;
  readonly diameter: number;
  readonly pixelSize?: number;
  /** Diameters. */
  readonly radius: number;
  readonly threshold?: number;
  readonly overwrite: boolean;
}

export const registerConsensus: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('consensus')
    .description(
      'combine picks of several methods or programs: what enough of them agree on, best first; writes one STAR file a micrograph',
    )
    .requiredOption(
      '--picks <path...>',
      'a folder or a file for each method; lists of all candidates combine better than thresholded ones',
    )
    .requiredOption('-o, --output <folder>', 'where the STAR files go')
    .requiredOption('--diameter <Å>', 'longest extent of a particle', parsePositive)
    .option('--pixel-size <Å>', 'of the micrographs (default: what the files of picks say)', parsePositive)
    .option('--min <n>', 'so many methods have to agree', parseCount, 2)
    .option(
      '--radius <diameters>',
      'picks nearer than this are of one particle, 0.02 to 0.5',
      parseNumber,
      consensusRadiusDiameters,
    )
    .option(
      '--threshold <score>',
      'lowest score to write, 0 to 1 (default: where agreement becomes chance; 0 writes all that enough methods agree on)',
      parseNumber,
    );
  addOverwriteOption(addUnusedGpuOption(addJsonOption(command))).action(async (options: ConsensusOptions) => {
    finish(await runCommand(io, options, (context) => consensus(context, options)));
  });
};

async function consensus(context: CommandContext, options: ConsensusOptions): Promise<CommandResult> {
  const { picks: paths, output, diameter, min, radius, overwrite } = options;
  checkConsensus(paths.length, min, radius);
  const sets: CoordinateSet[] = [];
  for (const path of paths) sets.push(await readCoordinateSet(context, path, '--picks'));
  const members = sets.flatMap((set) => [...set.members.values()]);
  const pixelSizeAngstrom =
    options.pixelSize ?? commonPixelSize(members.map((member) => member.pixelSizeAngstrom));
  if (pixelSizeAngstrom === undefined) {
    throw new UsageError('The files of picks do not say how large a pixel is: give --pixel-size in Å.');
  }
  const named = micrographsOf(sets);
  const failed = new Set(sets.flatMap((set) => [...set.failed]));
  const micrographs = named.filter(({ name }) => !failed.has(name));
  const outputOf = (name: string): string => join(output, `${name}.star`);
  const outputs = micrographs.map(({ name }) => outputOf(name));
  await refuseReplacing(
    members.map(({ file }) => file),
    outputs,
  );
  await makeFolder(output);
  await refuseExisting(outputs, overwrite);
  const found = consensusOf(
    micrographs.map(({ names }) => sets.map((set, i) => set.members.get(names[i] ?? '')?.coordinates ?? [])),
    { radiusPx: (radius * diameter) / pixelSizeAngstrom, least: min },
  );
  const threshold = options.threshold ?? found.suggestedThreshold;
  const files = [];
  for (const [i, { name }] of micrographs.entries()) {
    const agreed = found.micrographs[i] ?? [];
    const kept = agreed.filter(({ score }) => score >= threshold);
    const file = outputOf(name);
    await writeConsensus(file, kept, paths.length, options);
    context.print(
      `${file}  ${kept.length} particles of ${agreed.length} places; by ${agreement(kept, paths.length)}`,
    );
    const byMethods = countsOf(kept, paths.length);
    files.push({ file, ok: true, name, picks: kept.length, candidates: agreed.length, byMethods });
  }
  return {
    exitCode: sets.some(({ exitCode }) => exitCode !== EXIT.ok) ? EXIT.someFailed : EXIT.ok,
    json: {
      command: 'consensus',
      picks: paths,
      min,
      radiusDiameters: radius,
      diameterAngstrom: diameter,
      pixelSizeAngstrom,
      threshold,
      suggestedThreshold: found.suggestedThreshold,
      files: [...files, ...sets.flatMap((set) => set.files.filter(({ ok }) => !ok))],
    },
  };
}

/** One micrograph's file. */
export async function writeConsensus(
  file: string,
  picks: readonly ConsensusPick[],
  methods: number,
  options: { readonly min: number; readonly diameter: number; readonly overwrite: boolean },
): Promise<void> {
  const comment = `Cryolite ${__CRYOLITE_VERSION__}: what ${options.min} or more of ${methods} methods agree on, diameter ${options.diameter} A`;
  await writeTextFile(file, writeStarPicks(picks, [comment]), { overwrite: options.overwrite });
}

/** How many picks were found by so many methods: [by one, by two, …]. */
export function countsOf(picks: readonly ConsensusPick[], methods: number): number[] {
  return Array.from({ length: methods }, (_, i) => picks.filter(({ sets }) => sets.length === i + 1).length);
}

function agreement(picks: readonly ConsensusPick[], methods: number): string {
  return countsOf(picks, methods)
    .map((count, i) => `${i + 1} method${i === 0 ? '' : 's'}: ${count}`)
    .reverse()
    .join(', ');
}

/** Micrographs by the names that any method has for them. */
function micrographsOf(
  sets: readonly CoordinateSet[],
): { readonly name: string; readonly names: readonly (string | undefined)[] }[] {
  const names = sets.map(({ members }) => [...members.keys()]);
  const known: { name: string; names: (string | undefined)[] }[] = [];
  for (const [i, own] of names.entries()) {
    const { pairs, unused } = pairNames(
      known.map(({ name }) => name),
      own,
    );
    for (const { name, other } of pairs) {
      const one = known.find((each) => each.name === name);
      if (one) one.names[i] = other;
    }
    for (const name of unused) {
      const one: (string | undefined)[] = [];
      one[i] = name;
      known.push({ name, names: one });
    }
  }
  return known;
}
