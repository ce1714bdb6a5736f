/**
 * A training in named tensors and texts, as a safetensors file holds them. The file is a model like any other, with more
 * in it: NAME and `optimiser.first/NAME`, `optimiser.second/NAME`, `average/NAME`; its metadata have the graph and, as JSON,
 * the step, the random state (16 hexadecimal digits) and the settings. Resumed, it goes on to the very bits.
 */
import { FormatError } from '../../core/errors.ts';
import { asObject } from '../fields.ts';
import { graphToJson, parseGraph } from '../parse.ts';
import { type NamedTensor, type NamedTensors, packParameters, unpackParameters } from './parameters.ts';
import { TrainingRandom } from './random.ts';
import { parseSettings } from './settingsJson.ts';
import { makeTask, networkTensors, type TrainingState, type TrainingTask } from './state.ts';

export interface CheckpointFile {
  readonly tensors: ReadonlyMap<string, NamedTensor & { readonly dtype: 'F32' }>;
  readonly metadata: ReadonlyMap<string, string>;
}

const graphKey = 'cryolite.graph';
const trainingKey = 'cryolite.training';
const prefixes = { first: 'optimiser.first/', second: 'optimiser.second/', average: 'average/' } as const;

/** For `writeSafetensors`. */
export function toCheckpoint(task: TrainingTask, state: TrainingState): CheckpointFile {
  const learning = task.layout.parameters.filter(({ learns }) => learns);
  const tensors = new Map<string, NamedTensor & { readonly dtype: 'F32' }>();
  const put = (prefix: string, named: NamedTensors): void => {
    for (const [name, { shape, data }] of named) tensors.set(prefix + name, { dtype: 'F32', shape, data });
  };
  put('', networkTensors(task, state, false));
  put(prefixes.first, unpackParameters(learning, state.first));
  put(prefixes.second, unpackParameters(learning, state.second));
  if (state.average) put(prefixes.average, unpackParameters(learning, state.average));
  const training = { version: 1, step: state.step, random: state.random, settings: task.settings };
  return {
    tensors,
    metadata: new Map([
      [graphKey, JSON.stringify(graphToJson(task.graph))],
      [trainingKey, JSON.stringify(training)],
    ]),
  };
}

/** What was learnt so far, to begin another training with: the moving average of the weights where there is one. */
export function learntTensors(tensors: NamedTensors): NamedTensors {
  const own = [...tensors].filter(([name]) => !isExtra(name));
  return new Map(own.map(([name, tensor]) => [name, tensors.get(prefixes.average + name) ?? tensor]));
}

function isExtra(name: string): boolean {
  return Object.values(prefixes).some((prefix) => name.startsWith(prefix));
}

/**
 * A training as it was when its checkpoint was written.
 * @param file its name, for the error's sentence.
 * @throws FormatError 'bad-weights' when it is no checkpoint, or its parts don't fit together.
 */
export function fromCheckpoint(
  file: string,
  { tensors, metadata }: { readonly tensors: NamedTensors; readonly metadata: ReadonlyMap<string, string> },
): { readonly task: TrainingTask; readonly state: TrainingState } {
  const bad = (what: string): never => {
    throw new FormatError('bad-weights', file, `is no training that can go on: ${what}.`);
  };
  const json = (key: string): unknown => {
    const text = metadata.get(key) ?? bad(`its metadata lack ${key}`);
    try {
      return JSON.parse(text);
    } catch {
      return bad(`its ${key} is not JSON`);
    }
  };
  const training = asObject(json(trainingKey)) ?? bad(`its ${trainingKey} is no object`);
  const { version, step, random } = training;
  if (version !== 1) bad(`it is of version ${String(version)}`);
  if (typeof step !== 'number' || !Number.isSafeInteger(step) || step < 0) {
    return bad(`its step is ${String(step)}`);
  }
  if (typeof random !== 'string' || !TrainingRandom.fromHex(random)) {
    return bad(`its random state is ${String(random)}`);
  }
  const settings = parseSettings(training.settings, bad);
  const graph = { ...parseGraph(json(graphKey), file) };
  const own = new Map([...tensors].filter(([name]) => !isExtra(name)));
  const task = makeTask(graph, settings, own);
  const { layout } = task;
  const learning = layout.parameters.filter(({ learns }) => learns);
  const moments = (prefix: string): Float32Array<ArrayBuffer> => {
    const named = new Map(
      [...tensors].flatMap(([name, tensor]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
      ),
    );
    return packParameters(file, learning, layout.learning, named);
  };
  return {
    task,
    state: {
      step,
      random,
      parameters: packParameters(file, layout.parameters, layout.total, own),
      statistics: packParameters(file, layout.statistics, layout.statisticsTotal, own),
      first: moments(prefixes.first),
      second: moments(prefixes.second),
      ...(settings.averageDecay === undefined ? {} : { average: moments(prefixes.average) }),
    },
  };
}
