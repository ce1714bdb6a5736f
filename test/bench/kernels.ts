/** What single kernels reach, beside what the adapter reaches at copying: the distance to close. */
import { FourierTransforms } from '../../src/fft/transform.ts';
import type { GpuContext } from '../../src/gpu/context.ts';
import { type Conv2dSpec, conv2dKernel, conv2dRun } from '../../src/gpu/ops/conv2d.ts';
import { packConv2dWeights } from '../../src/gpu/ops/conv2dWeights.ts';
import type { Tensor } from '../../src/gpu/ops/view.ts';
import { measurePeak } from '../../src/gpu/peak.ts';
import { Recorder } from '../../src/gpu/recorder.ts';
import { time } from './measure.ts';

export async function benchKernels(context: GpuContext, runs: number, edge: number) {
  return {
    peak: await measurePeak(context),
    copy: await benchCopy(context, runs, edge),
    fft: await benchFft(context, runs, edge),
    convolutions: [
      await benchConvolution(context, runs, edge / 4, 16, 16),
      await benchConvolution(context, runs, edge / 8, 48, 48),
      await benchConvolution(context, runs, edge / 8, 112, 48),
    ],
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

/** A 3 × 3 convolution of an edge × edge picture. */
async function benchConvolution(
  context: GpuContext,
  runs: number,
  edge: number,
  inputs: number,
  outputs: number,
) {
  const spec: Conv2dSpec = {
    kernel: { x: 3, y: 3 },
    stride: { x: 1, y: 1 },
    dilation: { x: 1, y: 1 },
    sources: [{ groups: inputs / 4, stored: 'full', isUpsampled: false }],
    groups: outputs / 4,
    result: 'full',
    paddingMode: 'zero',
    hasResidual: false,
    activation: { kind: 'leakyRelu', slope: 0.1 },
  };
  const kernel = conv2dKernel(spec);
  const packed = packConv2dWeights(kernel.name, spec, [], new Float32Array(outputs), []);
  const tensor = (channels: number): Tensor => {
    const pixel = channels / 4;
    const view = {
      buffer: context.buffer('bench', edge * edge * channels * 4),
      row: edge * pixel,
      pixel,
      base: 0,
    };
    return { view, width: edge, height: edge, groups: pixel };
  };
  const source = tensor(inputs);
  const result = tensor(outputs);
  const weights = context.upload('bench', packed.weights);
  const bias = context.upload('bench', packed.bias);
  const tensors = { sources: [source], shown: source, first: { x: -1, y: -1 }, result, weights, bias };
  const { uniforms, buffers, grid } = conv2dRun(kernel, spec, tensors, {
    x: 0,
    y: 0,
    width: edge,
    height: edge,
  });
  const pipeline = await context.pipeline(kernel.shader, kernel.defines);
  const timing = await time(runs, async () => {
    const recorder = new Recorder(context);
    recorder.dispatch(pipeline, uniforms, buffers, grid);
    recorder.submit();
    await context.finish();
  });
  context.free(source.view.buffer, result.view.buffer, weights, bias);
  const flops = 2 * 9 * inputs * outputs * edge ** 2;
  return {
    kernel: kernel.name,
    inputs,
    outputs,
    edge,
    flops,
    ...timing,
    gigaflopsPerSecond: flops / timing.seconds / 1e9,
  };
}
