import type { Progress } from '../../src/core/progress.ts';

/** Seconds of each of some runs, and their median. */
export interface Timing {
  readonly seconds: number;
  readonly runs: readonly number[];
}

/** Runs `work` several times, the first of them not counted (compilation, allocation). */
export async function time(runs: number, work: () => Promise<void>): Promise<Timing> {
  await work();
  const seconds: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return { seconds: median(seconds), runs: seconds };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** How long the stages of a job take, by what it tells of its progress; the first run does not count, as in `time`. */
export class StageClock {
  private readonly runs: Map<string, number>[] = [];
  private stage: string | undefined;
  private since = 0;

  /** A run begins. */
  start(): void {
    this.runs.push(new Map());
    this.stage = undefined;
    this.since = performance.now();
  }

  readonly onProgress = ({ stage }: Progress): void => {
    if (stage !== this.stage) this.turn(stage);
  };

  /** The run has ended. */
  stop(): void {
    this.turn(undefined);
  }

  /** Median seconds of each stage, in order. */
  medians(): Readonly<Record<string, number>> {
    const counted = this.runs.slice(1);
    const stages = new Set(counted.flatMap((run) => [...run.keys()]));
    return Object.fromEntries(
      [...stages].map((one) => [one, median(counted.map((run) => run.get(one) ?? 0))]),
    );
  }

  private turn(next: string | undefined): void {
    const now = performance.now();
    const run = this.runs.at(-1);
    // What comes before the first stage is part of it.
    if (this.stage !== undefined)
      run?.set(this.stage, (run.get(this.stage) ?? 0) + (now - this.since) / 1000);
    if (this.stage !== undefined || next === undefined) this.since = now;
    this.stage = next;
  }
}
