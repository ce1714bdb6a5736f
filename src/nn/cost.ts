import type { Pair } from '../gpu/ops/window.ts';
import { checkChannels } from './channels.ts';
import { type Graph, inputsOf, type Layer } from './layers.ts';
import { inferSizes, type Size } from './sizes.ts';

export interface LayerCost {
  readonly name: string;
  readonly op: Layer['op'];
  /** Of the layer's value. */
  readonly channels: number;
  readonly size: Size;
  /** Floating-point operations; a multiply-add is two. */
  readonly flops: number;
  /** Numbers in its weights and bias. */
  readonly parameters: number;
}

const area = ({ x, y }: Pair): number => x * y;

/**
 * What each layer costs on an image of a size, run as it stands (no fusion, no tiles).
 * @throws FormatError as `inferSizes` does.
 */
export function costOf(graph: Graph, image: Size): LayerCost[] {
  const channels = checkChannels(graph);
  const sizes = inferSizes(graph, image);
  return graph.layers.map((layer) => {
    const size = { width: sizes.x.get(layer.name) ?? 0, height: sizes.y.get(layer.name) ?? 0 };
    const pixels = size.width * size.height;
    const own = channels.get(layer.name) ?? 0;
    const { name, op } = layer;
    return {
      name,
      op,
      channels: own,
      size,
      flops: flopsOf(layer, own, pixels),
      parameters: parametersOf(layer),
    };
  });
}

/** @param pixels of the layer's value, or of a part of it. */
export function flopsOf(layer: Layer, channels: number, pixels: number): number {
  const values = channels * pixels;
  switch (layer.op) {
    case 'conv':
      return 2 * area(layer.kernel) * layer.in * values;
    case 'convTranspose':
      return (2 * area(layer.kernel) * layer.in * values) / area(layer.stride);
    case 'maxPool':
    case 'averagePool':
      return area(layer.kernel) * values;
    case 'upsample':
      return layer.mode === 'bilinear' ? 8 * values : 0;
    case 'add':
      return (inputsOf(layer).length - 1) * values;
    case 'batchNorm':
      return 2 * values;
    case 'activation':
      return values;
    case 'concat':
    case 'crop':
    case 'pad':
      return 0;
  }
}

function parametersOf(layer: Layer): number {
  if (layer.op === 'batchNorm') return 4 * layer.channels;
  if (layer.op !== 'conv' && layer.op !== 'convTranspose') return 0;
  return area(layer.kernel) * layer.in * layer.out + (layer.bias === undefined ? 0 : layer.out);
}
