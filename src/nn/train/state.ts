import type { Graph } from '../layers.ts';
import {
  layOut,
  type NamedTensors,
  type ParameterLayout,
  packParameters,
  unpackParameters,
} from './parameters.ts';
import { checkSettings, type TrainingSettings } from './settings.ts';
import { liveLayers } from './wiring.ts';

/** What is trained and how: all that never changes while it is. */
export interface TrainingTask {
  readonly graph: Graph;
  readonly settings: TrainingSettings;
  readonly layout: ParameterLayout;
  /** Tensors that the result does not depend on; they are kept as they are. */
  readonly others: NamedTensors;
}

/** Everything that a training is at some step, on the CPU; arrays lie as `ParameterLayout` says and are never changed. */
export interface TrainingState {
  /** Steps taken. */
  readonly step: number;
  /** State of the random source from which the next step's is made. */
  readonly random: string;
  readonly parameters: Float32Array<ArrayBuffer>;
  readonly statistics: Float32Array<ArrayBuffer>;
  /** Adam's moments of the parameters that learn. */
  readonly first: Float32Array<ArrayBuffer>;
  readonly second: Float32Array<ArrayBuffer>;
  /** Moving average of the parameters that learn, if one is kept. */
  readonly average?: Float32Array<ArrayBuffer>;
}

/**
 * @throws TrainingError when a setting makes no sense, FormatError 'bad-weights' when tensors don't fit the graph.
 */
export function makeTask(graph: Graph, settings: TrainingSettings, tensors: NamedTensors): TrainingTask {
  checkSettings(settings);
  const frozen = new Set(settings.frozen);
  const layout = layOut(graph, liveLayers(graph), (name) => frozen.has(name));
  const used = new Set([...layout.parameters, ...layout.statistics].map(({ name }) => name));
  return { graph, settings, layout, others: new Map([...tensors].filter(([name]) => !used.has(name))) };
}

/** A training that has not begun. @throws FormatError 'bad-weights' when tensors don't fit the graph. */
export function initialState(
  { graph, settings, layout }: TrainingTask,
  tensors: NamedTensors,
  random: string,
): TrainingState {
  const parameters = packParameters(graph.name, layout.parameters, layout.total, tensors);
  return {
    step: 0,
    random,
    parameters,
    statistics: packParameters(graph.name, layout.statistics, layout.statisticsTotal, tensors),
    first: new Float32Array(layout.learning),
    second: new Float32Array(layout.learning),
    ...(settings.averageDecay === undefined ? {} : { average: parameters.slice(0, layout.learning) }),
  };
}

/**
 * The network as its files have it.
 * @param averaged the moving average in place of the weights, where one is kept.
 */
export function networkTensors(task: TrainingTask, state: TrainingState, averaged: boolean): NamedTensors {
  const { layout, others } = task;
  const parameters = state.parameters.slice();
  if (averaged && state.average) parameters.set(state.average);
  return new Map([
    ...unpackParameters(layout.parameters, parameters),
    ...unpackParameters(layout.statistics, state.statistics),
    ...others,
  ]);
}
