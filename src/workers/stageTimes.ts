import { isAbort } from '../core/errors.ts';
import type { ComputeApi, StageTime } from '../rpc/contract.ts';

/** Runs of a stage that its median is of. */
const kept = 64;

/** What a user waits for, by the method of the contract that does it; all others are too short to tell. */
const stages: Partial<Record<keyof ComputeApi, string>> = {
  open: 'Open a file',
  tile: 'Tile of a picture',
  expose: 'Sum frames',
  filter: 'Filter or denoise',
  pick: 'Pick',
  findByTemplate: 'Search by template',
  matchReference: 'Match references',
  quality: 'Judge the quality',
  particleThumbnails: 'Particle thumbnails',
  classAverages: 'Class averages',
  extractParticles: 'Extract particles',
  train: 'Train',
  demo: 'Simulate the demo',
};

interface Stage {
  /** Of the last runs, a ring. */
  readonly seconds: number[];
  runs: number;
  failed: number;
  last: number;
}

/** How long each stage has taken since the worker began. A cancelled run tells nothing and is left out. */
export class StageTimes {
  private readonly stages = new Map<string, Stage>();

  /** @param now in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  async measure<T>(name: string, work: () => Promise<T>): Promise<T> {
    const start = this.now();
    try {
      const result = await work();
      this.add(name, (this.now() - start) / 1000);
      return result;
    } catch (error) {
      if (!isAbort(error)) this.stage(name).failed++;
      throw error;
    }
  }

  /** In the order in which they ran first. */
  report(): StageTime[] {
    return [...this.stages].map(([stage, { seconds, runs, failed, last }]) => ({
      stage,
      runs,
      failed,
      lastSeconds: last,
      medianSeconds: median(seconds),
      longestSeconds: Math.max(0, ...seconds),
    }));
  }

  private add(name: string, seconds: number): void {
    const stage = this.stage(name);
    stage.seconds[stage.runs % kept] = seconds;
    stage.runs++;
    stage.last = seconds;
  }

  private stage(name: string): Stage {
    const stage = this.stages.get(name) ?? { seconds: [], runs: 0, failed: 0, last: 0 };
    this.stages.set(name, stage);
    return stage;
  }
}

/** The same service, its stages measured. A time is what the page waits for, with the wait for other work. */
export function withStageTimes(service: ComputeApi, times: StageTimes): ComputeApi {
  return new Proxy(service, {
    get: (target, key) => {
      const method: unknown = Reflect.get(target, key);
      const stage = Object.hasOwn(stages, key) ? stages[key as keyof ComputeApi] : undefined;
      if (stage === undefined || typeof method !== 'function') return method;
      return (...parameters: unknown[]): Promise<unknown> =>
        times.measure(stage, () => Reflect.apply(method, target, parameters));
    },
  });
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
