import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/core/errors.ts';
import { add, concat, conv, convTranspose, crop, pad, pool, upsample } from '../../../src/nn/build.ts';
import { costOf } from '../../../src/nn/cost.ts';
import { receptiveField } from '../../../src/nn/field.ts';
import { fittingSize } from '../../../src/nn/fitting.ts';
import type { Graph, Layer } from '../../../src/nn/layers.ts';
import { planRun } from '../../../src/nn/plan.ts';
import { compile } from '../../../src/nn/program.ts';
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

  const reflected = conv('c', 'input', 1, 1, 5, { padding: 'same', paddingMode: 'reflect' });
  test.each<[string, Layer[], number]>([
    [', which is too small for it: give one with a width of at least 1 px.', [], 0],
    ['too small for it: give one with a width of at least 7 px.', [conv('c', 'input', 1, 1, 7)], 6],
    ['at least 2 px.', [pool('maxPool', 'p', 'input', 2)], 1],
    ['at least 7 px.', [crop('k', 'input', 3)], 4],
    [': u would be 40000 px wide. Take a smaller picture, or bin it.', [upsample('u', 'input', 4)], 10000],
    ['at least 6 px.', [pad('m', 'input', 5, 'reflect')], 5],
    ['at least 3 px.', [reflected], 2],
  ])('refuses a picture that is %s', (what, layers, size) => {
    const infer = () => inferSizes(graphOf(...layers), { width: size, height: 500 });
    expect(infer).toThrow(FormatError);
    expect(infer).toThrow(`net can't be run on a picture of ${size} × 500 px`);
    expect(infer).toThrow(what);
  });

  test('never says a size that does not fit, of layers that are too small in several ways', () => {
    const graph = graphOf(
      pool('maxPool', 'p', 'input', 4),
      conv('c', 'p', 1, 1, 9),
      pad('m', 'c', 3, 'reflect'),
    );
    const infer = (width: number) => inferSizes(graph, { width, height: 600 });
    const least = /of at least (\d+) px/;
    for (let width = 1; width < 48; width++) {
      expect(() => infer(width)).toThrow('at least 48 px');
      expect(() => infer(width)).toThrow(least);
    }
    expect(infer(48).x.get('m')).toBe(10);
  });

  /** Halves twice, and joins what does not fit where a side is no multiple of 4. */
  const halving = graphOf(
    pool('maxPool', 'a', 'input', 2),
    pool('maxPool', 'b', 'a', 2),
    upsample('c', 'b', 4),
    concat('d', ['c', 'input']),
  );
  test.each([
    [65, 70, 'sides of a multiple of 4 px each (68 × 72 px, say).'],
    [64, 70, 'a height of a multiple of 4 px (72 px, say).'],
    [65, 64, 'a width of a multiple of 4 px (68 px, say).'],
  ])('says which sizes fit a network that halves and joins, instead of %i × %i', (width, height, words) => {
    const infer = () => inferSizes(halving, { width, height });
    expect(infer).toThrow(
      `net can't be run on a picture of ${width} × ${height} px, which does not fit it (d joins values of`,
    );
    expect(infer).toThrow(words);
    expect(() => inferSizes(halving, { width: 68, height: 72 })).not.toThrow();
  });

  test('refuses sums of values that never have one size', () => {
    const graph = graphOf(conv('c', 'input', 1, 1, 3), add('s', ['c', 'input']));
    expect(() => inferSizes(graph, { width: 9, height: 9 })).toThrow('s joins values of 7 and 9 px');
  });
});

describe('a network exported for one size, whose paddings fit no multiple of its pooling', () => {
  // PyTorch: F.pad(up, [0, dx, 0, dy]) with what 37 × 23 px needs.
  const exported = graphOf(
    pool('maxPool', 'a', 'input', 2),
    pool('maxPool', 'b', 'a', 2),
    upsample('u', 'b', 2),
    pad('p', 'u', { left: 0, right: 0, top: 0, bottom: 1 }),
    add('s', ['p', 'a']),
    upsample('v', 's', 2),
    pad('q', 'v', { left: 0, right: 1, top: 0, bottom: 1 }),
    add('t', ['q', 'input']),
  );

  test('is run on that size, and on those that are like it', () => {
    expect(inferSizes(exported, { width: 37, height: 23 }).x.get('t')).toBe(37);
    const infer = () => inferSizes(exported, { width: 64, height: 24 });
    expect(infer).toThrow('a width of a multiple of 4 px and 1 px more (65 px, say)');
    expect(infer).toThrow('a height of a multiple of 4 px and 3 px more (27 px, say)');
    expect(fittingSize(exported, { width: 1024, height: 1024 })).toEqual({ width: 1025, height: 1027 });
    expect(fittingSize(exported, { width: 37, height: 23 })).toEqual({ width: 37, height: 23 });
  });

  test('has a receptive field, and a plan for its own size', () => {
    const { x, y } = receptiveField(exported);
    expect(x).toEqual({ stride: 1, period: 4, from: -3, to: 4 });
    expect(y).toEqual(x);
    const plan = planRun(
      compile(exported),
      { width: 37, height: 23 },
      { bufferBytes: 2 ** 27, bytesPerNumber: 4 },
    );
    expect(plan.demand.columns).toHaveLength(1);
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
