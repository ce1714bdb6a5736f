/** What a command may do to the outside, so that tests can stand in for the terminal. */
export interface CliIo {
  /** Results. With --json exactly one JSON object, and nothing else. */
  readonly stdout: { write(text: string): void };
  /** Progress, warnings and errors. */
  readonly stderr: { write(text: string): void; readonly isTTY: boolean };
  /** Aborted when the user presses Ctrl-C. */
  readonly signal: AbortSignal;
}

export const EXIT = {
  ok: 0,
  /** Some inputs failed; the others were done. */
  someFailed: 1,
  /** Wrong usage. */
  usage: 2,
  /** No GPU adapter that can do the work. */
  noGpu: 3,
  /** Stopped by Ctrl-C: 128 + SIGINT. */
  aborted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
