/** What single kernels reach, beside what the adapter reaches at copying: the distance to close. */
import { FourierTransforms } from '../../src/fft/transform.ts';
import type { GpuContext } from '../../src/gpu/context.ts';
import { measurePeak } from '../../src/gpu/peak.ts';
import { Recorder } from '../../src/gpu/recorder.ts';
import { benchConvolutions } from './convolutions.ts';
import { time } from './measure.ts';

export async function benchKernels(context: GpuContext, runs: number, edge: number) {
  const peak = await measurePeak(context);
  return {
    peak,
    copy: await benchCopy(context, runs, edge),
    fft: await benchFft(context, runs, edge),
    convolutions: await benchConvolutions(context, runs, peak),
  };
}

/** Bytes read plus bytes written a second. */
async function benchCopy(context: GpuContext, runs: number, edge: number) {
  const bytes = edge * edge * 4;
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

/** A real 2-D transform forwards; `floorBytes` is one read and one write of the picture and its spectrum. */
async function benchFft(context: GpuContext, runs: number, edge: number) {
  const transforms = new FourierTransforms(context);
  const plane = { buffer: context.buffer('bench', edge * edge * 4), width: edge, height: edge };
  const timing = await time(runs, async () => {
    const recorder = new Recorder(context);
    const spent: GPUBuffer[] = [];
    const spectrum = await transforms.forward(recorder, plane, (...buffers) => void spent.push(...buffers));
    recorder.submit();
    await context.finish();
    context.free(spectrum.buffer, ...spent);
  });
  transforms.destroy();
  context.free(plane.buffer);
  const floorBytes = edge * edge * 4 + FourierTransforms.spectrumBytes(edge, edge);
  return { edge, floorBytes, ...timing, floorGigabytesPerSecond: floorBytes / timing.seconds / 1e9 };
}
