import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/core/errors.ts';
import { add, conv, convTranspose, crop, pad, pool, upsample } from '../../../src/nn/build.ts';
import { costOf } from '../../../src/nn/cost.ts';
import type { Graph, Layer } from '../../../src/nn/layers.ts';
import { inferSizes } from '../../../src/nn/sizes.ts';
import { smallUnet } from './networks.ts';

const graphOf = (...layers: Layer[]): Graph => ({ name: 'net', channels: 1, layers });
const sizeOf = (layer: Layer, width: number, height = width) => {
  const { x, y } = inferSizes(graphOf(layer), { width, height });
  return [x.get(layer.name), y.get(layer.name)];
};

describe('inferSizes', () => {
  // Each as PyTorch's documentation of the layer has it.
  test.each<[string, Layer, number, number]>([
    ['a convolution without padding', conv('c', 'input', 1, 1, 7), 20, 14],
    ['one of stride 2', conv('c', 'input', 1, 1, 3, { stride: 2, padding: 1 }), 20, 10],
    ['one of stride 2 on an odd size', conv('c', 'input', 1, 1, 3, { stride: 2, padding: 1 }), 21, 11],
    ['a dilated one', conv('c', 'input', 1, 1, 3, { dilation: 4, padding: 2 }), 20, 16],
    ['the same size with an even kernel', conv('c', 'input', 1, 1, 4, { padding: 'same' }), 20, 20],
    ['pooling', pool('maxPool', 'p', 'input', 2), 21, 10],
    ['overlapping pooling', pool('averagePool', 'p', 'input', 3, { stride: 2, padding: 1 }), 21, 11],
    ['a transposed one', convTranspose('t', 'input', 1, 1, 4, { stride: 2, crop: 1 }), 20, 40],
    [
      'one with output padding',
      convTranspose('t', 'input', 1, 1, 3, { stride: 2, crop: { left: 1, right: 0, top: 1, bottom: 0 } }),
      20,
      40,
    ],
    ['up-sampling', upsample('u', 'input', 3), 20, 60],
    ['cropping', crop('k', 'input', 6), 20, 8],
    ['padding', pad('k', 'input', 6, 'reflect'), 20, 32],
  ])('%s', (_, layer, from, to) => {
    expect(sizeOf(layer, from)).toEqual([to, to]);
  });

  test('a six-level U-net’s halves, and up again, as the reference has them', () => {
    const graph = smallUnet(4, 6);
    const { x, y } = inferSizes(graph, { width: 312, height: 200 });
    const pools = [1, 2, 3, 4, 5].map((level) => [y.get(`pool${level}`), x.get(`pool${level}`)]);
    expect(pools).toEqual([
      [100, 156],
      [50, 78],
      [25, 39],
      [12, 19],
      [6, 9],
    ]);
    expect([4, 3, 2, 1].map((level) => x.get(`up${level + 1}`))).toEqual([19, 39, 78, 156]);
    expect([x.get('dec1'), y.get('dec1')]).toEqual([312, 200]);
  });

  test.each<[string, Layer[], number]>([
    ['can’t', [], 0],
    ['c would be 0 px wide. Take a larger image.', [conv('c', 'input', 1, 1, 7)], 6],
    ['p would be 0 px wide', [pool('maxPool', 'p', 'input', 2)], 1],
    ['k would be -2 px wide', [crop('k', 'input', 3)], 4],
    ['u would be 40000 px wide. Take a smaller image, or bin it.', [upsample('u', 'input', 4)], 10000],
    ['m mirrors 5 of 5 px', [pad('m', 'input', 5, 'reflect')], 5],
    ['c mirrors 2 of 2 px', [conv('c', 'input', 1, 1, 5, { padding: 'same', paddingMode: 'reflect' })], 2],
  ])('refuses a picture with %s', (what, layers, size) => {
    const infer = () => inferSizes(graphOf(...layers), { width: size, height: 500 });
    expect(infer).toThrow(FormatError);
    expect(infer).toThrow(what === 'can’t' ? /net can't be run on an image 0 px wide/ : what);
  });

  test('refuses sums of values of different size', () => {
    const graph = graphOf(conv('c', 'input', 1, 1, 3), add('s', ['c', 'input']));
    expect(() => inferSizes(graph, { width: 9, height: 9 })).toThrow('s joins values of 7 and 9 px');
  });
});

test('costs are those of the multiply-adds', () => {
  const graph = graphOf(
    conv('a', 'input', 1, 8, 3, { padding: 1 }),
    pool('maxPool', 'p', 'a', 2),
    conv('b', 'p', 8, 16, { x: 5, y: 1 }, { bias: false }),
    convTranspose('t', 'b', 16, 4, 2, { stride: 2 }),
  );
  const costs = costOf(graph, { width: 20, height: 10 });
  expect(costs.map(({ size, flops, parameters }) => [size.width, size.height, flops, parameters])).toEqual([
    [20, 10, 2 * 9 * 8 * 200, 80],
    [10, 5, 4 * 8 * 50, 0],
    [6, 5, 2 * 5 * 8 * 16 * 30, 640],
    [12, 10, 2 * 16 * 4 * 120, 260],
  ]);
});
