/**
 * Which part of every value is needed for a part of the result: found by walking the graph backwards, in each value's
 * own pixels. Everything is separable, so an axis at a time.
 */
import { type Axis, extentAlong, marginsAlong, type PaddingMode } from '../gpu/ops/window.ts';
import { inputsOf, type Layer } from './layers.ts';
import type { Lengths } from './lengths.ts';
import { linearSource, nearestSource } from './resampling.ts';

/** Pixels from ≤ i < to; empty where from = to. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

export const emptyInterval: Interval = { from: 0, to: 0 };

export const lengthOf = ({ from, to }: Interval): number => to - from;

/** The smallest interval that holds both. */
export function unite(a: Interval, b: Interval): Interval {
  if (a.from >= a.to) return b;
  if (b.from >= b.to) return a;
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}

/** An interval that may reach beyond the edges, as the part of the value that it stands for. */
function within({ from, to }: Interval, length: number, mode: PaddingMode): Interval {
  const clip = (low: number, high: number): Interval => {
    const part = { from: Math.max(0, low), to: Math.min(length, high) };
    return part.from < part.to ? part : emptyInterval;
  };
  let part = clip(from, to);
  if (mode === 'reflect') {
    // Pixel −i is pixel i; pixel length − 1 + i is pixel length − 1 − i.
    if (from < 0) part = unite(part, clip(1 - Math.min(0, to), 1 - from));
    if (to > length) part = unite(part, clip(2 * length - 1 - to, 2 * length - 1 - Math.max(length, from)));
  }
  return part;
}

/**
 * The part of its sources that a layer computes `wanted` of its result from.
 * @param source length of the value that is read
 * @param result length of the layer's own value
 */
export function sourceInterval(
  layer: Layer,
  axis: Axis,
  wanted: Interval,
  source: number,
  result: number,
): Interval {
  const { from, to } = wanted;
  if (from >= to) return emptyInterval;
  switch (layer.op) {
    case 'conv':
    case 'maxPool':
    case 'averagePool': {
      const [before] = marginsAlong(layer.padding, axis);
      const stride = layer.stride[axis];
      const reach = {
        from: from * stride - before,
        to: (to - 1) * stride - before + extentAlong(layer, axis),
      };
      return within(reach, source, layer.op === 'conv' ? layer.paddingMode : 'zero');
    }
    case 'convTranspose': {
      const [before] = marginsAlong(layer.crop, axis);
      const stride = layer.stride[axis];
      const first = Math.ceil((from + before - (layer.kernel[axis] - 1)) / stride);
      const last = Math.floor((to - 1 + before) / stride);
      return within({ from: first, to: last + 1 }, source, 'zero');
    }
    case 'upsample': {
      if (layer.mode === 'nearest') {
        return { from: nearestSource(from, source, result), to: nearestSource(to - 1, source, result) + 1 };
      }
      const at = (j: number) => linearSource(j, source, result, layer.alignCorners);
      return { from: at(from).low, to: at(to - 1).high + 1 };
    }
    case 'crop': {
      const [before] = marginsAlong(layer.by, axis);
      return { from: from + before, to: to + before };
    }
    case 'pad': {
      const [before] = marginsAlong(layer.by, axis);
      return within({ from: from - before, to: to - before }, source, layer.mode);
    }
    case 'add':
    case 'concat':
    case 'activation':
    case 'batchNorm':
      return wanted;
  }
}

/** What computes a value, and which parts of others it needs for a part of its own, along one axis. */
export interface Needs {
  readonly name: string;
  parts(wanted: Interval): readonly (readonly [value: string, part: Interval])[];
}

export function layerNeeds(layers: readonly Layer[], axis: Axis, lengths: Lengths): Needs[] {
  return layers.map((layer) => ({
    name: layer.name,
    parts: (wanted) =>
      inputsOf(layer).map((input) => {
        const [source = 0, result = 0] = [lengths.get(input), lengths.get(layer.name)];
        return [input, sourceInterval(layer, axis, wanted, source, result)];
      }),
  }));
}

/** For `beside`: a kernel has to be given something. */
export const anyPixel: Interval = { from: 0, to: 1 };

/**
 * The interval of every value that is needed for `wanted` of the last one; a value that is not needed has none.
 * @param all in the order of running.
 * @param beside of a value that is read where none of its pixels is (by a window that lies in the padding).
 */
export function neededIntervals(
  all: readonly Needs[],
  wanted: Interval,
  beside: Interval = emptyInterval,
): ReadonlyMap<string, Interval> {
  const read = new Map<string, Interval>();
  const settled = (name: string): Interval | undefined => {
    const part = read.get(name);
    const own = part && part.from >= part.to ? beside : part;
    return own && own.from < own.to ? own : undefined;
  };
  const last = all.at(-1);
  if (last) read.set(last.name, wanted);
  for (const { name, parts } of [...all].reverse()) {
    const own = settled(name);
    if (!own) continue;
    for (const [value, part] of parts(own)) read.set(value, unite(read.get(value) ?? emptyInterval, part));
  }
  return new Map(
    [...read.keys()].flatMap((name) => {
      const own = settled(name);
      return own ? [[name, own] as const] : [];
    }),
  );
}
