/** Topaz's networks as graphs. What the file says is read elsewhere; here is what its layers mean. */
import type { Activation } from '../../gpu/ops/activation.ts';
import { add, batchNorm, concat, conv, crop, pad, pool, upsample } from '../build.ts';
import { checkChannels } from '../channels.ts';
import type { Graph, Layer } from '../layers.ts';

type Kind = 'none' | 'relu' | 'leakyRelu';

/** A layer as `recogniseTopaz` describes it; the names of its tensors begin with its own. */
export type TopazLayer =
  | {
      readonly op: 'conv';
      readonly name: string;
      readonly input: string;
      readonly in: number;
      readonly out: number;
      readonly kernel: number;
      readonly dilation: number;
      readonly padding: number;
      readonly bias: boolean;
      readonly activation: Kind;
    }
  | {
      readonly op: 'batchNorm';
      readonly name: string;
      readonly input: string;
      readonly channels: number;
      readonly epsilon: number;
      readonly activation: Kind;
    }
  | { readonly op: 'maxPool'; readonly name: string; readonly input: string }
  | { readonly op: 'upsample'; readonly name: string; readonly input: string; readonly like: string }
  | { readonly op: 'concat'; readonly name: string; readonly inputs: readonly string[] }
  | { readonly op: 'pad' | 'crop'; readonly name: string; readonly input: string; readonly by: number }
  | {
      readonly op: 'add';
      readonly name: string;
      readonly inputs: readonly string[];
      readonly activation: Kind;
    };

export interface TopazNetwork {
  readonly layers: readonly TopazLayer[];
  /** Slope of the leaky ReLUs below zero. */
  readonly leakySlope: number;
}

/**
 * The graph of one of Topaz's networks, for an image of one channel; its tensors are those of the file.
 * @param name what to call it in errors: the file's name.
 * @throws FormatError 'bad-weights' when channels don't fit together.
 */
export function topazGraph(name: string, { layers, leakySlope }: TopazNetwork): Graph {
  const graph = { name, channels: 1, layers: layers.map((layer) => layerOf(layer, leakySlope)) };
  checkChannels(graph);
  return graph;
}

function layerOf(layer: TopazLayer, leakySlope: number): Layer {
  const activation = (kind: Kind): Activation =>
    kind === 'leakyRelu' ? { kind, slope: leakySlope } : { kind };
  switch (layer.op) {
    case 'conv': {
      const { dilation, padding, bias } = layer;
      const options = { dilation, padding, bias, activation: activation(layer.activation) };
      return conv(layer.name, layer.input, layer.in, layer.out, layer.kernel, options);
    }
    case 'batchNorm': {
      const { epsilon } = layer;
      const options = { epsilon, activation: activation(layer.activation) };
      return batchNorm(layer.name, layer.input, layer.channels, options);
    }
    case 'maxPool':
      return pool('maxPool', layer.name, layer.input, 2);
    case 'upsample':
      return upsample(layer.name, layer.input, layer.like);
    case 'concat':
      return concat(layer.name, layer.inputs);
    case 'pad':
      return pad(layer.name, layer.input, layer.by);
    case 'crop':
      return crop(layer.name, layer.input, layer.by);
    case 'add':
      return add(layer.name, layer.inputs, activation(layer.activation));
  }
}
