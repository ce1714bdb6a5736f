import { type Axis, extentAlong, marginsAlong } from '../gpu/ops/window.ts';
import { type Graph, inputName, inputsOf, type Layer } from './layers.ts';
import { graphLimits } from './limits.ts';

/** Of a picture, px. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Lengths of values along one axis, by name. */
export type Lengths = ReadonlyMap<string, number>;

/** Why a network can't be run on an image of a length. */
export interface Misfit {
  readonly kind: 'small' | 'large' | 'unequal';
  /** The layer that can't be run: "cat3 joins values of 16 and 17 px". */
  readonly what: string;
}

export type Fit = { readonly lengths: Lengths } | { readonly misfit: Misfit };

/**
 * The length of every value for an image of a length, as PyTorch has it: pooling and strides round down, up-sampling
 * `like` another value makes exactly its size; or what does not fit.
 */
export function lengthsAlong(graph: Graph, axis: Axis, image: number): Fit {
  const values = new Map<string, number>();
  const side = axis === 'x' ? 'wide' : 'high';
  const add = (name: string, length: number): Misfit | undefined => {
    values.set(name, length);
    if (length >= 1 && length <= graphLimits.side) return undefined;
    return { kind: length < 1 ? 'small' : 'large', what: `${name} would be ${length} px ${side}` };
  };
  let misfit = add(inputName, image);
  for (const layer of graph.layers) {
    if (misfit) return { misfit };
    const sources = inputsOf(layer).map((name) => values.get(name) ?? 0);
    misfit = refusal(layer, axis, sources) ?? add(layer.name, lengthOf(layer, axis, sources, values));
  }
  return misfit ? { misfit } : { lengths: values };
}

/** What a layer can't be run on although its own length would be good. */
function refusal(layer: Layer, axis: Axis, sources: readonly number[]): Misfit | undefined {
  const [source = 0] = sources;
  const other = sources.find((one) => one !== source);
  if (other !== undefined) {
    return { kind: 'unequal', what: `${layer.name} joins values of ${source} and ${other} px` };
  }
  const mirrored = mirroredBy(layer);
  if (!mirrored) return undefined;
  // A mirror image has no more pixels than the picture, less the one at the edge.
  const most = Math.max(...marginsAlong(mirrored, axis));
  return most < source ? undefined : { kind: 'small', what: `${layer.name} mirrors ${most} of ${source} px` };
}

function mirroredBy(layer: Layer) {
  if (layer.op === 'conv' && layer.paddingMode === 'reflect') return layer.padding;
  return layer.op === 'pad' && layer.mode === 'reflect' ? layer.by : undefined;
}

function lengthOf(layer: Layer, axis: Axis, [source = 0]: readonly number[], values: Lengths): number {
  switch (layer.op) {
    case 'conv':
    case 'maxPool':
    case 'averagePool': {
      const [before, after] = marginsAlong(layer.padding, axis);
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
      return source + before + after;
    }
    case 'add':
    case 'concat':
    case 'activation':
    case 'batchNorm':
      return source;
  }
}
