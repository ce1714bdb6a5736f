import { describe, expect, it } from 'vitest';
import { readOnnx } from '../../../src/formats/onnx/read.ts';
import { costOf } from '../../../src/nn/cost.ts';
import { receptiveField } from '../../../src/nn/field.ts';
import { outputName } from '../../../src/nn/layers.ts';
import { inferSizes } from '../../../src/nn/sizes.ts';
import { compare, largestDifference } from '../../bench/compare/compare.ts';
import { resnet8, unet } from '../../bench/compare/networks.ts';
import { onnxModel } from '../../bench/compare/onnxModel.ts';
import type { Runtime } from '../../bench/compare/runtime.ts';

const image = { width: 200, height: 313 };

describe('the networks that runtimes are compared on', () => {
  it.each([
    // Parameters as Topaz's own files have them. The U-net's reach by hand: pixel 30 needs pixel 27, of the pooled
    // maps 11, 3, −1, −3 and −3, and back through the encoder −7, −15, −31, −63 and −129.
    { make: unet, parameters: 969_745, from: -159 },
    { make: resnet8, parameters: 328_801, from: -35 },
  ])('$parameters parameters, results as large as the image', ({ make, parameters, from }) => {
    const { graph, tensors } = make();
    expect(costOf(graph, image).reduce((sum, layer) => sum + layer.parameters, 0)).toBe(parameters);
    expect([...tensors.values()].reduce((sum, { data }) => sum + data.length, 0)).toBe(parameters);
    const { x, y } = inferSizes(graph, image);
    expect([x.get(outputName(graph)), y.get(outputName(graph))]).toEqual([200, 313]);
    expect(receptiveField(graph).x.from).toBe(from);
  });

  it('are the same for every runtime and every time', () => {
    const [first, second] = [unet().tensors, unet().tensors];
    for (const [name, { data }] of first) {
      expect(largestDifference(data, second.get(name)?.data)).toBe(0);
    }
  });

  it.each([unet, resnet8])('are ONNX graphs that can be read', (make) => {
    const network = make();
    const model = readOnnx('model.onnx', onnxModel(network, image));
    expect(model.inputs).toEqual([{ name: 'input', dtype: 'float32', shape: [1, 1, 313, 200] }]);
    expect(model.outputs).toEqual([
      { name: outputName(network.graph), dtype: 'float32', shape: [1, 1, 313, 200] },
    ]);
    for (const [name, { shape, data }] of network.tensors) {
      const read = model.tensors.get(name);
      expect(read).toMatchObject({ kind: 'float', storedAs: 'float32', shape });
      expect(largestDifference(data, Float32Array.from(read?.data ?? []))).toBe(0);
    }
    const isActive = network.graph.layers.filter(
      (layer) => 'activation' in layer && layer.activation.kind !== 'none',
    );
    expect(model.nodes).toHaveLength(network.graph.layers.length + isActive.length);
  });

  it('up-sample to odd sizes in ONNX', () => {
    const { tensors, nodes } = readOnnx('model.onnx', onnxModel(unet(), image));
    const resizes = nodes.filter(({ op }) => op === 'Resize').map(({ inputs }) => inputs[3] ?? '');
    expect(resizes.map((name) => [...(tensors.get(name)?.data ?? [])])).toEqual([
      [1, 48, 19, 12],
      [1, 96, 39, 25],
      [1, 96, 78, 50],
      [1, 96, 156, 100],
      [1, 96, 313, 200],
    ]);
  });
});

describe('compare', () => {
  const runtime = (name: string, value: number, seconds = 0): Runtime => ({
    name,
    version: '1',
    settings: {},
    prepare: async (_, { width, height }) => ({
      run: async () => {
        await new Promise((done) => setTimeout(done, 1000 * seconds));
        return new Float32Array(width * height).fill(value);
      },
      dispose: async () => {},
    }),
  });
  const options = { networks: ['unet'], edge: 32, runs: 2 } as const;

  it('times runtimes and tells how far apart they are', async () => {
    const [result] = await compare(
      [
        { name: 'a', load: async () => runtime('a', 1, 0.01) },
        { name: 'b', load: async () => runtime('b', 1.0005, 0.05) },
      ],
      options,
    );
    expect(result?.agree).toBe(true);
    const [a, b] = result?.runtimes ?? [];
    expect(a).toMatchObject({ name: 'a', timesFirst: 1, differenceFromFirst: 0 });
    expect(a?.runs).toHaveLength(2);
    expect(b?.differenceFromFirst).toBeCloseTo(0.0005, 5);
    expect(b?.timesFirst).toBeGreaterThan(2);
  });

  it('does not pass off one that gives something else, or fails', async () => {
    const broken: Runtime = { ...runtime('c', 1), prepare: async () => Promise.reject(new Error('no Conv')) };
    const [result] = await compare(
      [
        { name: 'gone', load: () => Promise.reject(new Error('not installed')) },
        { name: 'a', load: async () => runtime('a', 1) },
        { name: 'b', load: async () => runtime('b', 1.01) },
        { name: 'c', load: async () => broken },
      ],
      options,
    );
    expect(result?.agree).toBe(false);
    expect(result?.runtimes.map(({ error }) => error)).toEqual([
      'not installed',
      undefined,
      undefined,
      'no Conv',
    ]);
  });

  it('takes NaN and other lengths for infinitely far apart', () => {
    const one = Float32Array.of(1, 2);
    expect(largestDifference(one, Float32Array.of(1, 2.5))).toBe(0.5);
    expect(largestDifference(one, Float32Array.of(Number.NaN, 2))).toBe(Number.POSITIVE_INFINITY);
    expect(largestDifference(one, Float32Array.of(1))).toBe(Number.POSITIVE_INFINITY);
  });
});
