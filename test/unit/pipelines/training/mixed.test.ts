import { expect, test } from 'vitest';
import type { NetworkWeights } from '../../../../src/pipelines/training/matchedFilter.ts';
import { mixedNetwork } from '../../../../src/pipelines/training/mixed.ts';

const network = (...data: number[]): NetworkWeights => ({
  graph: { name: 'n', channels: 1, layers: [] },
  tensors: new Map([['a', { shape: [data.length], data: Float32Array.from(data) }]]),
});
const valuesOf = ({ tensors }: NetworkWeights): number[] => Array.from(tensors.get('a')?.data ?? []);

test.each([
  [0, [1, 10]],
  [0.25, [2, 7.5]],
  [1, [5, 0]],
])('a share of %d of the second network', (share, expected) => {
  const second = network(5, 0);
  expect(valuesOf(mixedNetwork(network(1, 10), second, share))).toEqual(expected);
  expect(valuesOf(second)).toEqual([5, 0]);
});

test('networks of different tensors have no mean', () => {
  expect(() => mixedNetwork(network(1, 2), network(1), 0.5)).toThrow('a is not in both networks');
});
