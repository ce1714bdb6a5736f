/** Every kernel that can run a convolution beside the best matrix product of the adapter: `npm run bench` has them under "kernels". */
import { createRandom } from '../../src/core/random.ts';
import type { GpuContext } from '../../src/gpu/context.ts';
import { type Conv2dKernel, type Conv2dSpec, conv2dRun } from '../../src/gpu/ops/conv2d.ts';
import { conv2dKernels } from '../../src/gpu/ops/conv2dKernels.ts';
import { packConv2dWeights } from '../../src/gpu/ops/conv2dWeights.ts';
import type { Tensor } from '../../src/gpu/ops/view.ts';
import type { Peak } from '../../src/gpu/peak.ts';
import { Recorder } from '../../src/gpu/recorder.ts';
import { time } from './measure.ts';

/** Channels in and out: of Topaz's U-net within, of its last levels, and of a small network. */
const layers = [
  [48, 48],
  [96, 96],
  [16, 16],
] as const;

/** 3 × 3 convolutions of square pictures: 1024 px on a GPU, 128 px where a processor plays it. The first kernel is the chosen one. */
export async function benchConvolutions(context: GpuContext, runs: number, peak: Peak) {
  const edge = context.capabilities.isProcessor ? 128 : 1024;
  const results = [];
  for (const [inputs, outputs] of layers) {
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
    const flops = 2 * 9 * inputs * outputs * edge ** 2;
    const kernels = [];
    for (const kernel of conv2dKernels(spec, context.capabilities)) {
      const timing = await benchKernel(context, runs, edge, spec, kernel);
      const flopsPerSecond = flops / timing.seconds;
      kernels.push({
        kernel: kernel.name,
        ...timing,
        gigaflopsPerSecond: flopsPerSecond / 1e9,
        partOfPeak: flopsPerSecond / peak.flopsPerSecond,
      });
    }
    results.push({ inputs, outputs, edge, flops, kernels });
  }
  return results;
}

async function benchKernel(
  context: GpuContext,
  runs: number,
  edge: number,
  spec: Conv2dSpec,
  kernel: Conv2dKernel,
) {
  const [inputs, outputs] = [4 * (spec.sources[0]?.groups ?? 0), 4 * spec.groups];
  // Of both signs: a GPU multiplies zeros on less power, and so at a higher clock.
  const random = createRandom(1);
  const numbers = (length: number) => Float32Array.from({ length }, () => random.between(-1, 1));
  const pattern = numbers(4096);
  const tensor = (channels: number): Tensor => {
    const pixel = channels / 4;
    const bytes = edge * edge * channels * 4;
    const buffer = context.buffer('bench', bytes);
    for (let at = 0; at < bytes; at += pattern.byteLength)
      context.device.queue.writeBuffer(buffer, at, pattern.subarray(0, Math.min(4096, (bytes - at) / 4)));
    return { view: { buffer, row: edge * pixel, pixel, base: 0 }, width: edge, height: edge, groups: pixel };
  };
  const places = Array.from({ length: inputs }, (_, i) => i);
  const packed = packConv2dWeights(
    kernel.name,
    spec,
    numbers(9 * inputs * outputs),
    numbers(outputs),
    places,
  );
  const source = tensor(inputs);
  const result = tensor(outputs);
  const weights = context.upload('bench', packed.weights);
  const bias = context.upload('bench', packed.bias);
  const tensors = { sources: [source], shown: source, first: { x: -1, y: -1 }, result, weights, bias };
  const region = { x: 0, y: 0, width: edge, height: edge };
  const { uniforms, buffers, grid } = conv2dRun(kernel, spec, tensors, region);
  const pipeline = await context.pipeline(kernel.shader, kernel.defines);
  const timing = await time(runs, async () => {
    const recorder = new Recorder(context);
    recorder.dispatch(pipeline, uniforms, buffers, grid);
    recorder.submit();
    await context.finish();
  });
  context.free(source.view.buffer, result.view.buffer, weights, bias);
  return timing;
}
