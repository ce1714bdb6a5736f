import type { ProfilerClock } from '../core/networkProfile.ts';
import type { GpuContext } from './context.ts';
import { dispatchesPerSubmit, flopsPerSubmit } from './recorder.ts';

/** One dispatch or several that are timed together, in a compute pass of their own. */
export interface PassWork {
  /** Floating-point operations, roughly; a submit that has enough of them ends. */
  readonly flops?: number;
  record(pass: GPUComputePassEncoder): void;
}

/**
 * Timestamps are the GPU's own, taken around each pass; where the adapter has none, each pass is a submit of its own and
 * is timed by the clock on the wall, with the way to the GPU and back.
 */
export type { ProfilerClock };

export interface PassTimes {
  readonly clock: ProfilerClock;
  /** Of each work, in order: the mean of the runs. */
  readonly seconds: readonly number[];
}

export interface ProfileOptions {
  /** After one that does not count; default 5. Timestamps may be coarse (Dawn rounds them to 65.5 µs): many runs resolve more. */
  readonly runs?: number;
  /** Default: timestamps where there are. */
  readonly clock?: ProfilerClock;
}

/** What one query set holds at most (WebGPU, "createQuerySet"). */
const queriesPerSet = 4096;

export function hasTimestamps(context: GpuContext): boolean {
  return context.device.features.has('timestamp-query');
}

/**
 * Times works one by one. Slower than running them together, since each has a pass of its own: a mode for measuring only.
 * @throws Error when timestamps are asked for and the device has none.
 */
export async function profilePasses(
  context: GpuContext,
  works: readonly PassWork[],
  { runs = 5, clock = hasTimestamps(context) ? 'timestamps' : 'submits' }: ProfileOptions = {},
): Promise<PassTimes> {
  const seconds = works.map(() => 0);
  const time = clock === 'timestamps' ? timeByStamps : timeBySubmits;
  for (let run = -1; run < runs; run++) {
    const times = await time(context, works);
    if (run < 0) continue;
    for (const [i, one] of times.entries()) seconds[i] = (seconds[i] ?? 0) + one / runs;
  }
  return { clock, seconds };
}

async function timeBySubmits(context: GpuContext, works: readonly PassWork[]): Promise<number[]> {
  const seconds: number[] = [];
  await context.finish();
  for (const work of works) {
    const start = performance.now();
    const encoder = context.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    work.record(pass);
    pass.end();
    context.device.queue.submit([encoder.finish()]);
    await context.finish();
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds;
}

async function timeByStamps(context: GpuContext, works: readonly PassWork[]): Promise<number[]> {
  if (!hasTimestamps(context)) throw new Error('This GPU takes no timestamps.');
  const most = queriesPerSet / 2;
  const seconds: number[] = [];
  for (let start = 0; start < works.length; start += most) {
    seconds.push(...(await stampSome(context, works.slice(start, start + most))));
  }
  return seconds;
}

/** As many as one query set has room for; all are resolved at once. */
async function stampSome(context: GpuContext, works: readonly PassWork[]): Promise<number[]> {
  const { device } = context;
  const count = 2 * works.length;
  const querySet = device.createQuerySet({ label: 'profiler', type: 'timestamp', count });
  const resolved = context.buffer('profiler', count * 8, GPUBufferUsage.QUERY_RESOLVE);
  try {
    for (const batch of batchesOf(works)) {
      const encoder = device.createCommandEncoder();
      for (const [work, i] of batch) {
        const pass = encoder.beginComputePass({
          timestampWrites: { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 },
        });
        work.record(pass);
        pass.end();
      }
      device.queue.submit([encoder.finish()]);
    }
    const encoder = device.createCommandEncoder();
    encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
    device.queue.submit([encoder.finish()]);
    const stamps = new BigInt64Array(await context.read(resolved, count * 8));
    // A GPU may restart its clock while it sleeps: such a pass counts as none.
    return works.map((_, i) => Math.max(0, Number((stamps[2 * i + 1] ?? 0n) - (stamps[2 * i] ?? 0n)) / 1e9));
  } finally {
    querySet.destroy();
    context.free(resolved);
  }
}

/** Works with their places, as many together as one submit takes. */
export function batchesOf(works: readonly PassWork[]): (readonly [PassWork, number])[][] {
  const batches: (readonly [PassWork, number])[][] = [];
  let flops = Number.POSITIVE_INFINITY;
  works.forEach((work, i) => {
    const open = batches.at(-1);
    if (open && open.length < dispatchesPerSubmit && flops < flopsPerSubmit) {
      open.push([work, i]);
    } else {
      batches.push([[work, i]]);
      flops = 0;
    }
    flops += work.flops ?? 0;
  });
  return batches;
}
