import { describe, expect, test } from 'vitest';
import { type WeightTensor, writeSafetensors } from '../../../../src/formats/weights/safetensors.ts';
import { batchNorm, conv, convTranspose } from '../../../../src/nn/build.ts';
import type { Graph } from '../../../../src/nn/layers.ts';
import { graphToJson } from '../../../../src/nn/parse.ts';
import { openModel } from '../../../../src/pipelines/models/open.ts';
import { onnxModel } from '../../../bench/compare/onnxModel.ts';
import { code, global, pickle, text, tuple } from '../../../fixtures/pickle.ts';
import { describeWithShared, sharedBytes } from '../../formats/sharedData.ts';
import { smallUnet } from '../../nn/networks.ts';
import { weightsFor } from '../../nn/weights.ts';

type Tensors = Map<string, WeightTensor>;

function ownModel(graph: Graph, beside: object = {}, spoil: (tensors: Tensors) => void = () => {}) {
  const tensors: Tensors = new Map();
  for (const [name, tensor] of weightsFor(graph, 3)) tensors.set(name, { dtype: 'F32', ...tensor });
  spoil(tensors);
  const text = JSON.stringify({ ...graphToJson(graph), ...beside });
  return writeSafetensors(tensors, new Map([['cryolite.graph', text]]));
}

const graph = smallUnet(4);

describe('openModel', () => {
  test('tells what a file is by its content, whatever its name', async () => {
    const own = await openModel('m.bin', ownModel(graph));
    expect(own).toMatchObject({ format: 'Cryolite', file: 'm.bin', name: graph.name, task: 'either' });
    expect(own.graph).toEqual({ ...graph, name: 'm.bin' });
    const tensors = weightsFor(graph, 3);
    const onnx = await openModel('a/b/m.sav', onnxModel({ graph, tensors }, { width: 8, height: 8 }));
    expect(onnx).toMatchObject({ format: 'ONNX', name: 'm.sav', task: 'either' });
    expect(onnx.hash).not.toBe(own.hash);
  });

  test('a header whose length begins as a pickle does is no pickle', async () => {
    const small = conv('c', 'input', 1, 1, 1);
    const one = { name: 'n', channels: 1, layers: [small] };
    for (let length = 1; length < 800; length++) {
      const bytes = ownModel(one, { note: 'x'.repeat(length) });
      if (bytes[0] !== 0x80 || bytes[1] !== 0x02) continue;
      expect((await openModel('m', bytes)).format).toBe('Cryolite');
      return;
    }
    expect.fail('No header had 640 bytes.');
  });

  test('knows what a Cryolite model is for', async () => {
    const task = async (beside: object) => (await openModel('m', ownModel(graph, beside))).task;
    expect(await task({ preprocess: { clip: 6 } })).toBe('pick');
    expect(await task({ task: 'denoise' })).toBe('denoise');
    expect(await task({ task: 'win' })).toBe('either');
  });

  test('the hash is the SHA-256 of the file', async () => {
    const bytes = ownModel(graph);
    const { createHash } = await import('node:crypto');
    expect((await openModel('m', bytes)).hash).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test.each([
    ['nothing', 'm.onnx', new Uint8Array(), 'empty', 'm.onnx is empty'],
    ['text', 'm.txt', new TextEncoder().encode('hello'), 'bad-weights', 'm.txt is no network by its content'],
    ['text called .onnx', 'm.onnx', new TextEncoder().encode('hello'), 'bad-onnx', 'm.onnx'],
    [
      'a pickle that runs a program',
      'm.sav',
      pickle(global('posix', 'system'), tuple(text('ls')), 'R'),
      'bad-weights',
      'asks to run posix.system: it was refused, nothing was run',
    ],
    [
      'a pickle of an unknown class',
      'm.sav',
      pickle(global('mymodule', 'Network')),
      'bad-weights',
      'mymodule.Network',
    ],
    ['a pickle that is cut off', 'm', code(0x80, 2, 'ccoll'), 'bad-weights', 'm'],
    ['a graph that is cut off', 'm', ownModel(graph).slice(0, 40), 'bad-weights', 'its header is said'],
    [
      'NaN among the weights',
      'm.safetensors',
      ownModel(graph, {}, (tensors) => tensors.get('enc1.weight')?.data.fill(Number.NaN, 2, 3)),
      'bad-weights',
      'm.safetensors has NaN in the tensor enc1.weight, at element 2',
    ],
  ])('refuses %s', async (_, name, bytes, problem, words) => {
    const opening = openModel(name, bytes);
    await expect(opening).rejects.toMatchObject({ problem, message: expect.stringContaining(words) });
  });
});

describe('openModel checks weights before anything is run', () => {
  const normed: Graph = {
    name: 'net',
    channels: 1,
    layers: [convTranspose('t', 'input', 1, 3, 2), batchNorm('n', 't', 3), conv('c', 'n', 3, 1, 1)],
  };
  const vector = (...values: number[]): WeightTensor => ({
    dtype: 'F32',
    shape: [values.length],
    data: Float32Array.from(values),
  });

  test.each<[string, (tensors: Tensors) => void, string]>([
    ['a missing tensor', (all) => all.delete('c.bias'), 'lacks the tensor c.bias'],
    [
      'a transposed one',
      (all) => all.set('t.weight', { dtype: 'F32', shape: [3, 1, 2, 2], data: new Float32Array(12) }),
      'has t.weight of shape 3 × 1 × 2 × 2 where its graph says 1 × 3 × 2 × 2',
    ],
    [
      'a bias of another length',
      (all) => all.set('c.bias', vector(1, 2, 3)),
      'has c.bias of shape 3 where its graph says 1',
    ],
    [
      'a negative variance',
      (all) => all.set('n.running_var', vector(1, -4, 1)),
      'has a variance of -4 in the tensor n.running_var',
    ],
  ])('%s, in a file of Cryolite', async (_, spoil, words) => {
    const opening = openModel('my.safetensors', ownModel(normed, {}, spoil));
    await expect(opening).rejects.toMatchObject({
      problem: 'bad-weights',
      message: expect.stringContaining(`my.safetensors ${words}`),
    });
  });

  test('a bias of another length, in an ONNX model', async () => {
    const one: Graph = { name: 'n', channels: 1, layers: [conv('c', 'input', 1, 1, 3)] };
    const tensors = weightsFor(one, 1);
    tensors.set('c.bias', { shape: [3], data: Float32Array.of(1, 2, 3) });
    const opening = openModel('my.onnx', onnxModel({ graph: one, tensors }, { width: 8, height: 8 }));
    await expect(opening).rejects.toThrow(/^my\.onnx has \S+ of shape 3 where its graph says 1/);
  });
});

describeWithShared('data/weights/topaz', 'openModel on the networks of Topaz', () => {
  test.each([
    ['affine_L1_v0.2.2', 'affine', 'denoise'],
    ['resnet8_u32', 'resnet8', 'pick'],
  ])('%s', async (file, name, task) => {
    const opened = await openModel('m', sharedBytes(`data/weights/topaz/${file}.sav`));
    expect(opened).toMatchObject({ format: 'Topaz', name, task });
  });
});
