import { describe, expect, test } from 'vitest';
import { add, concat, conv, pool, relu } from '../../../src/nn/build.ts';
import { costOf } from '../../../src/nn/cost.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import { profileSteps, type StepCost, stepCosts } from '../../../src/nn/profile.ts';
import { compile, demandOf } from '../../../src/nn/program.ts';
import { smallUnet } from './networks.ts';

const whole = (graph: Graph, width: number, height: number, cut = { width, height }) => {
  const program = compile(graph);
  const columns = [{ from: 0, to: cut.width }];
  const demand = demandOf(program, { width, height }, { columns, rows: [{ from: 0, to: cut.height }] });
  return { program, demand };
};

describe('stepCosts', () => {
  test('counts what a convolution computes, reads and writes', () => {
    const layers = [conv('a', 'input', 1, 6, 3, { padding: 'same', activation: relu })];
    const { program, demand } = whole({ name: 'net', channels: 1, layers }, 20, 10);
    const costs = stepCosts(program, demand, 4);
    // The six planes that are given out are taken from eight stored numbers a pixel.
    expect(costs.map(({ op }) => op)).toEqual(['fetch', 'conv', 'planes']);
    const [fetch, a, planes] = costs;
    expect(fetch).toEqual({ name: 'input', op: 'fetch', flops: 0, bytes: 2 * 200 * 4 });
    expect(a).toMatchObject({ flops: 2 * 9 * 6 * 200, bytes: 200 * 4 + 200 * 8 * 4 + (54 + 6) * 4 });
    expect(planes).toMatchObject({ flops: 0, bytes: 200 * 8 * 4 + 200 * 6 * 4 });
    const half = stepCosts(program, demand, 2);
    expect(half[1]?.bytes).toBe(200 * 4 + 200 * 8 * 2 + 60 * 2);
  });

  test('counts a sum in the convolution that does it, and what it reads for it', () => {
    const layers = [
      conv('a', 'input', 4, 4, 1),
      conv('b', 'a', 4, 4, 3, { padding: 'same' }),
      add('c', ['b', 'a'], relu),
      conv('d', 'c', 4, 1, 1),
    ];
    const { program, demand } = whole({ name: 'net', channels: 4, layers }, 8, 8);
    const sum = stepCosts(program, demand, 4).find(({ name }) => name === 'c');
    expect(sum).toEqual({
      name: 'c',
      op: 'conv',
      flops: 64 * 4 * (2 * 9 * 4 + 1),
      bytes: 64 * 4 * 4 * 3 + (144 + 4) * 4,
    });
  });

  test('counts in a tile only what the tile needs', () => {
    const layers = [
      conv('a', 'input', 1, 4, 5, { padding: 'same' }),
      pool('maxPool', 'p', 'a', 2),
      conv('b', 'p', 4, 1, 3, { padding: 'same' }),
    ];
    const { program, demand } = whole({ name: 'net', channels: 1, layers }, 64, 64, { width: 8, height: 4 });
    const [fetch, a, p, b] = stepCosts(program, demand, 4);
    // At the corner: 9 × 5 pooled pixels, from 18 × 10, from 20 × 12 of the image.
    expect(fetch?.bytes).toBe(2 * 20 * 12 * 4);
    expect(b?.flops).toBe(2 * 9 * 4 * 32);
    expect(p?.bytes).toBe((18 * 10 + 9 * 5) * 4 * 4);
    expect(a?.bytes).toBe(20 * 12 * 4 + 18 * 10 * 4 * 4 + (100 + 4) * 4);
  });

  test('agrees with the cost of the layers, fused or not', () => {
    const graph = smallUnet(8, 4);
    const { program, demand } = whole(graph, 64, 48);
    const total = (costs: readonly { readonly flops: number }[]): number =>
      costs.reduce((sum, { flops }) => sum + flops, 0);
    expect(total(stepCosts(program, demand, 4))).toBe(total(costOf(graph, { width: 64, height: 48 })));
  });

  test('has no kernel for values that only lie side by side', () => {
    const layers = [
      conv('a', 'input', 4, 4, 1),
      conv('b', 'input', 4, 4, 1),
      concat('j', ['a', 'b']),
      pool('maxPool', 'p', 'j', 2),
      conv('c', 'p', 8, 1, 1),
    ];
    const { program, demand } = whole({ name: 'net', channels: 4, layers }, 8, 8);
    expect(stepCosts(program, demand, 4).map(({ name }) => name)).toEqual(['input', 'a', 'b', 'p', 'c']);
  });
});

describe('profileSteps', () => {
  const peak = { flopsPerSecond: 1e9, bytesPerSecond: 1e8 };
  const cost = (flops: number, bytes: number): StepCost => ({ name: 'a', op: 'conv', flops, bytes });

  test('compares with the peak that binds', () => {
    const costs = [cost(1e6, 1e3), cost(1e3, 1e6), cost(0, 0)];
    const [first, second, third] = profileSteps(costs, [0.002, 0.02, 0], peak);
    expect(first).toMatchObject({ boundBy: 'arithmetic', fractionOfPeak: 0.5, flopsPerSecond: 5e8 });
    expect(second).toMatchObject({ boundBy: 'memory', fractionOfPeak: 0.5, bytesPerSecond: 5e7 });
    expect(third).toMatchObject({ seconds: 0, fractionOfPeak: 0, flopsPerSecond: 0 });
  });

  test('wants a time for each kernel', () => {
    expect(() => profileSteps([cost(1, 1)], [], peak)).toThrow(RangeError);
  });
});
