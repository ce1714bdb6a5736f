import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FormatError } from '../../../../../src/core/errors.ts';
import { writeSafetensors } from '../../../../../src/formats/weights/safetensors.ts';
import { graphToJson } from '../../../../../src/nn/parse.ts';
import {
  generalGraph,
  initialTensors,
  usualDesign,
} from '../../../../../src/pipelines/training/general/design.ts';
import { readStart } from '../../../../../src/pipelines/training/general/start.ts';

const network = new Uint8Array(
  readFileSync(new URL('../../../../../tools/picker-training/simulated.safetensors', import.meta.url)),
);

test('a network that the trainer made begins without normalisations', () => {
  const { graph, tensors } = readStart('simulated.safetensors', network, usualDesign);
  expect(graph.layers.some(({ op }) => op === 'batchNorm')).toBe(false);
  expect(tensors.get('two.a.conv.bias')?.shape).toEqual([16]);
});

test('a checkpoint begins with its normalisations and the mean of its weights', () => {
  const graph = generalGraph();
  const tensors = new Map(
    [...initialTensors(graph, 1)].map(([name, tensor]) => [name, { dtype: 'F32' as const, ...tensor }]),
  );
  const mean = { dtype: 'F32' as const, shape: [4], data: Float32Array.of(1, 2, 3, 4) };
  tensors.set('average/outputs.bias', mean);
  const bytes = writeSafetensors(tensors, new Map([['cryolite.graph', JSON.stringify(graphToJson(graph))]]));
  const start = readStart('c', bytes, usualDesign);
  expect(start.graph.layers.some(({ op }) => op === 'batchNorm')).toBe(true);
  expect(start.tensors.get('outputs.bias')?.data).toEqual(mean.data);
  expect(start.tensors.has('average/outputs.bias')).toBe(false);
});

test('a network of another design, or no network, is refused in a sentence', () => {
  const wider = { ...usualDesign, widths: { ...usualDesign.widths, two: 24 } };
  const read = () => readStart('s', network, wider);
  expect(read).toThrow(FormatError);
  expect(read).toThrow("s cannot begin this training: its layers are not those of the recipe's design.");
  const other = writeSafetensors(new Map(), new Map());
  expect(() => readStart('o', other, usualDesign)).toThrow(
    'it is neither a checkpoint nor a picker of Cryolite',
  );
});
