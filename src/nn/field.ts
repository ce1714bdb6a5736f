import type { Axis, Pair } from '../gpu/ops/window.ts';
import { badNetwork } from './errors.ts';
import { fittingLength } from './fitting.ts';
import { layerNeeds, neededIntervals } from './intervals.ts';
import { type Graph, inputName, outputName } from './layers.ts';
import { type Lengths, lengthsAlong } from './lengths.ts';
import { largestPeriod, scalesOf } from './scales.ts';

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
  const { period, stride } = scalesOf(graph, axis);
  if (period > largestPeriod) throw badNetwork(graph.name, `it reduces the image ${period} times`);
  const tooFar = `its results depend on more than ${largestReach} pixels around them`;
  let problem = tooFar;
  for (let reach = 256; reach <= largestReach; reach *= 4) {
    // Of a length that the network takes: of an export of fixed size, one like it.
    const length = fittingLength(graph, axis, 4 * reach) ?? 4 * reach;
    const fit = lengthsAlong(graph, axis, length);
    if ('misfit' in fit) {
      problem = fit.misfit.what;
      continue;
    }
    problem = tooFar;
    const field = fieldAt(graph, axis, fit.lengths, length, stride, period);
    if (!field) continue;
    if (Math.max(-field.from, field.to) > largestReach) break;
    return { ...field, stride, period };
  }
  throw badNetwork(graph.name, problem);
}

/** Undefined when the field is cut by the edges of an image of that length. */
function fieldAt(
  graph: Graph,
  axis: Axis,
  lengths: Lengths,
  length: number,
  stride: number,
  period: number,
): Pick<AxisField, 'from' | 'to'> | undefined {
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

/** Pixels of margin around a part of the image that its results depend on. */
export function reachOf({ x, y }: ReceptiveField): Pair {
  const along = ({ stride, from, to }: AxisField): number => Math.max(0, -from, to - Math.ceil(stride));
  return { x: along(x), y: along(y) };
}
