/** Which pictures a network can be run on: networks that halve and join again take only some lengths. */
import type { Axis } from '../gpu/ops/window.ts';
import type { Graph } from './layers.ts';
import { lengthsAlong, type Size } from './lengths.ts';
import { largestPeriod, scalesOf } from './scales.ts';

/** Layers looked at in one search: a fraction of a second. */
const mostLayers = 2 ** 21;

/**
 * A length from `length` on that a network can be run on, px: the next multiple of the period of its pooling, or where that
 * does not fit (the paddings of an export of fixed size, say) the first that does. Undefined where there is none.
 */
export function fittingLength(graph: Graph, axis: Axis, length: number): number | undefined {
  const period = Math.min(largestPeriod, scalesOf(graph, axis).period);
  const multiple = Math.ceil(length / period) * period;
  return 'lengths' in lengthsAlong(graph, axis, multiple) ? multiple : firstFitting(graph, axis, length);
}

/** The size itself, or where a network joins what does not fit of it, the next that it can be run on. */
export function fittingSize(graph: Graph, { width, height }: Size): Size {
  const along = (axis: Axis, length: number): number => {
    const fit = lengthsAlong(graph, axis, length);
    const isUnequal = 'misfit' in fit && fit.misfit.kind === 'unequal';
    return isUnequal ? (fittingLength(graph, axis, length) ?? length) : length;
  };
  return { width: along('x', width), height: along('y', height) };
}

/** The first length from `length` on that a network can be run on, px. */
export function firstFitting(graph: Graph, axis: Axis, length: number): number | undefined {
  const period = Math.min(largestPeriod, scalesOf(graph, axis).period);
  let unequal = 0;
  const most = Math.ceil(mostLayers / (graph.layers.length + 1));
  for (let at = Math.max(1, length); at < length + most; at++) {
    const fit = lengthsAlong(graph, axis, at);
    if ('lengths' in fit) return at;
    if (fit.misfit.kind === 'large') return undefined;
    // What does not meet within a period never does.
    if (fit.misfit.kind === 'unequal' && ++unequal > period) return undefined;
  }
  return undefined;
}
