/**
 * The template as a part of the network: a convolution with the mean particle, whose result is added to the network's. In
 * white noise that is the best linear detector (North 1943), and a few clicks are enough for it; the network judges what a
 * linear filter can't: neighbours, contaminants, contrast.
 */

import { noActivation } from '../../gpu/ops/activation.ts';
import { receptiveField } from '../../nn/field.ts';
import { type Conv, type Graph, outputName } from '../../nn/layers.ts';
import { TrainingError } from '../../nn/train/errors.ts';
import type { NamedTensor, NamedTensors } from '../../nn/train/parameters.ts';
import { filterName, filterOf, filterTensor } from '../picking/arrangement/filter.ts';
import type { RadialTemplate } from '../template/profile.ts';

const sumName = 'combined';

/** A network in memory. */
export interface NetworkWeights {
  readonly graph: Graph;
  readonly tensors: NamedTensors;
}

/**
 * logit = network · `network` + template · `template` + `offset`, as one graph.
 * @throws TrainingError when the network does not end in a convolution to one channel without activation.
 */
export interface Mixture {
  readonly network: number;
  readonly template: number;
  readonly offset: number;
}

export function withFilter(
  { graph, tensors }: NetworkWeights,
  template: RadialTemplate,
  mixture: Mixture,
): NetworkWeights {
  // A network that was trained so before gets the new filter in place of the old one.
  const own = graph.layers.filter(({ name }) => name !== filterName && name !== sumName);
  const base: Graph = { ...graph, layers: own };
  const { stride } = receptiveField(base).x;
  const { layer, tensor } = filterOf(template, stride);
  const layers = [
    ...own,
    layer,
    {
      op: 'add',
      name: sumName,
      inputs: [outputName(base), filterName],
      activation: noActivation,
    } as const,
  ];
  const all = new Map(scaledOutput(base, tensors, mixture.network, mixture.offset));
  all.set(filterTensor, scaled(tensor, mixture.template));
  return { graph: { ...graph, layers }, tensors: all };
}

/** The same network with factor · logit + offset. @throws TrainingError as `withFilter`. */
export function rescaled({ graph, tensors }: NetworkWeights, factor: number, offset: number): NetworkWeights {
  const base: Graph = {
    ...graph,
    layers: graph.layers.filter(({ name }) => name !== filterName && name !== sumName),
  };
  const all = new Map(scaledOutput(base, tensors, factor, offset));
  const filter = tensors.get(filterTensor);
  if (filter) all.set(filterTensor, scaled(filter, factor));
  return { graph, tensors: all };
}

/** The network without its filter: what was there before. */
export function withoutFilter({ graph, tensors }: NetworkWeights): NetworkWeights {
  const layers = graph.layers.filter(({ name }) => name !== filterName && name !== sumName);
  return {
    graph: { ...graph, layers },
    tensors: new Map([...tensors].filter(([name]) => name !== filterTensor)),
  };
}

function scaledOutput(
  graph: Graph,
  tensors: NamedTensors,
  factor: number,
  offset: number,
): ReadonlyMap<string, NamedTensor> {
  const last = outputConvolution(graph);
  const [weight, bias] = [tensors.get(last.weight), tensors.get(last.bias ?? '')];
  if (!weight || !bias || last.bias === undefined) throw unsuited(graph);
  const moved = scaled(bias, factor);
  return new Map([
    ...tensors,
    [last.weight, scaled(weight, factor)],
    [last.bias, { shape: moved.shape, data: moved.data.map((value) => value + offset) }],
  ]);
}

export function outputConvolution(graph: Graph): Conv {
  const last = graph.layers.at(-1);
  if (last?.op === 'conv' && last.out === 1 && last.activation.kind === 'none') return last;
  throw unsuited(graph);
}

const unsuited = ({ name }: Graph): TrainingError =>
  new TrainingError(
    `${name} can't be trained on picks: it should end in a convolution with a bias to one channel of log-odds.`,
  );

const scaled = ({ shape, data }: NamedTensor, factor: number): NamedTensor => ({
  shape,
  data: data.map((value) => value * factor),
});
