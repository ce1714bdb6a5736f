import type { Axis } from '../gpu/ops/window.ts';
import { type Graph, inputName, inputsOf } from './layers.ts';

/** A fraction in lowest terms: image pixels per pixel of a value. */
interface Scale {
  readonly image: number;
  readonly value: number;
}

export interface Scales {
  /** Image pixels per pixel of the result. */
  readonly stride: number;
  /** Image pixels after which the grids of all values meet again; beyond `largestPeriod` not followed further. */
  readonly period: number;
}

/** Coarser networks would need tiles that no GPU holds. */
export const largestPeriod = 1024;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

function scale(image: number, value: number): Scale {
  const common = gcd(image, value);
  return { image: image / common, value: value / common };
}

/** How much coarser a network's values are than its image, along one axis. */
export function scalesOf(graph: Graph, axis: Axis): Scales {
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
