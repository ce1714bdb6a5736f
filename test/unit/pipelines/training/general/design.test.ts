import { expect, test } from 'vitest';
import { createRandom } from '../../../../../src/core/random.ts';
import { costOf } from '../../../../../src/nn/cost.ts';
import { receptiveField } from '../../../../../src/nn/field.ts';
import { foldNorms } from '../../../../../src/nn/foldNorms.ts';
import {
  generalGraph,
  initialTensors,
  outputs,
  particleOnly,
  period,
  stride,
} from '../../../../../src/pipelines/training/general/design.ts';
import { featureMap, runNetwork } from '../../../../reference/layers.ts';

test('costs less than a third of what may be spent, and sees several particles', () => {
  const { graph } = foldNorms(generalGraph(), initialTensors(generalGraph(), 1));
  const side = 160;
  const flops = costOf(graph, { width: side, height: side }).reduce((sum, one) => sum + one.flops, 0);
  expect(flops / side ** 2).toBeLessThan(20_000);
  const { x } = receptiveField(graph);
  expect(x.stride).toBe(stride);
  expect(x.period).toBe(period);
  expect(x.to - x.from).toBeGreaterThan(6 * 24);
  // As much to the left of a cell as to its right.
  expect(Math.abs(x.from + (x.to - stride))).toBeLessThanOrEqual(period);
});

test('the particle alone is the first of the outputs', () => {
  const whole = foldNorms(generalGraph(), initialTensors(generalGraph(), 5));
  const alone = particleOnly(whole);
  const random = createRandom(1);
  const image = featureMap(
    1,
    32,
    32,
    Float64Array.from({ length: 1024 }, () => random.normal()),
  );
  const all = runNetwork(whole.graph.layers, image, whole.tensors).get('outputs') ?? image;
  const one = runNetwork(alone.graph.layers, image, alone.tensors).get('outputs') ?? image;
  expect(all.channels).toBe(outputs.length);
  expect(one.channels).toBe(1);
  expect([...one.data]).toEqual([...all.data.slice(0, one.data.length)]);
  expect(particleOnly(alone).graph).toEqual(alone.graph);
});

test('the same seed gives the same weights', () => {
  const graph = generalGraph();
  expect(initialTensors(graph, 3)).toEqual(initialTensors(graph, 3));
  expect(initialTensors(graph, 4)).not.toEqual(initialTensors(graph, 3));
});
