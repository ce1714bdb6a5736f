import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../../src/core/errors.ts';
import { readSafetensors, writeSafetensors } from '../../../../src/formats/weights/safetensors.ts';
import { parseGraph } from '../../../../src/nn/parse.ts';
import { fromCheckpoint, learntTensors, toCheckpoint } from '../../../../src/nn/train/checkpoint.ts';
import {
  layOut,
  type NamedTensor,
  type NamedTensors,
  packParameters,
  unpackParameters,
} from '../../../../src/nn/train/parameters.ts';
import { adam, type TrainingSettings } from '../../../../src/nn/train/settings.ts';
import { initialState, makeTask, type TrainingState } from '../../../../src/nn/train/state.ts';
import { liveLayers } from '../../../../src/nn/train/wiring.ts';
import { middles, randomTensors } from './graphs.ts';

const settings: TrainingSettings = {
  loss: { kind: 'expectedCount', pi: 0.035, slack: 1 },
  optimiser: adam(2e-4, 0.01),
  schedule: { kind: 'cosine', warmUpSteps: 10, steps: 100, final: 0 },
  clipNorm: 1,
  averageDecay: 0.999,
  frozen: ['before.bias'],
};

const made = (name: string): { task: ReturnType<typeof makeTask>; state: TrainingState } => {
  const found = middles.find((one) => one.name === name);
  if (!found) throw new Error(name);
  const tensors = randomTensors(found.graph, 3);
  const extra = { shape: [2], data: Float32Array.of(1, 2) };
  const all = new Map([...tensors, ['something else', extra]]);
  const task = makeTask(found.graph, settings, all);
  const state = initialState(task, all, '0123456789abcdef');
  const fill = (seed: number) => (_: number, i: number) => Math.sin(seed * (i + 1));
  // What lies between tensors is nobody's and not kept.
  const clean = (values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> => {
    const learning = task.layout.parameters.filter(({ learns }) => learns);
    const data = packParameters('test', learning, values.length, unpackParameters(learning, values));
    return data;
  };
  return {
    task,
    state: {
      ...state,
      step: 41,
      first: clean(state.first.map(fill(2))),
      second: clean(state.second.map(fill(3))),
      average: clean(state.first.map(fill(4))),
    },
  };
};

test('another training begins with the mean weights, and with nothing else of a checkpoint', () => {
  const { task, state } = made(middles[0]?.name ?? '');
  const { tensors } = toCheckpoint(task, state);
  const learnt = learntTensors(tensors);
  const own = [...tensors.keys()].filter((name) => !/^(optimiser|average)[./]/.test(name));
  expect([...learnt.keys()]).toEqual(own);
  const learning = task.layout.parameters.filter(({ learns }) => learns).map(({ name }) => name);
  expect(learning.length).toBeGreaterThan(0);
  for (const name of own)
    expect(learnt.get(name)?.data).toEqual(
      tensors.get(learning.includes(name) ? `average/${name}` : name)?.data,
    );
});

describe('parameters', () => {
  test.each(middles)('of $name lie apart and come back', ({ graph }) => {
    const tensors = randomTensors(graph, 5);
    const layout = layOut(graph, liveLayers(graph));
    const packed = packParameters(graph.name, layout.parameters, layout.total, tensors);
    for (const [name, { shape, data }] of unpackParameters(layout.parameters, packed)) {
      expect(shape).toEqual(tensors.get(name)?.shape);
      expect(data).toEqual(tensors.get(name)?.data);
    }
    let end = 0;
    for (const { offset, count } of layout.parameters) {
      expect(offset).toBe(Math.ceil(end / 4) * 4);
      end = offset + count;
    }
    const norms = graph.layers.filter(({ op }) => op === 'batchNorm').length;
    const named = [...tensors.keys()].filter((name) => layout.parameters.some((one) => one.name === name));
    expect(named.length).toBe(tensors.size - 2 * norms);
  });

  test('are turned from [out][in][ky][kx] to [ky][kx][in][out]', () => {
    const parameter = { name: 'w', shape: [2, 3, 1, 2], offset: 0, count: 12, learns: true };
    const tensor = { shape: [2, 3, 1, 2], data: Float32Array.from({ length: 12 }, (_, i) => i) };
    const packed = packParameters('test', [parameter], 12, new Map([['w', tensor]]));
    // kx 0: inputs 0, 1, 2 of outputs 0 and 1.
    expect([...packed]).toEqual([0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11]);
  });
});

describe('a checkpoint', () => {
  test.each(['batch normalisation', 'transposed convolution', 'tied weights'])(
    'with %s comes back',
    (name) => {
      const { task, state } = made(name);
      const { tensors, metadata } = toCheckpoint(task, state);
      const back = fromCheckpoint('x.safetensors', readSafetensors('x', writeSafetensors(tensors, metadata)));
      expect(back.state).toEqual(state);
      expect(back.task.settings).toEqual(settings);
      expect(back.task.layout).toEqual(task.layout);
      expect([...back.task.others.keys()]).toEqual(['something else']);
      const graph = parseGraph(JSON.parse(metadata.get('cryolite.graph') ?? ''), 'x');
      expect(graph.layers).toEqual(task.graph.layers);
    },
  );

  const { task, state } = made('batch normalisation');
  const { tensors, metadata } = toCheckpoint(task, state);
  const training = JSON.parse(metadata.get('cryolite.training') ?? '') as Record<string, unknown>;
  const withTraining = (changes: object): ReadonlyMap<string, string> =>
    new Map([...metadata, ['cryolite.training', JSON.stringify({ ...training, ...changes })]]);
  const without = (name: string) =>
    new Map<string, NamedTensor>([...tensors].filter(([key]) => key !== name));
  const spoilt = (name: string, shape: number[], value: number): NamedTensors => {
    const data = new Float32Array(shape.reduce((product, n) => product * n, 1)).fill(value);
    return new Map<string, NamedTensor>(tensors).set(name, { shape, data });
  };

  test.each<[string, NamedTensors, ReadonlyMap<string, string>, string]>([
    ['no training', tensors, new Map([['cryolite.graph', '{}']]), 'its metadata lack cryolite.training'],
    ['no JSON', tensors, new Map([['cryolite.training', '{']]), 'is not JSON'],
    ['version', tensors, withTraining({ version: 2 }), 'it is of version 2'],
    ['step', tensors, withTraining({ step: -1 }), 'its step is -1'],
    ['step', tensors, withTraining({ step: 1.5 }), 'its step is 1.5'],
    ['random', tensors, withTraining({ random: 'abc' }), 'its random state is abc'],
    ['settings', tensors, withTraining({ settings: 3 }), 'its settings have no contents'],
    ['loss', tensors, withTraining({ settings: { ...settings, loss: { kind: 'x' } } }), 'its loss is x'],
    ['a missing tensor', without('before.weight'), metadata, 'lacks the tensor before.weight'],
    [
      'a missing moment',
      without('optimiser.second/middle.weight'),
      metadata,
      'lacks the tensor middle.weight',
    ],
    ['a wrong shape', spoilt('before.weight', [3], 1), metadata, 'before.weight is 3 where it should be'],
    [
      'a NaN',
      spoilt('before.weight', [4, 2, 3, 3], Number.NaN),
      metadata,
      'before.weight holds NaN at element 0',
    ],
    [
      'a moment that is NaN',
      spoilt('optimiser.first/middle.bias', [4], Number.NaN),
      metadata,
      'middle.bias holds NaN',
    ],
  ])('is refused for: %s', (_, named, texts, message) => {
    const read = () => fromCheckpoint('x.safetensors', { tensors: named, metadata: texts });
    expect(read).toThrow(FormatError);
    expect(read).toThrow(message);
    expect(read).toThrow('x.safetensors');
  });
});
