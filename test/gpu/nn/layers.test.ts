import { expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { conv2dVariant, packConv2dWeights, recordConv2d } from '../../../src/gpu/ops/conv2d.ts';
import { recordMaxPool, recordUpsample } from '../../../src/gpu/ops/resize.ts';
import type { TensorView } from '../../../src/gpu/ops/view.ts';
import { Recorder } from '../../../src/gpu/recorder.ts';
import {
  conv2dReference,
  type FeatureMap,
  featureMap,
  maxPoolReference,
  toChannelsLast,
  upsampleReference,
} from '../../reference/network.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';

const randomMap = (channels: number, width: number, height: number, seed: number): FeatureMap => {
  const random = createRandom(seed);
  return featureMap(
    channels,
    width,
    height,
    Float32Array.from({ length: channels * width * height }, () => random.normal()),
  );
};

describeGpu('network layers', (gpu) => {
  const upload = (context: GpuContext, map: FeatureMap, extra = 0): TensorView => {
    // `extra` channels before and after ours: a slice of a wider tensor.
    const stride = map.channels + 2 * extra;
    const packed = toChannelsLast(map);
    const data = new Float32Array(stride * map.width * map.height).fill(1e9);
    packed.forEach((value, i) => {
      data[Math.floor(i / map.channels) * stride + extra + (i % map.channels)] = value;
    });
    return {
      buffer: context.upload('test', data),
      width: map.width,
      height: map.height,
      channels: map.channels,
      stride,
      offset: extra,
    };
  };
  const empty = (
    context: GpuContext,
    channels: number,
    width: number,
    height: number,
    extra = 0,
  ): TensorView =>
    upload(context, featureMap(channels, width, height, new Float32Array(channels * width * height)), extra);
  const download = async (
    context: GpuContext,
    view: TensorView,
  ): Promise<{ ours: Float32Array; untouched: boolean }> => {
    const all = new Float32Array(await context.read(view.buffer, view.stride * view.width * view.height * 4));
    const mine = (i: number): boolean =>
      i % view.stride >= view.offset && i % view.stride < view.offset + view.channels;
    return {
      ours: all.filter((_, i) => mine(i)),
      untouched: all.every((value, i) => mine(i) || value === Math.fround(1e9)),
    };
  };

  test.each([
    { kernel: 3, inputs: 4, outputs: 4, width: 13, height: 9, extra: 0, activation: 'none' },
    { kernel: 3, inputs: 8, outputs: 12, width: 17, height: 5, extra: 4, activation: 'leakyRelu' },
    { kernel: 3, inputs: 16, outputs: 32, width: 33, height: 18, extra: 8, activation: 'leakyRelu' },
    { kernel: 1, inputs: 32, outputs: 16, width: 7, height: 31, extra: 0, activation: 'relu' },
    { kernel: 5, inputs: 4, outputs: 8, width: 3, height: 2, extra: 0, activation: 'none' },
    { kernel: 5, inputs: 1, outputs: 16, width: 21, height: 19, extra: 0, activation: 'leakyRelu' },
    { kernel: 1, inputs: 16, outputs: 1, width: 19, height: 10, extra: 0, activation: 'none' },
    { kernel: 3, inputs: 8, outputs: 1, width: 1, height: 1, extra: 0, activation: 'none' },
  ] as const)(
    'convolution $kernel × $kernel, $inputs → $outputs on $width × $height equals f64 to 2e-5',
    async ({ kernel, inputs, outputs, width, height, extra, activation }) => {
      const context = new GpuContext(gpu.device, 'test');
      const random = createRandom(kernel * 100 + inputs);
      const weights = Float32Array.from(
        { length: outputs * inputs * kernel ** 2 },
        () => random.normal() / Math.sqrt(inputs * kernel ** 2),
      );
      const bias = Float32Array.from({ length: outputs }, () => random.normal());
      const source = randomMap(inputs, width, height, 3);
      const shape = { kernel, inputs, outputs, activation };
      const packed = packConv2dWeights(shape, weights, bias);
      const result = empty(context, outputs, width, height, outputs === 1 ? 0 : extra);
      const recorder = new Recorder(context);
      await recordConv2d(
        context,
        recorder,
        shape,
        upload(context, source, inputs === 1 ? 0 : extra),
        result,
        context.upload('test', packed.weights),
        context.upload('test', packed.bias),
      );
      recorder.submit();
      const { ours, untouched } = await download(context, result);
      const expected = conv2dReference(source, outputs, kernel, weights, bias, activation);
      expect(largestDifference(ours, toChannelsLast(expected))).toBeLessThan(2e-5);
      expect(untouched).toBe(true);
    },
  );

  test('pooling drops odd rows and columns, up-sampling repeats; slices stay in their lane', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const source = randomMap(8, 11, 7, 5);
    const pooled = maxPoolReference(source);
    const pool = empty(context, 8, pooled.width, pooled.height, 4);
    const raised = upsampleReference(pooled);
    const up = empty(context, 8, raised.width, raised.height, 8);
    const recorder = new Recorder(context);
    await recordMaxPool(context, recorder, upload(context, source, 4), pool);
    await recordUpsample(context, recorder, pool, up);
    recorder.submit();
    const found = await download(context, up);
    expect(Array.from(found.ours)).toEqual(Array.from(toChannelsLast(raised)));
    expect(found.untouched).toBe(true);
    expect((await download(context, pool)).ours).toEqual(toChannelsLast(pooled));
  });

  test('shapes without a kernel are refused', () => {
    expect(() => conv2dVariant({ kernel: 3, inputs: 6, outputs: 8, activation: 'none' })).toThrow(
      /No convolution kernel/,
    );
    expect(() => conv2dVariant({ kernel: 2, inputs: 4, outputs: 8, activation: 'none' })).toThrow(
      /No convolution kernel/,
    );
  });
});
