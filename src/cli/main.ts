/** The terminal's way in: wires the process to `runCli`. */
import { messageOf } from '../core/errors.ts';
import { EXIT } from './io.ts';
import { runCli } from './program.ts';

const controller = new AbortController();
process.on('SIGINT', () => {
  // A second Ctrl-C does not wait for the work to wind up.
  if (controller.signal.aborted) process.exit(EXIT.aborted);
  controller.abort();
});
// `cryolite info … | head` closes the pipe early, which is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.someFailed);
});

runCli(process.argv.slice(2), {
  stdout: { write: (text) => void process.stdout.write(text) },
  stderr: { write: (text) => void process.stderr.write(text), isTTY: process.stderr.isTTY ?? false },
  signal: controller.signal,
}).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    process.exitCode = EXIT.someFailed;
  },
);
