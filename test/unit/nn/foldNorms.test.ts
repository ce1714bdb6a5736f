import { expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { batchNorm, concat, conv, leakyRelu, upsample } from '../../../src/nn/build.ts';
import { foldNorms } from '../../../src/nn/foldNorms.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import type { NamedTensor } from '../../../src/nn/train/parameters.ts';
import { featureMap, runNetwork } from '../../reference/layers.ts';

const graph: Graph = {
  name: 'small',
  channels: 1,
  layers: [
    conv('a.conv', 'input', 1, 3, 3, { padding: 'same', bias: false }),
    batchNorm('a', 'a.conv', 3, { activation: leakyRelu(0.1) }),
    conv('b.conv', 'a', 3, 2, 2, { stride: 2 }),
    batchNorm('b', 'b.conv', 2),
    upsample('up', 'b', 'a'),
    concat('both', ['a', 'up']),
    // Read twice, so it keeps its own normalisation.
    conv('c', 'both', 5, 2, 1),
    batchNorm('d', 'c', 2),
    concat('result', ['c', 'd']),
  ],
};

function tensors(): Map<string, NamedTensor> {
  const random = createRandom(7);
  const made = new Map<string, NamedTensor>();
  const put = (name: string, shape: number[], low = -1): void => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
      random.between(low, 1),
    );
    made.set(name, { shape, data });
  };
  put('a.conv.weight', [3, 1, 3, 3]);
  put('b.conv.weight', [2, 3, 2, 2]);
  put('b.conv.bias', [2]);
  put('c.weight', [2, 5, 1, 1]);
  put('c.bias', [2]);
  for (const [name, channels] of [
    ['a', 3],
    ['b', 2],
    ['d', 2],
  ] as const) {
    put(`${name}.weight`, [channels]);
    put(`${name}.bias`, [channels]);
    put(`${name}.running_mean`, [channels]);
    put(`${name}.running_var`, [channels], 0.2);
  }
  return made;
}

test('a network says the same without its normalisations', () => {
  const random = createRandom(3);
  const image = featureMap(
    1,
    6,
    8,
    Float64Array.from({ length: 48 }, () => random.normal()),
  );
  const weights = tensors();
  const folded = foldNorms(graph, weights);
  expect(folded.graph.layers.map(({ op }) => op)).toEqual([
    'conv',
    'conv',
    'upsample',
    'concat',
    'conv',
    'batchNorm',
    'concat',
  ]);
  const resultOf = (layers: Graph['layers'], values: ReadonlyMap<string, NamedTensor>) =>
    runNetwork(layers, image, values).get('result') ?? image;
  const before = resultOf(graph.layers, weights);
  const after = resultOf(folded.graph.layers, folded.tensors);
  expect(after.data.length).toBe(before.data.length);
  for (const [i, value] of before.data.entries()) expect(after.data[i]).toBeCloseTo(value, 5);
  expect([...folded.tensors.keys()].filter((name) => name.startsWith('a.'))).toEqual([
    'a.conv.weight',
    'a.conv.bias',
  ]);
  // What was given is as it was.
  expect(weights.get('a.conv.weight')).toEqual(tensors().get('a.conv.weight'));
});

test('a missing tensor is named', () => {
  const weights = tensors();
  weights.delete('b.running_var');
  expect(() => foldNorms(graph, weights)).toThrow('b.running_var');
});
