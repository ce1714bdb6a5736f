import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/core/errors.ts';
import { leastCapabilities } from '../../../src/gpu/capabilities.ts';
import { batchNorm, conv } from '../../../src/nn/build.ts';
import { fuse } from '../../../src/nn/fuse.ts';
import { operationsOf } from '../../../src/nn/operations.ts';
import { compile } from '../../../src/nn/program.ts';
import { Weights } from '../../../src/nn/weights.ts';
import { weightsFor } from './weights.ts';

const graph = {
  name: 'm.safetensors',
  channels: 1,
  layers: [conv('c', 'input', 1, 3, 3), batchNorm('n', 'c', 3), conv('d', 'n', 3, 1, 1)],
};

describe('weights', () => {
  const read = (change: (tensors: ReturnType<typeof weightsFor>) => void) => () => {
    const tensors = weightsFor(graph, 1);
    change(tensors);
    return operationsOf(compile(graph), new Weights(graph.name, tensors), {
      storage: 'f32',
      capabilities: leastCapabilities,
    });
  };

  test.each<[string, Parameters<typeof read>[0]]>([
    ['lacks the tensor d.bias.', (tensors) => tensors.delete('d.bias')],
    ['lacks the tensor n.running_var.', (tensors) => tensors.delete('n.running_var')],
    [
      'has c.weight of shape 3 × 1 × 9 where its graph says 3 × 1 × 3 × 3.',
      (tensors) => tensors.set('c.weight', { shape: [3, 1, 9], data: new Float32Array(27) }),
    ],
    [
      'has NaN in the tensor c.weight, at element 7: the training',
      (tensors) => tensors.get('c.weight')?.data.fill(Number.NaN, 7, 8),
    ],
    [
      'has -Infinity in the tensor n.bias, at element 2',
      (tensors) => tensors.get('n.bias')?.data.fill(-1 / 0, 2),
    ],
    [
      'has a variance of -1 in the tensor n.running_var',
      (tensors) => tensors.get('n.running_var')?.data.fill(-1),
    ],
  ])('are refused when the file %s', (what, change) => {
    expect(read(change)).toThrow(FormatError);
    expect(read(change)).toThrow(`m.safetensors ${what}`);
  });

  test('are folded with the normalisation that follows', () => {
    const tensors = weightsFor(graph, 2);
    const [step] = fuse(graph);
    if (step?.op !== 'conv') throw new Error('The first step is no convolution.');
    const { weights, bias } = new Weights('m', tensors).conv(step);
    const at = (name: string, i: number): number => tensors.get(name)?.data[i] ?? Number.NaN;
    for (let o = 0; o < 3; o++) {
      const factor = at('n.weight', o) / Math.sqrt(at('n.running_var', o) + 1e-5);
      expect(bias[o]).toBeCloseTo((at('c.bias', o) - at('n.running_mean', o)) * factor + at('n.bias', o), 12);
      expect(weights[9 * o + 4]).toBeCloseTo(at('c.weight', 9 * o + 4) * factor, 12);
    }
  });
});
