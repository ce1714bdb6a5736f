import { FormatError } from '../core/errors.ts';
import { type Axis, extentAlong, marginsAlong } from '../gpu/ops/window.ts';
import { badNetwork } from './errors.ts';
import { type Graph, inputName, inputsOf, type Layer } from './layers.ts';
import { graphLimits } from './limits.ts';

/** Of a picture, px. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Lengths of values along one axis, by name. */
export type Lengths = ReadonlyMap<string, number>;

/** Lengths along both axes. */
export interface Sizes {
  readonly x: Lengths;
  readonly y: Lengths;
}

/**
 * The size of every value for an image of a size, as PyTorch has it: pooling and strides round down, up-sampling `like`
 * another value makes exactly its size.
 * @throws FormatError 'wrong-shape' when the image is too small or too large, 'bad-weights' when sizes never fit together.
 */
export function inferSizes(graph: Graph, image: Size): Sizes {
  return { x: lengths(graph, 'x', image.width), y: lengths(graph, 'y', image.height) };
}

function lengths(graph: Graph, axis: Axis, image: number): Lengths {
  const values = new Map<string, number>();
  const set = (name: string, length: number): void => {
    if (length >= 1 && length <= graphLimits.side) {
      values.set(name, length);
      return;
    }
    const side = axis === 'x' ? 'wide' : 'high';
    throw new FormatError(
      'wrong-shape',
      graph.name,
      `can't be run on an image ${image} px ${side}: ${name} would be ${length} px ${side}. ${
        length < 1 ? 'Take a larger image.' : 'Take a smaller image, or bin it.'
      }`,
    );
  };
  set(inputName, image);
  for (const layer of graph.layers) {
    const sources = inputsOf(layer).map((name) => values.get(name) ?? 0);
    set(layer.name, lengthOf(graph, layer, axis, sources, values));
  }
  return values;
}

function lengthOf(
  graph: Graph,
  layer: Layer,
  axis: Axis,
  sources: readonly number[],
  values: Lengths,
): number {
  const [source = 0] = sources;
  switch (layer.op) {
    case 'conv':
    case 'maxPool':
    case 'averagePool': {
      const [before, after] = marginsAlong(layer.padding, axis);
      const reflects = layer.op === 'conv' && layer.paddingMode === 'reflect';
      if (reflects) checkReflection(graph, layer.name, source, before, after);
      return Math.floor((source + before + after - extentAlong(layer, axis)) / layer.stride[axis]) + 1;
    }
    case 'convTranspose': {
      const [before, after] = marginsAlong(layer.crop, axis);
      return (source - 1) * layer.stride[axis] + layer.kernel[axis] - before - after;
    }
    case 'upsample':
      return 'like' in layer.to ? (values.get(layer.to.like) ?? 0) : source * layer.to.factor[axis];
    case 'crop': {
      const [before, after] = marginsAlong(layer.by, axis);
      return source - before - after;
    }
    case 'pad': {
      const [before, after] = marginsAlong(layer.by, axis);
      if (layer.mode === 'reflect') checkReflection(graph, layer.name, source, before, after);
      return source + before + after;
    }
    case 'add':
    case 'concat': {
      const other = sources.find((one) => one !== source);
      if (other === undefined) return source;
      throw badNetwork(graph.name, `${layer.name} joins values of ${source} and ${other} px`);
    }
    case 'activation':
    case 'batchNorm':
      return source;
  }
}

/** A mirror image has no more pixels than the picture, less the one at the edge. */
function checkReflection(graph: Graph, name: string, source: number, before: number, after: number): void {
  if (before < source && after < source) return;
  throw new FormatError(
    'wrong-shape',
    graph.name,
    `can't be run on so small an image: ${name} mirrors ${Math.max(before, after)} of ${source} px. Take a larger image.`,
  );
}
