/** What an adapter reaches at its best, measured on the spot: what the kernels of a profile are compared with. */
import type { Peak } from '../core/networkProfile.ts';
import { createRandom } from '../core/random.ts';
import type { GpuContext } from './context.ts';
import type { Defines } from './expand.ts';
import { groups, Recorder, u32 } from './recorder.ts';

export type { Peak };

/** How a matrix product is made; which way wins depends on the adapter. */
export interface GemmWay {
  readonly shader: string;
  readonly defines: Defines;
  /** The part of the result that a workgroup makes, numbers. */
  readonly tile: { readonly width: number; readonly height: number };
}

const throughWorkgroupMemory = (edge: 8 | 16): GemmWay => ({
  shader: 'profile/gemm.wgsl',
  defines: { EDGE: edge, LOADS: 16 / edge },
  tile: { width: 8 * edge, height: 8 * edge },
});

/** On adapters that a processor plays, where each access to workgroup memory costs many loads. */
const throughRegisters: GemmWay = {
  shader: 'profile/gemm_registers.wgsl',
  defines: { ROWS: 4, COLUMNS: 2 },
  tile: { width: 32, height: 64 },
};

export const gemmWays: readonly GemmWay[] = [
  throughWorkgroupMemory(8),
  throughWorkgroupMemory(16),
  throughRegisters,
];

const owner = 'measuring the peak';
/** Sides of the matrices, from what a software adapter does in some ms to what fills a large GPU. */
const smallestSize = 128;
const sizes = [1, 2, 4, 8, 16, 32].map((factor) => factor * smallestSize);
/** A measurement takes about this long, s: shorter ones measure the queue. */
const enoughSeconds = 0.04;
const attempts = 3;
const copyBytes = 128 * 2 ** 20;
const copyThreads = 256;

/** Takes below a second on a GPU. Frees what it allocates: at most 256 MiB. */
export async function measurePeak(context: GpuContext): Promise<Peak> {
  let flopsPerSecond = 0;
  for (const way of gemmWays) flopsPerSecond = Math.max(flopsPerSecond, await measureGemm(context, way));
  return { flopsPerSecond, bytesPerSecond: await measureCopy(context) };
}

async function measureGemm(context: GpuContext, way: GemmWay): Promise<number> {
  let best = 0;
  for (const size of sizes) {
    const bytes = size * size * 4;
    const buffers = [0, 1, 2].map(() => context.buffer(owner, bytes));
    try {
      const [a, b, c] = buffers;
      if (!a || !b || !c) break;
      fill(context, a, bytes);
      fill(context, b, bytes);
      const seconds = await fastest(context, (recorder) => recordGemm(context, recorder, way, size, a, b, c));
      best = Math.max(best, (2 * size ** 3) / seconds);
      // Larger ones take eight times as long.
      if (seconds * 8 > enoughSeconds) break;
    } finally {
      context.free(...buffers);
    }
  }
  return best;
}

/** With numbers of both signs: a GPU multiplies zeros on less power, and so at a higher clock. */
function fill(context: GpuContext, buffer: GPUBuffer, bytes: number): void {
  const random = createRandom(1);
  const some = Float32Array.from({ length: smallestSize ** 2 }, () => random.between(-1, 1));
  for (let at = 0; at < bytes; at += some.byteLength) {
    context.device.queue.writeBuffer(buffer, at, some);
  }
}

/** C = Aᵀ·B of size × size matrices; size a multiple of the way's tile. */
export async function recordGemm(
  context: GpuContext,
  recorder: Recorder,
  way: GemmWay,
  size: number,
  a: GPUBuffer,
  b: GPUBuffer,
  c: GPUBuffer,
): Promise<void> {
  const { shader, defines, tile } = way;
  const pipeline = await context.pipeline(shader, defines);
  const grid = [size / tile.width, size / tile.height, 1] as const;
  recorder.dispatch(pipeline, [u32(size / 4)], [a, b, c], grid);
}

async function measureCopy(context: GpuContext): Promise<number> {
  const bytes = Math.min(copyBytes, context.maxBufferBytes);
  const from = context.buffer(owner, bytes);
  const to = context.buffer(owner, bytes);
  try {
    const seconds = await fastest(context, (recorder) => recordCopy(context, recorder, bytes, from, to));
    const command = await fastestOf(context, (times) => {
      const encoder = context.device.createCommandEncoder();
      for (let i = 0; i < times; i++) encoder.copyBufferToBuffer(from, 0, to, 0, bytes);
      context.device.queue.submit([encoder.finish()]);
    });
    return (2 * bytes) / Math.min(seconds, command);
  } finally {
    context.free(from, to);
  }
}

async function recordCopy(
  context: GpuContext,
  recorder: Recorder,
  bytes: number,
  from: GPUBuffer,
  to: GPUBuffer,
): Promise<void> {
  const pipeline = await context.pipeline('profile/copy.wgsl');
  const length = bytes / 16;
  const limit = context.device.limits.maxComputeWorkgroupsPerDimension;
  const columns = Math.min(groups(length, copyThreads), limit);
  const rowLength = columns * copyThreads;
  recorder.dispatch(
    pipeline,
    [u32(length), u32(rowLength)],
    [from, to],
    [columns, groups(length, rowLength), 1],
  );
}

/** Seconds of one call's work. */
async function fastest(context: GpuContext, record: (recorder: Recorder) => Promise<void>): Promise<number> {
  return await fastestOf(context, async (times) => {
    const recorder = new Recorder(context);
    for (let i = 0; i < times; i++) await record(recorder);
    recorder.submit();
  });
}

async function fastestOf(
  context: GpuContext,
  submit: (times: number) => void | Promise<void>,
): Promise<number> {
  const time = async (times: number): Promise<number> => {
    const start = performance.now();
    await submit(times);
    await context.finish();
    return (performance.now() - start) / 1000;
  };
  // Compiles, and touches the memory.
  await time(1);
  const once = await time(1);
  const times = Math.max(1, Math.min(256, Math.ceil(enoughSeconds / once)));
  let seconds = once;
  for (let i = 0; i < attempts; i++) seconds = Math.min(seconds, (await time(times)) / times);
  return seconds;
}
