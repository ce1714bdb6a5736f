/** A network timed kernel by kernel on one adapter: which of them hold it up, and how much better they could be. */
import type { KernelProfile, NetworkProfile as PlainProfile } from '../core/networkProfile.ts';
import type { JobOptions } from '../core/progress.ts';
import { createRandom } from '../core/random.ts';
import type { GpuContext } from '../gpu/context.ts';
import type { Planes } from '../gpu/ops/planes.ts';
import { measurePeak, type Peak } from '../gpu/peak.ts';
import { type ProfilerClock, profilePasses } from '../gpu/profiler.ts';
import type { Graph } from './layers.ts';
import type { Network } from './network.ts';
import { type ProfiledStep, profileSteps, type StepCost } from './profile.ts';
import type { NetworkTile, TiledRun } from './run.ts';
import type { Size } from './sizes.ts';

/** Of a step of the program, which tells more of what it does. */
export type ProfiledKernel = ProfiledStep & KernelProfile;

export interface NetworkProfile extends PlainProfile {
  /** How packed values and weights are stored. */
  readonly storage: Network['storage'];
  readonly kernels: readonly ProfiledKernel[];
}

export interface ProfileNetworkOptions extends JobOptions {
  /** After one that does not count; default 3. */
  readonly runs?: number;
  /** Default: timestamps where there are. */
  readonly clock?: ProfilerClock;
  /** Longest side of a tile of the result, px; by default as long as memory allows. */
  readonly longestTile?: number | undefined;
  /** Measured already on this adapter; by default it is measured first. */
  readonly peak?: Peak;
}

/**
 * Times every kernel of a network over all tiles of an image of normally distributed noise. A mode of its own, slower
 * than a run, since every kernel has a pass of its own.
 * @param image size, px.
 * @throws what `Network.prepare` throws; the reason of `signal`.
 */
export async function profileNetwork(
  context: GpuContext,
  network: Network,
  image: Size,
  { runs = 3, clock, longestTile, peak, signal, onProgress }: ProfileNetworkOptions = {},
): Promise<NetworkProfile> {
  if (!peak) onProgress?.({ stage: 'Measuring the GPU', done: 0, total: 1 });
  const best = peak ?? (await measurePeak(context));
  const { width, height } = image;
  const run = await network.prepare({ width, height }, { longestTile });
  let noise: Noise | undefined;
  try {
    noise = new Noise(context, network.graph, run.tiles);
    const total = run.tiles.length;
    const sums = new Sums();
    let used: ProfilerClock = 'timestamps';
    for (const [done, tile] of run.tiles.entries()) {
      signal?.throwIfAborted();
      onProgress?.({ stage: 'Timing kernels', done, total });
      const works = run.works(tile, noise.of(tile));
      const times = await profilePasses(context, works, { runs, ...(clock && { clock }) });
      used = times.clock;
      for (const [i, { cost, shaders }] of works.entries()) sums.add(cost, shaders, times.seconds[i] ?? 0);
    }
    const kernels = sums.profiled(best);
    signal?.throwIfAborted();
    const togetherSeconds = await together(context, run, noise, runs);
    onProgress?.({ stage: 'Timing kernels', done: total, total });
    const seconds = sum(kernels, (kernel) => kernel.seconds);
    const atPeak = sum(kernels, (kernel) => kernel.seconds * kernel.fractionOfPeak);
    return {
      network: network.graph.name,
      adapter: context.adapterName,
      storage: network.storage,
      clock: used,
      image: { width, height },
      tiles: total,
      runs,
      peak: best,
      kernels,
      seconds,
      togetherSeconds,
      flops: sum(kernels, ({ flops }) => flops),
      bytes: sum(kernels, ({ bytes }) => bytes),
      fractionOfPeak: seconds > 0 ? atPeak / seconds : 0,
      memory: [...context.memory().byOwner]
        .map(([owner, bytes]) => ({ owner, bytes }))
        .sort((a, b) => b.bytes - a.bytes),
    };
  } finally {
    noise?.destroy();
    run.destroy();
  }
}

/** What the tiles add up to, kernel by kernel. */
class Sums {
  private readonly costs = new Map<string, StepCost>();
  private readonly seconds = new Map<string, number>();
  private readonly kernels = new Map<string, string>();

  add(cost: StepCost, shaders: readonly string[], seconds: number): void {
    const { name } = cost;
    const { flops = 0, bytes = 0 } = this.costs.get(name) ?? {};
    this.costs.set(name, { ...cost, flops: flops + cost.flops, bytes: bytes + cost.bytes });
    this.seconds.set(name, (this.seconds.get(name) ?? 0) + seconds);
    this.kernels.set(name, [...new Set(shaders.map((shader) => shader.replace(/\.wgsl$/, '')))].join(' + '));
  }

  profiled(peak: Peak): ProfiledKernel[] {
    const steps = profileSteps([...this.costs.values()], [...this.seconds.values()], peak);
    return steps.map((step) => ({ ...step, kernel: this.kernels.get(step.name) ?? '' }));
  }
}

/** An image that any tile can be made from: its numbers are taken as the part that the tile needs. */
class Noise {
  private readonly buffer: GPUBuffer;

  constructor(
    private readonly context: GpuContext,
    { channels }: Graph,
    tiles: readonly NetworkTile[],
  ) {
    const random = createRandom(1);
    const pixels = tiles.reduce((most, { input }) => Math.max(most, input.width * input.height), 0);
    // Zeros would be multiplied on less power, and so at a higher clock.
    const data = Float32Array.from({ length: pixels * channels }, () => random.normal());
    this.buffer = context.upload('image', data);
  }

  of({ input }: NetworkTile): Planes {
    return { buffer: this.buffer, width: input.width, height: input.height, origin: input };
  }

  destroy(): void {
    this.context.free(this.buffer);
  }
}

/** Seconds of the fastest of some runs over all tiles. */
async function together(context: GpuContext, run: TiledRun, noise: Noise, runs: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  await context.finish();
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    for (const tile of run.tiles) {
      run.run(tile, noise.of(tile));
      await context.finish();
    }
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  return best;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((all, item) => all + value(item), 0);
}
