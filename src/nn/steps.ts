/** What a network is run as: layers after fusion, each one kernel (or none at all, where values only lie side by side). */
import type { Axis } from '../gpu/ops/window.ts';
import { type Interval, type Needs, sourceInterval } from './intervals.ts';
import type { BatchNorm, Conv, ConvTranspose, Graph, Layer } from './layers.ts';
import type { Lengths } from './lengths.ts';
import { nearestSource } from './resampling.ts';
import type { Sizes } from './sizes.ts';

/** What a convolution reads: a value as it is, or up-sampled (nearest) on the way to the size of the value `as`. */
export interface ConvSource {
  readonly value: string;
  readonly as?: string;
}

/** Act(norms(conv(sources side by side)) + residual). */
export interface ConvStep extends Omit<Conv, 'input'> {
  readonly sources: readonly ConvSource[];
  readonly norms: readonly BatchNorm[];
  /** A value of the result's size and channels that is added before the activation. */
  readonly residual?: string;
}

export interface ConvTransposeStep extends ConvTranspose {
  readonly norms: readonly BatchNorm[];
}

/** The same values at another place. */
export interface Copy {
  readonly op: 'copy';
  readonly name: string;
  readonly input: string;
}

/** Gives a value of several channels out as planes, one after another. */
export interface Planes {
  readonly op: 'planes';
  readonly name: string;
  readonly input: string;
}

export type Step = ConvStep | ConvTransposeStep | Copy | Planes | Exclude<Layer, Conv | ConvTranspose>;

/** The values that a step computes from. */
export function readsOf(step: Step): readonly string[] {
  if (step.op === 'conv') {
    const values = step.sources.map(({ value }) => value);
    return step.residual === undefined ? values : [...values, step.residual];
  }
  return 'inputs' in step ? step.inputs : [step.input];
}

/** One step for each layer. */
export function stepsOf(graph: Graph): Step[] {
  return graph.layers.map((layer): Step => {
    if (layer.op === 'convTranspose') return { ...layer, norms: [] };
    if (layer.op !== 'conv') return layer;
    const { input, ...conv } = layer;
    return { ...conv, sources: [{ value: input }], norms: [] };
  });
}

/** Sizes of the steps' values: those that are not the graph's own are as large as what they are made of. */
export function sizesOfSteps(steps: readonly Step[], graphSizes: Sizes): Sizes {
  const along = (axis: Axis): Lengths => {
    const lengths = new Map(graphSizes[axis]);
    for (const step of steps) {
      if (!lengths.has(step.name)) lengths.set(step.name, lengths.get(readsOf(step)[0] ?? '') ?? 0);
    }
    return lengths;
  };
  return { x: along('x'), y: along('y') };
}

/** What each step needs, along one axis. */
export function stepNeeds(steps: readonly Step[], axis: Axis, lengths: Lengths): Needs[] {
  const length = (name: string): number => lengths.get(name) ?? 0;
  return steps.map((step) => ({
    name: step.name,
    parts: (wanted) => {
      if (step.op === 'copy' || step.op === 'planes') return [[step.input, wanted]];
      if (step.op === 'conv') {
        const parts = step.sources.map(({ value, as = value }): [string, Interval] => {
          const layer = { ...step, input: as };
          const part = sourceInterval(layer, axis, wanted, length(as), length(step.name));
          return [value, as === value ? part : beforeUpsampling(part, length(value), length(as))];
        });
        return step.residual === undefined ? parts : [...parts, [step.residual, wanted]];
      }
      return readsOf(step).map((value) => [
        value,
        sourceInterval(step, axis, wanted, length(value), length(step.name)),
      ]);
    },
  }));
}

function beforeUpsampling({ from, to }: Interval, source: number, result: number): Interval {
  if (from >= to) return { from, to };
  return { from: nearestSource(from, source, result), to: nearestSource(to - 1, source, result) + 1 };
}
