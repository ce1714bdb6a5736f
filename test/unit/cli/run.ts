import type { CliIo } from '../../../src/cli/io.ts';
import { runCli } from '../../../src/cli/program.ts';

/** A terminal that remembers what was written to it. */
export function terminal(given: { readonly signal?: AbortSignal; readonly isTTY?: boolean } = {}) {
  const written = { stdout: '', stderr: '' };
  const into = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const io: CliIo = {
    stdout: into('stdout'),
    stderr: { ...into('stderr'), isTTY: given.isTTY ?? false },
    signal: given.signal ?? new AbortController().signal,
  };
  return { io, written };
}

/** Runs the command line in this process. */
export async function run(args: readonly string[], given: Parameters<typeof terminal>[0] = {}) {
  const { io, written } = terminal(given);
  const code = await runCli(args, io);
  return { code, ...written };
}
