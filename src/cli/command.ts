/** What all commands share: common options, one JSON object, exit codes, errors kept to the file they belong to. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  CryoliteError,
  DeviceLostError,
  GpuUnavailableError,
  isAbort,
  messageOf,
  UsageError,
} from '../core/errors.ts';
import type { JobOptions } from '../core/progress.ts';
import { type CliIo, EXIT, type ExitCode } from './io.ts';
import { createProgressBar } from './progressBar.ts';

/** Adds one command to the program; `finish` takes the exit code. */
export type RegisterCommand = (program: Command, io: CliIo, finish: (code: ExitCode) => void) => void;

export interface CommonOptions {
  readonly json?: boolean;
}

/** Adds --json. */
export function addJsonOption(command: Command): Command {
  return command.option('--json', 'print one JSON object on the standard output, and nothing else');
}

/** Adds --overwrite: nothing is overwritten without being asked. */
export function addOverwriteOption(command: Command): Command {
  return command.option('--overwrite', 'replace output files that exist already', false);
}

/** Adds --gpu to a command that does without: a script may give it to all of them. */
export function addUnusedGpuOption(command: Command): Command {
  return command.option('--gpu <name>', 'without effect: this command needs no GPU');
}

/** Adds --gpu. */
export function addGpuOption(command: Command): Command {
  return command.addOption(
    new Option('--gpu <name>', 'use the GPU adapter whose name contains this').env('CRYOLITE_GPU'),
  );
}

/** For `argParser`: a finite number above 0. */
export function parsePositive(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

/** For `argParser`: a finite number, of either sign. */
export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number.');
}

/** For `argParser`: a part of a whole. */
export function parsePart(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be a number from 0 to 1.');
}

/** For `argParser`: an integer from 0. */
export function parseCount(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It must be a whole number, 0 or more.');
}

export interface CommandContext {
  readonly json: boolean;
  readonly signal: AbortSignal;
  /** A line of the result for people; not printed with --json. */
  print(line: string): void;
  /** "warning: …" on the error stream. */
  warn(sentence: string): void;
  /** "error: …" on the error stream. */
  error(sentence: string): void;
  /** Signal and progress bar for a long call. @param prefix before the stage, such as the file's name. */
  job(prefix?: string): JobOptions;
}

/** What a command has done: how it ends, and its answer for --json. */
export interface CommandResult {
  readonly exitCode: ExitCode;
  readonly json: Readonly<Record<string, unknown>>;
}

/**
 * Runs a command's work: makes its context, prints its JSON, turns what it throws into a sentence and an exit
 * code. Never throws.
 */
export async function runCommand(
  io: CliIo,
  options: CommonOptions,
  work: (context: CommandContext) => Promise<CommandResult>,
): Promise<ExitCode> {
  const json = options.json ?? false;
  const bar = createProgressBar(io.stderr);
  const line = (text: string) => {
    bar.clear();
    io.stderr.write(`${text}\n`);
  };
  const context: CommandContext = {
    json,
    signal: io.signal,
    print: (text) => {
      bar.clear();
      if (!json) io.stdout.write(`${text}\n`);
    },
    warn: (sentence) => line(`warning: ${sentence}`),
    error: (sentence) => line(`error: ${sentence}`),
    job: (prefix = '') => ({
      signal: io.signal,
      onProgress: (progress) => bar.show(progress, prefix === '' ? '' : `${prefix}: `),
    }),
  };
  let result: CommandResult;
  try {
    result = await work(context);
  } catch (error) {
    if (!io.signal.aborted) context.error(messageOf(error));
    result = { exitCode: exitCodeOf(error), json: { error: describeError(error) } };
  }
  bar.clear();
  if (io.signal.aborted) line('Stopped.');
  const aborted = io.signal.aborted ? { aborted: true } : {};
  if (json) io.stdout.write(`${toJson({ ...result.json, ...aborted })}\n`);
  return io.signal.aborted ? EXIT.aborted : result.exitCode;
}

/** A field without a value is null, not absent: programs that read the answer find the same fields every time. */
function toJson(value: object): string {
  return JSON.stringify(value, (_, field: unknown) => (field === undefined ? null : field));
}

/** One input file's outcome, as it stands in the JSON. */
export type FileOutcome<T extends object> =
  | ({ readonly file: string; readonly ok: true } & T)
  | { readonly file: string; readonly ok: false; readonly error: ErrorDescription };

/**
 * Does the same to each file in turn. A file that fails is reported and does not stop the others; a missing GPU,
 * a lost device, wrong usage or Ctrl-C concern all of them and do.
 */
export async function runOverFiles<T extends object>(
  context: CommandContext,
  files: readonly string[],
  work: (file: string, job: JobOptions) => Promise<T>,
): Promise<{ readonly exitCode: ExitCode; readonly files: readonly FileOutcome<T>[] }> {
  const outcomes: FileOutcome<T>[] = [];
  for (const [i, file] of files.entries()) {
    if (context.signal.aborted) break;
    const prefix = files.length > 1 ? `${i + 1}/${files.length} ${file}` : file;
    try {
      outcomes.push({ file, ok: true, ...(await work(file, context.job(prefix))) });
    } catch (error) {
      if (context.signal.aborted) break;
      if (concernsAll(error)) throw error;
      context.error(messageOf(error));
      outcomes.push({ file, ok: false, error: describeError(error) });
    }
  }
  const failed = outcomes.some(({ ok }) => !ok);
  return { exitCode: failed ? EXIT.someFailed : EXIT.ok, files: outcomes };
}

export interface ErrorDescription {
  /** What programs switch on: a `CryoliteError`'s code, or "unexpected". */
  readonly code: string;
  readonly message: string;
}

export function describeError(error: unknown): ErrorDescription {
  return { code: error instanceof CryoliteError ? error.code : 'unexpected', message: messageOf(error) };
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof GpuUnavailableError) return EXIT.noGpu;
  return isAbort(error) ? EXIT.aborted : EXIT.someFailed;
}

function concernsAll(error: unknown): boolean {
  return (
    error instanceof GpuUnavailableError || error instanceof DeviceLostError || error instanceof UsageError
  );
}
