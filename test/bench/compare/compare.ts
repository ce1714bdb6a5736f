/** Runs networks in several runtimes: times, and how far their results are apart. */
import { costOf } from '../../../src/nn/cost.ts';
import { median } from '../measure.ts';
import { imageFor, resnet8, unet } from './networks.ts';
import type { Network, Runtime, Session } from './runtime.ts';

export interface CompareOptions {
  readonly networks: readonly NetworkName[];
  /** Side of the image, px. */
  readonly edge: number;
  /** Runs that count, of each runtime. */
  readonly runs: number;
  readonly onProgress?: (what: string) => void;
}

const makers = { unet, resnet8 } as const;
export type NetworkName = keyof typeof makers;
export const networkNames = Object.keys(makers) as NetworkName[];

/** Runtimes have to agree to this, absolute; results are of the order of 1. */
export const tolerance = 1e-3;
/** A runtime whose first run took longer than this, in seconds, is not run more than once more. */
const patience = 30;

export interface RuntimeResult {
  readonly name: string;
  readonly version: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Why there is no more, where it failed. */
  readonly error?: string;
  /** Loading the network, s. */
  readonly prepareSeconds?: number;
  /** The first run, which compiles and allocates, s; it does not count. */
  readonly warmUpSeconds?: number;
  /** Median of the runs, s. */
  readonly seconds?: number;
  readonly runs?: readonly number[];
  /** Why it has fewer runs than were asked for. */
  readonly fewerRuns?: string;
  readonly gigaflopsPerSecond?: number;
  /** Seconds of this runtime for each of the first one's. */
  readonly timesFirst?: number;
  /** Largest absolute difference of its result from the first runtime's that has one. */
  readonly differenceFromFirst?: number;
}

export interface NetworkResult {
  readonly network: string;
  readonly edge: number;
  readonly flops: number;
  readonly parameters: number;
  /** Of the result, to judge the differences by. */
  readonly output: { readonly min: number; readonly max: number; readonly standardDeviation: number };
  readonly agree: boolean;
  readonly runtimes: readonly RuntimeResult[];
}

/** @param runtimes what can't even be loaded is an error here, too. */
export async function compare(
  runtimes: readonly { readonly name: string; readonly load: () => Promise<Runtime> }[],
  { networks, edge, runs, onProgress = () => {} }: CompareOptions,
): Promise<NetworkResult[]> {
  const loaded = new Map<string, Runtime | string>();
  for (const { name, load } of runtimes) loaded.set(name, await load().catch(describe));
  const results: NetworkResult[] = [];
  for (const name of networks) {
    const network = makers[name]();
    const racers: Racer[] = [];
    for (const [title, runtime] of loaded) {
      onProgress(`${network.graph.name}, ${edge} px: ${title} prepares and runs for the first time`);
      racers.push(await Racer.start(title, runtime, network, edge));
    }
    // By turns, so that whatever else the machine does slows down all of them.
    for (let run = 0; run < runs; run++) {
      onProgress(`${network.graph.name}, ${edge} px: run ${run + 1} of ${runs}`);
      for (const racer of racers) await racer.run(run);
    }
    for (const racer of racers) await racer.end();
    results.push(summary(network, edge, racers));
  }
  return results;
}

/** One runtime with one network. */
class Racer {
  readonly seconds: number[] = [];
  error: string | undefined;
  output: Float32Array | undefined;
  prepareSeconds = 0;
  warmUpSeconds = 0;
  private session: Session | undefined;

  private constructor(
    readonly title: string,
    readonly runtime: Runtime | undefined,
    private readonly image: Float32Array<ArrayBuffer>,
  ) {}

  static async start(
    title: string,
    runtime: Runtime | string,
    network: Network,
    edge: number,
  ): Promise<Racer> {
    const image = imageFor(edge * edge * network.graph.channels);
    if (typeof runtime === 'string') {
      const none = new Racer(title, undefined, image);
      none.error = runtime;
      return none;
    }
    const racer = new Racer(title, runtime, image);
    await racer.guard(async () => {
      const start = performance.now();
      racer.session = await runtime.prepare(network, { width: edge, height: edge });
      racer.prepareSeconds = (performance.now() - start) / 1000;
      racer.warmUpSeconds = await racer.time();
    });
    return racer;
  }

  async run(index: number): Promise<void> {
    if (this.error !== undefined || (index > 0 && this.warmUpSeconds > patience)) return;
    await this.guard(async () => void this.seconds.push(await this.time()));
  }

  async end(): Promise<void> {
    await this.guard(async () => this.session?.dispose());
  }

  private async time(): Promise<number> {
    const start = performance.now();
    this.output = await this.session?.run(this.image);
    return (performance.now() - start) / 1000;
  }

  private async guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.error ??= describe(error);
    }
  }
}

function summary({ graph }: Network, edge: number, racers: readonly Racer[]): NetworkResult {
  const costs = costOf(graph, { width: edge, height: edge });
  const flops = costs.reduce((sum, cost) => sum + cost.flops, 0);
  const first = racers.find(({ error }) => error === undefined);
  const firstSeconds = first && median(first.seconds);
  const runtimes = racers.map(({ title, runtime, ...racer }): RuntimeResult => {
    const about = { name: title, version: runtime?.version ?? '', settings: runtime?.settings ?? {} };
    if (racer.error !== undefined) return { ...about, error: racer.error };
    const seconds = median(racer.seconds);
    return {
      ...about,
      prepareSeconds: racer.prepareSeconds,
      warmUpSeconds: racer.warmUpSeconds,
      seconds,
      runs: racer.seconds,
      ...(racer.warmUpSeconds > patience && {
        fewerRuns: `its first run took ${Math.round(racer.warmUpSeconds)} s, over ${patience} s: one run counts`,
      }),
      gigaflopsPerSecond: flops / seconds / 1e9,
      timesFirst: seconds / (firstSeconds ?? seconds),
      differenceFromFirst: largestDifference(first?.output, racer.output),
    };
  });
  return {
    network: graph.name,
    edge,
    flops,
    parameters: costs.reduce((sum, cost) => sum + cost.parameters, 0),
    output: spread(first?.output ?? new Float32Array()),
    agree: runtimes.every(({ differenceFromFirst = 0 }) => differenceFromFirst <= tolerance),
    runtimes,
  };
}

/** Infinite where one has NaN or they are not equally long. */
export function largestDifference(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (!a || !b || a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}

function spread(values: Float32Array): NetworkResult['output'] {
  let [min, max, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { min, max, standardDeviation: Math.sqrt(squares / values.length - mean * mean) };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
