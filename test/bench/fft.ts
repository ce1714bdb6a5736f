/**
 * Fourier transforms beside what the adapter copies: `npm run bench` has them under "fourier". Bytes are those that the
 * passes read and write, tables left out; `floor` is one read and one write of picture and spectrum, which no
 * algorithm can go below.
 */
import { type LineLimits, lineLimits, planLines } from '../../src/fft/linePlan.ts';
import { spectrumColumns } from '../../src/fft/spectrum.ts';
import { FourierTransforms } from '../../src/fft/transform.ts';
import type { GpuContext } from '../../src/gpu/context.ts';
import { Recorder } from '../../src/gpu/recorder.ts';
import { type Timing, time } from './measure.ts';

/** @param edge of the square picture; a power of two, so that rows take one pass in tiles. */
export async function benchFourier(context: GpuContext, runs: number, edge: number) {
  const copy = await benchCopy(context, runs, FourierTransforms.spectrumBytes(edge, edge));
  const chosen = lineLimits(context.device);
  const rate = copy.gigabytesPerSecond;
  const transform = await benchTransform(context, runs, edge, 1, chosen, rate);
  // A processor's workgroup memory is slow: what was not chosen is compared in small there.
  const small = context.device.adapterInfo.isFallbackAdapter ? Math.min(edge, 1024) : edge;
  const ways: readonly [string, LineLimits][] = [
    ['in tiles of 16 KiB', { workgroupBytes: 16384, invocations: 256 }],
    ['radix by radix', { workgroupBytes: 0, invocations: 256 }],
  ];
  const compared = [];
  for (const [way, limits] of ways)
    compared.push({ way, ...(await benchTransform(context, runs, small, 1, limits, rate)) });
  const boxes = await benchTransform(context, runs, 256, 64, chosen, rate);
  return { adapter: context.adapterName, copy, transform, boxes, compared };
}

/** A copy between two buffers of the spectrum's size: bytes read plus bytes written a second. */
async function benchCopy(context: GpuContext, runs: number, bytes: number) {
  const from = context.buffer('bench', bytes);
  const to = context.buffer('bench', bytes);
  const timing = await time(runs, async () => {
    const encoder = context.device.createCommandEncoder();
    encoder.copyBufferToBuffer(from, 0, to, 0, bytes);
    context.device.queue.submit([encoder.finish()]);
    await context.finish();
  });
  context.free(from, to);
  return { bytes: 2 * bytes, ...timing, gigabytesPerSecond: (2 * bytes) / timing.seconds / 1e9 };
}

async function benchTransform(
  context: GpuContext,
  runs: number,
  edge: number,
  count: number,
  limits: LineLimits,
  copyGigabytesPerSecond: number,
) {
  const transforms = new FourierTransforms(context, limits);
  const pixels = edge * edge * count;
  const planes = { buffer: context.buffer('bench', pixels * 4), width: edge, height: edge, count };
  const spectrumBytes = FourierTransforms.spectrumBytes(edge, edge, count);
  const rows = planLines(edge / 2, 'rows', edge * count, limits).passes.length;
  const columns = planLines(edge, 'columns', spectrumColumns(edge) * count, limits).passes.length;
  // Whole rows are unpacked as they are written; else that is a pass of its own.
  const moved = (rows - 1) * 2 * pixels * 4 + pixels * 4 + spectrumBytes + columns * 2 * spectrumBytes;
  const bytes = rows === 1 ? moved : moved + pixels * 4 + spectrumBytes;
  const floorBytes = pixels * 4 + spectrumBytes;
  const rate = (timing: Timing) => ({
    ...timing,
    milliseconds: timing.seconds * 1000,
    gigabytesPerSecond: bytes / timing.seconds / 1e9,
    partOfCopy: bytes / timing.seconds / 1e9 / copyGigabytesPerSecond,
    floorGigabytesPerSecond: floorBytes / timing.seconds / 1e9,
  });
  const run = async (
    record: (recorder: Recorder, release: (...buffers: GPUBuffer[]) => void) => Promise<void>,
  ) => {
    const recorder = new Recorder(context);
    const spent: GPUBuffer[] = [];
    await record(recorder, (...buffers) => void spent.push(...buffers));
    recorder.submit();
    await context.finish();
    context.free(...spent);
  };
  const forward = await time(runs, () =>
    run(async (recorder, release) => {
      const spectrum = await transforms.forward(recorder, planes, release);
      release(spectrum.buffer);
    }),
  );
  const backward = await time(runs, () =>
    run(async (recorder, release) => {
      const buffer = context.buffer('bench', spectrumBytes);
      const result = await transforms.backward(recorder, { ...planes, buffer }, release);
      release(buffer, result.buffer);
    }),
  );
  transforms.destroy();
  context.free(planes.buffer);
  return { edge, count, passes: { rows, columns }, bytes, forward: rate(forward), backward: rate(backward) };
}
