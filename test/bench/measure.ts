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
