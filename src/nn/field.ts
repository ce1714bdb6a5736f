import type { Axis, Pair } from '../gpu/ops/window.ts';
import { badNetwork } from './errors.ts';
import { layerNeeds, neededIntervals } from './intervals.ts';
import { type Graph, inputName, inputsOf, outputName } from './layers.ts';
import { inferSizes, type Sizes } from './sizes.ts';

/** Along one axis: pixel i of the result is computed from the image's pixels stride·i + from ≤ j < stride·i + to. */
export interface AxisField {
  /** Image pixels per pixel of the result. */
  readonly stride: number;
  readonly from: number;
  readonly to: number;
  /** Image pixels after which pooling repeats itself: pictures of such sizes never have an odd row. */
  readonly period: number;
}

export interface ReceptiveField {
  readonly x: AxisField;
  readonly y: AxisField;
}

/** A fraction in lowest terms: image pixels per pixel of a value. */
interface Scale {
  readonly image: number;
  readonly value: number;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

function scale(image: number, value: number): Scale {
  const common = gcd(image, value);
  return { image: image / common, value: value / common };
}

/** Coarser networks would need tiles that no GPU holds. */
const largestPeriod = 1024;
const largestReach = 4096;

/**
 * The exact receptive field of a pixel of the result, the largest over all its places on the pooling grid, far from the
 * image's edges.
 * @throws FormatError 'bad-weights' when it is larger than any GPU could serve.
 */
export function receptiveField(graph: Graph): ReceptiveField {
  return { x: axisField(graph, 'x'), y: axisField(graph, 'y') };
}

function axisField(graph: Graph, axis: Axis): AxisField {
  const { period, stride } = scales(graph, axis);
  if (period > largestPeriod) throw badNetwork(graph.name, `it reduces the image ${period} times`);
  for (let reach = 256; reach <= largestReach; reach *= 4) {
    const length = Math.ceil((4 * reach) / period) * period;
    const sizes = inferSizes(graph, { width: length, height: length });
    const field = fieldAt(graph, axis, sizes, length, stride, period);
    if (!field) continue;
    if (Math.max(-field.from, field.to) > largestReach) break;
    return { ...field, stride, period };
  }
  throw badNetwork(graph.name, `its results depend on more than ${largestReach} pixels around them`);
}

/** Undefined when the field is cut by the edges of an image of that length. */
function fieldAt(
  graph: Graph,
  axis: Axis,
  sizes: Sizes,
  length: number,
  stride: number,
  period: number,
): Pick<AxisField, 'from' | 'to'> | undefined {
  const lengths = sizes[axis];
  const result = lengths.get(outputName(graph)) ?? 0;
  const middle = Math.floor(result / 2);
  const needs = layerNeeds(graph.layers, axis, lengths);
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  // The grids of pooling meet again after a period of the image, so after at most that many results.
  const phases = Math.ceil(period / stride);
  for (let i = middle; i < middle + phases; i++) {
    const field = neededIntervals(needs, { from: i, to: i + 1 }).get(inputName);
    if (!field) continue;
    if (field.from <= 0 || field.to >= length) return undefined;
    from = Math.min(from, Math.ceil(field.from - stride * i));
    to = Math.max(to, Math.ceil(field.to - stride * i));
  }
  return { from, to };
}

/** The stride of the result, and the period of all values' grids. */
function scales(graph: Graph, axis: Axis): { readonly stride: number; readonly period: number } {
  const one = { image: 1, value: 1 };
  const values = new Map<string, Scale>([[inputName, one]]);
  let period = 1;
  let last: Scale = one;
  for (const layer of graph.layers) {
    const source = values.get(inputsOf(layer)[0] ?? '') ?? one;
    last = source;
    if (layer.op === 'conv' || layer.op === 'maxPool' || layer.op === 'averagePool') {
      last = scale(source.image * layer.stride[axis], source.value);
    } else if (layer.op === 'convTranspose') {
      last = scale(source.image, source.value * layer.stride[axis]);
    } else if (layer.op === 'upsample') {
      last =
        'like' in layer.to
          ? (values.get(layer.to.like) ?? one)
          : scale(source.image, source.value * layer.to.factor[axis]);
    }
    values.set(layer.name, last);
    period = (period * last.image) / gcd(period, last.image);
    if (period > largestPeriod) break;
  }
  return { stride: last.image / last.value, period };
}

/** Pixels of margin around a part of the image that its results depend on. */
export function reachOf({ x, y }: ReceptiveField): Pair {
  const along = ({ stride, from, to }: AxisField): number => Math.max(0, -from, to - Math.ceil(stride));
  return { x: along(x), y: along(y) };
}
