import { UsageError } from '../../core/errors.ts';
import { readPicksFile } from '../../dataset/picksFile.ts';
import { type Evaluation, evaluatePicks } from '../../pipelines/evaluation/evaluate.ts';
import { isFolder, listFiles, withFile } from '../../platform/node/files.ts';
import {
  addJsonOption,
  addUnusedGpuOption,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  parsePositive,
  type RegisterCommand,
  runCommand,
  runOverFiles,
} from '../command.ts';
import { pairFiles } from '../pairFiles.ts';

interface EvaluateOptions extends CommonOptions {
  readonly picks: string;
  readonly truth: string;
  readonly radius: number;
}

export const registerEvaluate: RegisterCommand = (program, io, finish) => {
  const command = program
    .command('evaluate')
    .description('compare picks with particles marked by hand: precision, recall, F1, average precision')
    .requiredOption('--picks <folder>', 'STAR or CSV files of picks, one a micrograph')
    .requiredOption('--truth <folder>', 'STAR or CSV files of true particles, with the same names')
    .requiredOption('--radius <px>', 'a pick within this many pixels of a particle finds it', parsePositive);
  addUnusedGpuOption(addJsonOption(command)).action(async (options: EvaluateOptions) => {
    finish(await runCommand(io, options, (context) => evaluate(context, options)));
  });
};

async function evaluate(context: CommandContext, options: EvaluateOptions): Promise<CommandResult> {
  const list = async (name: 'picks' | 'truth') => {
    const folder = options[name];
    if (!(await isFolder(folder))) throw new UsageError(`--${name} ${folder} is not a folder.`);
    return listFiles(folder, ['.star', '.csv']);
  };
  const { pairs, unused } = pairFiles(await list('truth'), await list('picks'));
  if (pairs.length === 0) throw new UsageError(`--truth ${options.truth} holds no .star or .csv files.`);
  for (const file of unused) context.warn(`${file} is left out: there is no truth of that name.`);

  const byTruth = new Map(pairs.map((pair) => [pair.truth, pair]));
  const read = await runOverFiles(context, [...byTruth.keys()], async (file) => {
    const { name = '', picks: picksFile } = byTruth.get(file) ?? {};
    const truth = await withFile(file, (source) => readPicksFile(source, name));
    if (picksFile === undefined) context.warn(`${name} has no picks: all its particles count as missed.`);
    const picks = picksFile ? await withFile(picksFile, (source) => readPicksFile(source, name)) : [];
    return { name, picks, truth, picksFile };
  });
  const good = read.files.filter((one) => one.ok);
  const result = evaluatePicks(good, options.radius);

  const width = Math.max(10, ...good.map(({ name }) => name.length));
  context.print(`${'micrograph'.padEnd(width)}  ${HEADINGS}`);
  for (const one of result.micrographs) context.print(`${one.name.padEnd(width)}  ${describe(one)}`);
  context.print(`${'all'.padEnd(width)}  ${describe(result)}`);
  return {
    exitCode: read.exitCode,
    json: {
      command: 'evaluate',
      ...result,
      files: read.files.map((one) =>
        one.ok ? { file: one.file, ok: true, name: one.name, picksFile: one.picksFile } : one,
      ),
      unused,
    },
  };
}

const HEADINGS = '  picks    truth  matched  precision   recall       F1       AP  best F1  at score';

function describe(one: Evaluation): string {
  const whole = (n: number, size: number) => String(n).padStart(size);
  const part = (n: number | undefined, size: number) => (n === undefined ? '-' : n.toFixed(3)).padStart(size);
  return [
    whole(one.picks, 7),
    whole(one.truth, 7),
    whole(one.matched, 7),
    part(one.precision, 9),
    part(one.recall, 7),
    part(one.f1, 7),
    part(one.averagePrecision, 7),
    part(one.best?.f1, 7),
    part(one.best?.threshold, 8),
  ].join('  ');
}
