import { basename, dirname } from 'node:path';
import { encode } from '../../dataset/coordinates/write.ts';
import { toPicks } from '../../dataset/picksFile.ts';
import type { Target } from '../../dataset/targetThreshold.ts';
import { targetWords, thresholdFor } from '../../dataset/targetThreshold.ts';
import {
  evaluateAtDiameter,
  evaluatePicks,
  type MicrographPicks,
} from '../../pipelines/evaluation/evaluate.ts';
import { type CommandContext, type CommandResult, type RegisterCommand, runCommand } from '../command.ts';
import { writeFiles } from '../coordinateFiles.ts';
import { readCoordinateSet } from '../coordinateSets.ts';
import { EXIT } from '../io.ts';
import { makeFolder, refuseExisting, refuseReplacing } from '../outputs.ts';
import { pairNames } from '../pairNames.ts';
import { compareSets } from './evaluateCompare.ts';
import {
  addEvaluateOptions,
  checkEvaluateOptions,
  diameterInPixels,
  type EvaluateOptions,
} from './evaluateOptions.ts';
import {
  curveCsv,
  curveJson,
  evaluationJson,
  evaluationTable,
  type JudgedBy,
  roundedPx,
} from './evaluateWords.ts';

export const registerEvaluate: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('evaluate')
    .description(
      'judge picks by particles marked by hand (precision, recall, F1, average precision, a threshold for a target), or compare them with other picks',
    );
  addEvaluateOptions(command).action(async (options: EvaluateOptions) => {
    finish(
      await runCommand(io, options, async (context) => {
        checkEvaluateOptions(options);
        const { truth, compare = '' } = options;
        return truth === undefined
          ? await compareSets(context, options, compare)
          : await evaluate(context, options, truth);
      }),
    );
  });
};

async function evaluate(
  context: CommandContext,
  options: EvaluateOptions,
  truthPath: string,
): Promise<CommandResult> {
  const { curve, overwrite } = options;
  if (curve !== undefined) {
    await refuseReplacing([options.picks, truthPath], [curve]);
    await refuseExisting([curve], overwrite);
  }
  const truth = await readCoordinateSet(context, truthPath, '--truth');
  const picks = await readCoordinateSet(context, options.picks, '--picks');
  const { pairs, unused } = pairNames([...truth.members.keys()], [...picks.members.keys()]);
  const strangers = unused.filter((name) => !truth.failed.has(name));
  const left = strangers.map((name) => picks.members.get(name)?.file ?? name);
  for (const file of new Set(left)) context.warn(`${file} is left out: there is no truth of that name.`);
  const judgeable = pairs.filter(({ name }) => !picks.failed.has(name));
  const micrographs = judgeable.map(({ name, other }): MicrographPicks & { readonly picksFile?: string } => {
    const found = picks.members.get(other ?? '');
    if (!found) context.warn(`${name} has no picks: all its particles count as missed.`);
    return {
      name,
      picks: toPicks(found?.coordinates ?? []),
      truth: truth.members.get(name)?.coordinates ?? [],
      ...(found && { picksFile: found.file }),
    };
  });
  const judged = judge(options, micrographs, () =>
    diameterInPixels(options, [...truth.members.values(), ...picks.members.values()]),
  );

  for (const line of evaluationTable(judged)) context.print(line);
  for (const { matching, result } of judged) {
    const part = matching === 'strict' ? 'a quarter of the diameter, ' : 'half of it, ';
    if (matching !== 'radius') context.print(`${matching}: within ${part}${roundedPx(result.radiusPx)} px`);
  }
  if (options.partial)
    context.print('Only some of the particles are marked: precision, F1 and AP are lower bounds.');
  const targets = printTargets(context, options, judged);
  const written = curve === undefined ? [] : await writeCurve(curve, judged, overwrite);
  for (const path of written) context.print(`The curve was written to ${path}.`);

  const [first] = judged;
  const hasFailed = truth.exitCode !== EXIT.ok || picks.exitCode !== EXIT.ok;
  return {
    exitCode: hasFailed ? EXIT.someFailed : EXIT.ok,
    json: {
      command: 'evaluate',
      ...(first?.matching === 'radius'
        ? evaluationJson(first.result)
        : Object.fromEntries(judged.map(({ matching, result }) => [matching, evaluationJson(result)]))),
      partial: options.partial,
      targets,
      curve: written[0],
      pairs: micrographs.map(({ name, picksFile }) => ({ name, picksFile })),
      files: [...truth.files, ...picks.files],
      unused: [...new Set(left)],
    },
  };
}

function judge(
  { radius }: EvaluateOptions,
  micrographs: readonly MicrographPicks[],
  diameterPx: () => number,
): JudgedBy[] {
  if (radius !== undefined) return [{ matching: 'radius', result: evaluatePicks(micrographs, radius) }];
  const { strict, loose } = evaluateAtDiameter(micrographs, diameterPx());
  return [
    { matching: 'strict', result: strict },
    { matching: 'loose', result: loose },
  ];
}

/** The thresholds that were asked for, by the first way of matching, which is the strict one. */
function printTargets(context: CommandContext, options: EvaluateOptions, [first]: readonly JudgedBy[]) {
  const { targetPrecision, targetRecall, partial } = options;
  const wishes: Target[] = [
    ...(targetPrecision === undefined ? [] : [{ of: 'precision' as const, value: targetPrecision }]),
    ...(targetRecall === undefined ? [] : [{ of: 'recall' as const, value: targetRecall }]),
  ];
  return wishes.flatMap((target) => {
    const found = first && thresholdFor(first.result.curve, target);
    if (!found) {
      context.warn(`There are no picks to set a threshold of ${target.of} ${target.value} by.`);
      return [];
    }
    context.print(targetWords(found, partial));
    return [found];
  });
}

async function writeCurve(path: string, judged: readonly JudgedBy[], overwrite: boolean): Promise<string[]> {
  const text = /\.json$/i.test(path) ? curveJson(judged) : curveCsv(judged);
  await makeFolder(dirname(path));
  return await writeFiles(dirname(path), [{ name: basename(path), bytes: encode(text) }], { overwrite });
}
