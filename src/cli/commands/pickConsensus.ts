/** `cryolite pick --method consensus`: several methods, one after the other, and what they agree on. */
import { join } from 'node:path';
import { CryoliteError, messageOf, UsageError } from '../../core/errors.ts';
import type { Pick } from '../../dataset/picks.ts';
import { readPicksFile } from '../../dataset/picksFile.ts';
import {
  checkConsensus,
  consensusOf,
  consensusRadiusDiameters,
} from '../../pipelines/consensus/consensus.ts';
import { fileExists, removeFile, withFile } from '../../platform/node/files.ts';
import { type CommandContext, type CommandResult, describeError } from '../command.ts';
import { EXIT } from '../io.ts';
import { withPicture } from '../micrographInput.ts';
import { micrographName, planOutputs, refuseExisting } from '../outputs.ts';
import { commonPixelSize } from '../pixelSizes.ts';
import { countsOf, writeConsensus } from './consensus.ts';
import { type CombinedMethod, combinedMethods, type PickOptions } from './pickOptions.ts';

/** Picks with one of the methods. */
export type PickBy = (method: CombinedMethod, options: PickOptions) => Promise<CommandResult>;

/**
 * Picks with each of --of into a folder of its own, all candidates, and writes what --min of them agree on.
 * @throws UsageError where there is nothing to combine, or the micrographs have pixels of several sizes.
 */
export async function pickByConsensus(
  context: CommandContext,
  files: string[],
  options: PickOptions,
  pickBy: PickBy,
): Promise<CommandResult> {
  const { of: methods = [], min = 2, output, diameter, overwrite } = options;
  if (methods.length < 2) {
    throw new UsageError(
      `--method consensus combines methods: name two or more with --of, such as --of ${combinedMethods.join(',')}.`,
    );
  }
  checkConsensus(methods.length, min, consensusRadiusDiameters);
  const outputs = await planOutputs(files, output, '.star');
  const partsOf = (file: string): string[] =>
    methods.map((method) => join(output, method, `${micrographName(file)}.star`));
  const parts = [...outputs.keys()].flatMap(partsOf);
  await refuseExisting([...outputs.values(), ...parts], overwrite);
  const pixelSizeAngstrom = await pixelSizeOf(context, [...outputs.keys()], options);
  // What a method wrote in an earlier run must not pass for what it finds now.
  for (const part of parts) await removeFile(part);
  const results: CommandResult[] = [];
  for (const method of methods) {
    if (context.signal.aborted) break;
    results.push(await pickBy(method, optionsOf(method, options)));
  }
  const micrographs = [];
  const outcomes = [];
  for (const [file, star] of outputs) {
    if (context.signal.aborted) break;
    try {
      micrographs.push({ file, star, sets: await candidatesOf(file, methods, partsOf(file)) });
    } catch (error) {
      context.error(messageOf(error));
      outcomes.push({ file, ok: false, error: describeError(error) });
    }
  }
  // Ranks are over all micrographs.
  const found = consensusOf(
    micrographs.map(({ sets }) => sets),
    { radiusPx: (consensusRadiusDiameters * diameter) / (pixelSizeAngstrom ?? 1), least: min },
  );
  const threshold = options.threshold ?? found.suggestedThreshold;
  for (const [i, { file, star }] of micrographs.entries()) {
    const agreed = found.micrographs[i] ?? [];
    const picks = agreed.filter(({ score }) => score >= threshold);
    await writeConsensus(star, picks, methods.length, { min, diameter, overwrite });
    context.print(
      `${star}  ${picks.length} particles of ${agreed.length} places by ${min} or more of ${methods.join(', ')}`,
    );
    const byMethods = countsOf(picks, methods.length);
    outcomes.push({
      file,
      ok: true,
      output: star,
      picks: picks.length,
      candidates: agreed.length,
      byMethods,
    });
  }
  const codes = results.map(({ exitCode }) => exitCode);
  const failed = outcomes.some(({ ok }) => !ok);
  return {
    exitCode: codes.find((code) => code !== EXIT.ok) ?? (failed ? EXIT.someFailed : EXIT.ok),
    json: {
      command: 'pick',
      method: 'consensus',
      of: methods,
      min,
      radiusDiameters: consensusRadiusDiameters,
      threshold,
      suggestedThreshold: found.suggestedThreshold,
      files: outcomes,
      methods: results.map(({ json }) => json),
    },
  };
}

/** What one of the methods is asked for. */
function optionsOf(method: CombinedMethod, { maskOut, ...options }: PickOptions): PickOptions {
  // All candidates: what one method is not sure of may be another's best.
  const threshold = Number.NEGATIVE_INFINITY;
  const own = { ...options, method, output: join(options.output, method), threshold };
  // Only a network tells of contamination.
  if (method !== 'cnn') return { ...own, keepContaminated: false };
  return maskOut === undefined ? own : { ...own, maskOut };
}

/** Of all micrographs that can be read, Å; what is wrong with the others is said when they are picked. */
async function pixelSizeOf(
  context: CommandContext,
  files: readonly string[],
  options: PickOptions,
): Promise<number | undefined> {
  const silent = { ...context, warn: () => {} };
  const sizes: (number | undefined)[] = [];
  for (const file of files) {
    const size = withPicture(silent, file, options, async (input) => input.pixelSizeAngstrom);
    sizes.push(await size.catch(() => undefined));
  }
  return commonPixelSize(sizes);
}

async function candidatesOf(
  file: string,
  methods: readonly CombinedMethod[],
  parts: readonly string[],
): Promise<(readonly Pick[])[]> {
  const sets = [];
  for (const [i, part] of parts.entries()) {
    if (!(await fileExists(part))) {
      throw new CryoliteError(
        'unsuitable',
        `${file} was not picked by ${methods[i]}: there is nothing to combine.`,
      );
    }
    sets.push(await withFile(part, (source) => readPicksFile(source, micrographName(file))));
  }
  return sets;
}
