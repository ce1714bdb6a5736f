import { badNetwork } from './errors.ts';
import type { BatchNorm, Conv, Graph, Layer } from './layers.ts';
import type { NamedTensors } from './train/parameters.ts';

/**
 * The same network with every batch normalisation that stands alone behind a convolution gone into that convolution's
 * weights, computed in f64 from the running statistics. What is learnt on few pictures should not depend on their statistics.
 * @throws FormatError 'bad-weights' when a tensor is missing.
 */
export function foldNorms(
  graph: Graph,
  tensors: NamedTensors,
): { readonly graph: Graph; readonly tensors: NamedTensors } {
  const result = new Map(tensors);
  const layers: Layer[] = [];
  const renamed = new Map<string, string>();
  const now = (name: string): string => renamed.get(name) ?? name;
  for (const layer of graph.layers) {
    const maker = layer.op === 'batchNorm' ? layers.find(({ name }) => name === now(layer.input)) : undefined;
    if (layer.op === 'batchNorm' && maker && isFoldable(graph, maker, layer)) {
      const folded = fold(graph, result, maker, layer);
      layers[layers.indexOf(maker)] = folded;
      renamed.set(layer.name, maker.name);
    } else {
      layers.push(
        'inputs' in layer
          ? { ...layer, inputs: layer.inputs.map(now) }
          : withTarget({ ...layer, input: now(layer.input) }, now),
      );
    }
  }
  return { graph: { ...graph, layers }, tensors: result };
}

function withTarget<T extends Layer>(layer: T, now: (name: string) => string): T {
  if (layer.op !== 'upsample' || !('like' in layer.to)) return layer;
  return { ...layer, to: { like: now(layer.to.like) } };
}

function isFoldable(graph: Graph, maker: Layer, norm: BatchNorm): maker is Conv {
  const readers = graph.layers.filter((layer) =>
    'inputs' in layer ? layer.inputs.includes(norm.input) : layer.input === norm.input,
  );
  return maker.op === 'conv' && maker.activation.kind === 'none' && readers.length === 1;
}

function fold(
  graph: Graph,
  tensors: Map<string, { readonly shape: readonly number[]; readonly data: Float32Array }>,
  conv: Conv,
  norm: BatchNorm,
): Conv {
  const take = (name: string): Float32Array =>
    tensors.get(name)?.data ??
    (() => {
      throw badNetwork(graph.name, `it lacks the tensor ${name}`);
    })();
  const weight = tensors.get(conv.weight);
  if (!weight) throw badNetwork(graph.name, `it lacks the tensor ${conv.weight}`);
  const [mean, variance] = [take(norm.mean), take(norm.variance)];
  const gain = Float64Array.from(
    mean,
    (_, c) => (norm.weight ? (take(norm.weight)[c] ?? 1) : 1) / Math.sqrt((variance[c] ?? 1) + norm.epsilon),
  );
  const perOutput = weight.data.length / conv.out;
  const bias = conv.bias ?? `${conv.name}.bias`;
  const before = conv.bias === undefined ? undefined : take(conv.bias);
  tensors.set(conv.weight, {
    shape: weight.shape,
    data: weight.data.map((value, i) => value * (gain[Math.floor(i / perOutput)] ?? 1)),
  });
  tensors.set(bias, {
    shape: [conv.out],
    data: Float32Array.from(
      mean,
      (m, c) => ((before?.[c] ?? 0) - m) * (gain[c] ?? 1) + (norm.bias ? (take(norm.bias)[c] ?? 0) : 0),
    ),
  });
  for (const name of [norm.mean, norm.variance, norm.weight, norm.bias])
    if (name !== undefined) tensors.delete(name);
  return { ...conv, bias, activation: norm.activation };
}
