import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { receptiveField } from '../../../../src/nn/field.ts';
import { TrainingError } from '../../../../src/nn/train/errors.ts';
import { openModel } from '../../../../src/pipelines/models/open.ts';
import { filterNetwork, filterTensor } from '../../../../src/pipelines/picking/arrangement/filter.ts';
import { parsePickerModel, pickerOf } from '../../../../src/pipelines/picking/model.ts';
import { addParticle, emptySums, templateOf } from '../../../../src/pipelines/template/profile.ts';
import { particleOnly } from '../../../../src/pipelines/training/general/design.ts';
import { blankNetwork } from '../../../../src/pipelines/training/initial.ts';
import {
  outputConvolution,
  rescaled,
  withFilter,
  withoutFilter,
} from '../../../../src/pipelines/training/matchedFilter.ts';
import { pickerModelBytes } from '../../../../src/pipelines/training/modelFile.ts';

const shipped = async () => {
  const path = new URL('../../../../public/models/particle-picker.safetensors', import.meta.url);
  const { graph, tensors } = particleOnly(
    await parsePickerModel(new Uint8Array(readFileSync(path)), 'shipped'),
  );
  return { graph, tensors: new Map(tensors) };
};

function template() {
  const sums = emptySums(20.4);
  const data = Float32Array.from({ length: 61 * 61 }, (_, i) => {
    const radius = Math.hypot((i % 61) - 30, Math.floor(i / 61) - 30);
    return -Math.exp((-radius * radius) / 60);
  });
  addParticle(sums, { data, width: 61, height: 61 }, { x: 30, y: 30 });
  const made = templateOf(sums);
  if (!made) throw new Error('Nothing is to be seen in the template.');
  return made;
}

test('the filter has its middle where the cells lie, for strides 1 and 2, and a sum of squares of 1', () => {
  for (const stride of [1, 2]) {
    const { graph, tensors } = filterNetwork(template(), stride);
    const { x } = receptiveField(graph);
    expect(x.stride).toBe(stride);
    expect((x.from + x.to - 1) / 2).toBe((stride - 1) / 2);
    const { data = new Float32Array() } = tensors.get(filterTensor) ?? {};
    expect(data.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 1);
    expect(Math.abs(data.reduce((sum, value) => sum + value, 0))).toBeLessThan(0.1);
  }
});

test('a trained picker goes through its file as it is, for picking', async () => {
  const network = withFilter(await shipped(), template(), { network: 0.5, template: 2, offset: -1 });
  const settings = { workingDiameterPx: 24, highpassDiameters: 4, clip: 6 };
  const provenance = {
    program: 'test',
    seed: 3,
    steps: 10,
    labels: 50,
    micrographs: ['a', 'b'],
    startedFrom: 'hash',
    labelsHash: 'hash',
    diameterAngstrom: 117,
  };
  const trained = { network, settings, separationDiameters: 0.6, threshold: 0.37 };
  const bytes = pickerModelBytes('mine', trained, provenance);
  const opened = await openModel('mine.safetensors', bytes);
  expect(opened.settings.provenance).toEqual(provenance);
  const picker = pickerOf(opened);
  expect(picker).toMatchObject({
    kind: 'working-scale',
    name: 'mine',
    separationDiameters: 0.6,
    defaultThreshold: 0.37,
    ...settings,
  });
  expect(picker.graph.layers).toEqual(network.graph.layers);
  for (const [name, { data }] of network.tensors) expect(picker.tensors.get(name)?.data).toEqual(data);
});

test('the mixture is on the last convolution and on the filter, and can be taken apart again', async () => {
  const base = await shipped();
  const mixed = withFilter(base, template(), { network: 0.5, template: 2, offset: -1 });
  const one = (network: typeof mixed, name: string) => network.tensors.get(name)?.data[0] ?? Number.NaN;
  const { weight, bias = '' } = outputConvolution(base.graph);
  const [first = ''] = base.tensors.keys();
  expect(one(mixed, weight)).toBeCloseTo(0.5 * one(base, weight), 6);
  expect(one(mixed, bias)).toBeCloseTo(0.5 * one(base, bias) - 1, 6);
  expect(one(mixed, first)).toBe(one(base, first));
  expect(withoutFilter(mixed).graph).toEqual(base.graph);
  const twice = rescaled(mixed, 3, 0.25);
  expect(one(twice, filterTensor)).toBeCloseTo(3 * one(mixed, filterTensor), 6);
  expect(one(twice, bias)).toBeCloseTo(3 * one(mixed, bias) + 0.25, 6);
  // A second training gets a filter of its own in place of the first one.
  expect(withFilter(mixed, template(), { network: 1, template: 1, offset: 0 }).graph).toEqual(mixed.graph);
});

test('a blank network says nothing yet, and is the same for the same seed', async () => {
  const { graph, tensors } = await shipped();
  const blank = blankNetwork(graph, tensors, 4);
  const last = outputConvolution(graph).weight;
  expect(blank.tensors.get(last)?.data.every((value) => value === 0)).toBe(true);
  const [largest] = [...blank.tensors.values()].sort((a, b) => b.data.length - a.data.length);
  const { shape = [], data = new Float32Array() } = largest ?? {};
  const inputs = shape.slice(1).reduce((product, n) => product * n, 1);
  const square = data.reduce((sum, value) => sum + value * value, 0) / data.length;
  expect(square / (2 / inputs)).toBeGreaterThan(0.9);
  expect(square / (2 / inputs)).toBeLessThan(1.1);
  expect(blankNetwork(graph, tensors, 4)).toEqual(blank);
  expect(blankNetwork(graph, tensors, 5)).not.toEqual(blank);
});

test('a network that does not end in log-odds of one channel is refused', async () => {
  const { graph, tensors } = await shipped();
  const cut = { graph: { ...graph, layers: graph.layers.slice(0, -1) }, tensors };
  expect(() => rescaled(cut, 1, 0)).toThrow(TrainingError);
});
