/** `cryolite pick --method consensus`: several methods, one after the other, and what they agree on. */
import { join } from 'node:path';
import { CryoliteError, UsageError } from '../../core/errors.ts';
import { readPicksFile } from '../../dataset/picksFile.ts';
import {
  checkConsensus,
  consensusOf,
  consensusRadiusDiameters,
} from '../../pipelines/consensus/consensus.ts';
import { withFile } from '../../platform/node/files.ts';
import { type CommandContext, type CommandResult, describeError } from '../command.ts';
import { EXIT } from '../io.ts';
import { withMicrograph } from '../micrographInput.ts';
import { micrographName, planOutputs, refuseExisting } from '../outputs.ts';
import { countsOf, writeConsensus } from './consensus.ts';
import { type CombinedMethod, combinedMethods, type PickOptions } from './pickOptions.ts';

/** Picks with one of the methods. */
export type PickBy = (method: CombinedMethod, options: PickOptions) => Promise<CommandResult>;

/**
 * Picks with each of --of into a folder of its own, all candidates, and writes what --min of them agree on.
 * @throws UsageError where there is nothing to combine.
 */
export async function pickByConsensus(
  context: CommandContext,
  files: string[],
  options: PickOptions,
  pickBy: PickBy,
): Promise<CommandResult> {
  const { of: methods = [], min = 2, output, diameter, overwrite } = options;
  if (new Set(methods).size < 2) {
    throw new UsageError(
      `--method consensus combines methods: name two or more with --of, such as --of ${combinedMethods.join(',')}.`,
    );
  }
  checkConsensus(methods.length, min, consensusRadiusDiameters);
  const outputs = await planOutputs(files, output, '.star');
  await refuseExisting([...outputs.values()], overwrite);
  const parts: CommandResult[] = [];
  for (const method of methods) {
    if (context.signal.aborted) break;
    const folder = join(output, method);
    // All candidates: what one method is not sure of may be another's best.
    const own = { ...options, method, output: folder, threshold: Number.NEGATIVE_INFINITY };
    parts.push(await pickBy(method, own));
  }
  const micrographs = [];
  const outcomes = [];
  for (const [file, star] of outputs) {
    if (context.signal.aborted) break;
    try {
      micrographs.push(await candidatesOf(context, file, star, options));
    } catch (error) {
      outcomes.push({ file, ok: false, error: describeError(error) });
    }
  }
  // Ranks are over all micrographs, and so is the radius where they have one pixel size.
  const [first] = micrographs;
  const radiusPx = (consensusRadiusDiameters * diameter) / (first?.pixelSizeAngstrom ?? 1);
  const found = consensusOf(
    micrographs.map(({ sets }) => sets),
    { radiusPx, least: min },
  );
  for (const [i, { file, star }] of micrographs.entries()) {
    const picks = (found[i] ?? []).filter(({ score }) => score >= (options.threshold ?? 0));
    await writeConsensus(star, picks, methods.length, { min, diameter, overwrite });
    context.print(`${star}  ${picks.length} particles by ${min} or more of ${methods.join(', ')}`);
    outcomes.push({
      file,
      ok: true,
      output: star,
      picks: picks.length,
      byMethods: countsOf(picks, methods.length),
    });
  }
  return {
    exitCode: parts.find(({ exitCode }) => exitCode !== EXIT.ok)?.exitCode ?? EXIT.ok,
    json: {
      command: 'pick',
      method: 'consensus',
      of: methods,
      min,
      radiusDiameters: consensusRadiusDiameters,
      files: outcomes,
      methods: parts.map(({ json }) => json),
    },
  };
}

async function candidatesOf(
  context: CommandContext,
  file: string,
  star: string,
  { of: methods = [], output, ...options }: PickOptions,
) {
  const pixelSizeAngstrom = await withMicrograph(
    context,
    file,
    options,
    async (input) => input.pixelSizeAngstrom,
  );
  const name = micrographName(file);
  const sets = [];
  for (const method of methods) {
    const path = join(output, method, `${name}.star`);
    sets.push(await withFile(path, (source) => readPicksFile(source, name)));
  }
  if (sets.length < methods.length)
    throw new CryoliteError('unsuitable', `${file} was not picked by all methods.`);
  return { file, star, pixelSizeAngstrom, sets };
}
