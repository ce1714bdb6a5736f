import type { Progress } from '../core/progress.ts';
import type { CliIo } from './io.ts';

export interface ProgressBar {
  show(progress: Progress, prefix: string): void;
  /** Removes the bar, so that a line can be written in its place. */
  clear(): void;
}

const WIDTH = 24;
const MILLISECONDS_BETWEEN = 80;

/** A bar on the last line of a terminal; nothing where the error stream is no terminal (a log, a pipe). */
export function createProgressBar(stderr: CliIo['stderr']): ProgressBar {
  let shown = false;
  let last = Number.NEGATIVE_INFINITY;
  return {
    show: ({ stage, done, total }, prefix) => {
      const now = performance.now();
      if (!stderr.isTTY || total <= 0 || now - last < MILLISECONDS_BETWEEN) return;
      last = now;
      shown = true;
      const part = Math.min(1, done / total);
      const bar = '#'.repeat(Math.round(part * WIDTH)).padEnd(WIDTH, '.');
      stderr.write(`\r[${bar}] ${`${Math.floor(part * 100)}`.padStart(3)} %  ${prefix}${stage}\x1b[K`);
    },
    clear: () => {
      if (shown) stderr.write('\r\x1b[K');
      shown = false;
    },
  };
}
