import { FormatError } from '../../core/errors.ts';
import { checkChannels } from '../../nn/channels.ts';
import { receptiveField } from '../../nn/field.ts';
import { type Graph, outputName } from '../../nn/layers.ts';
import type { WeightTensors } from '../../nn/network.ts';
import { type OpenedModel, openModel } from '../models/open.ts';
import { type Arrangement, parseArrangement } from './arrangement/settings.ts';
import { separationRange } from './separation.ts';

interface Picker {
  /** What it calls itself, or is known as. */
  readonly name: string;
  readonly graph: Graph;
  readonly tensors: WeightTensors;
  /** Two picks are never nearer than this many diameters, unless the user says so. */
  readonly separationDiameters: number;
  /** Probability at which a pick is shown by default. */
  readonly defaultThreshold: number;
  /** SHA-256 of the file, hex. */
  readonly hash: string;
}

/** Channels of a picker's result beside the first, which is the log-odds of a particle's centre. */
export interface PickerChannels {
  /** Log-odds that a cell is contaminated: ice, carbon, aggregates, smeared borders. */
  readonly contamination?: number | undefined;
  /** Log-odds of how far from its cell's centre a particle lies: (p − ½) · `span` cells. */
  readonly offset?: { readonly x: number; readonly y: number; readonly span: number } | undefined;
}

/** A network that is shown all particles at one size: its file tells how to feed it. */
export interface WorkingScalePicker extends Picker {
  readonly kind: 'working-scale';
  /** Particle diameter in the network's input, px. */
  readonly workingDiameterPx: number;
  readonly highpassDiameters: number;
  /** Input values beyond ± this are cut. */
  readonly clip: number;
  /** Width of a particle's body in diameters, where the model knows it: other particles are mostly outside it. 0 where it does not. */
  readonly exclusionDiameters: number;
  readonly channels: PickerChannels;
  /** How its particles lie beside each other in noise, where the model knows it. */
  readonly arrangement?: Arrangement | undefined;
}

/**
 * A network that scores every pixel of a picture, as Topaz's detectors do: it is shown the micrograph, made smaller in
 * Fourier space and standardised.
 */
export interface DensePicker extends Picker {
  readonly kind: 'dense';
  /** What a pixel of its result is. */
  readonly gives: 'log-odds' | 'probability';
  /** Side of the square that a score depends on, px. */
  readonly fieldPx: number;
}

export type PickerModel = WorkingScalePicker | DensePicker;

/** Of dense pickers: half a diameter is what Topaz's users are told; a bit more spares double picks of rings. */
const denseSeparationDiameters = 0.7;
/** Log-odds of 0. */
const denseThreshold = 0.5;

/**
 * How particles are picked with a network.
 * @throws FormatError 'bad-weights' where it is none for picking: a denoiser, of several channels, or with settings that
 * make no sense.
 */
export function pickerOf(model: OpenedModel): PickerModel {
  const { file, name, graph, tensors, hash, task, settings } = model;
  const bad = (what: string): never => {
    throw new FormatError('bad-weights', file, `is no picking network: ${what}.`);
  };
  if (task === 'denoise') bad('it denoises, for "cryolite denoise --model"');
  const given = checkChannels(graph).get(outputName(graph)) ?? 0;
  const outputs = outputsOf(settings.outputs, bad);
  if (given !== outputs.length) {
    const wanted = outputs.length === 1 ? 'one is' : `${outputs.length} are`;
    bad(`it gives ${given} channels where ${wanted} wanted`);
  }
  if (graph.channels !== 1) bad(`it reads ${graph.channels} channels where one is wanted`);
  const { x, y } = receptiveField(graph);
  if (x.stride !== y.stride || !Number.isInteger(x.stride)) bad('its scores are no grid of squares');
  if (settings.preprocess === undefined && settings.peak === undefined) {
    if (outputs.length > 1) bad('it has several outputs, but does not tell how to feed it');
    return {
      kind: 'dense',
      name,
      graph,
      tensors,
      hash,
      gives: endsInSigmoid(graph) ? 'probability' : 'log-odds',
      fieldPx: Math.min(x.to - x.from, y.to - y.from),
      separationDiameters: denseSeparationDiameters,
      defaultThreshold: denseThreshold,
    };
  }
  const number = (path: readonly string[], low: number, high: number): number => {
    const value = path.reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
      settings,
    );
    return typeof value === 'number' && value >= low && value <= high
      ? value
      : bad(`${path.join('.')} should be a number from ${low} to ${high}, but is ${String(value)}`);
  };
  const workingDiameterPx = number(['preprocess', 'workingDiameterPx'], 4, 256);
  const exclusionDiameters = isAbsent(settings.peak, 'exclusionDiameters')
    ? 0
    : number(['peak', 'exclusionDiameters'], 0, 1);
  const arrangement = fieldOf(settings.peak, 'arrangement');
  return {
    kind: 'working-scale',
    name,
    graph,
    tensors,
    hash,
    workingDiameterPx,
    highpassDiameters: number(['preprocess', 'highpassDiameters'], 1, 100),
    clip: number(['preprocess', 'clip'], 1, 1000),
    exclusionDiameters,
    arrangement: parseArrangement(arrangement, workingDiameterPx, exclusionDiameters, bad),
    channels: channelsOf(outputs, () =>
      isAbsent(settings.peak, 'offsetCells') ? 1 : number(['peak', 'offsetCells'], 0.1, 16),
    ),
    separationDiameters: number(['peak', 'radiusDiameters'], separationRange.least, separationRange.most),
    defaultThreshold: number(['peak', 'defaultThreshold'], 0, 1),
  };
}

const outputNames = ['particle', 'contamination', 'offsetX', 'offsetY'] as const;
type OutputName = (typeof outputNames)[number];

/** What the channels of a picker's result are, by the "outputs" of its file; without them the particle alone. */
function outputsOf(value: unknown, bad: (what: string) => never): readonly OutputName[] {
  if (value === undefined) return ['particle'];
  const names = outputNames.filter((name) => Array.isArray(value) && value.includes(name));
  const isKnown = Array.isArray(value) && value.length === names.length && value[0] === 'particle';
  const isPair = names.includes('offsetX') === names.includes('offsetY');
  if (!isKnown || !isPair) {
    bad(
      `outputs should be "particle", then any of "contamination" and the pair "offsetX", "offsetY", but is ${JSON.stringify(value)}`,
    );
  }
  return value as readonly OutputName[];
}

function isAbsent(value: unknown, name: string): boolean {
  return fieldOf(value, name) === undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function channelsOf(outputs: readonly OutputName[], offsetCells: () => number): PickerChannels {
  const channel = (name: OutputName): number | undefined => {
    const index = outputs.indexOf(name);
    return index < 0 ? undefined : index;
  };
  const [x, y] = [channel('offsetX'), channel('offsetY')];
  return {
    contamination: channel('contamination'),
    offset: x === undefined || y === undefined ? undefined : { x, y, span: offsetCells() },
  };
}

function endsInSigmoid({ layers }: Graph): boolean {
  const last = layers.at(-1);
  return last !== undefined && 'activation' in last && last.activation.kind === 'sigmoid';
}

/**
 * Reads Cryolite's own picker; its graph is JSON in the metadata. Data only: nothing in the file is run.
 * @throws FormatError 'bad-weights' when it is no picker, or does not tell how to feed it.
 */
export async function parsePickerModel(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
): Promise<WorkingScalePicker> {
  const model = pickerOf(await openModel(file, bytes));
  if (model.kind === 'working-scale') return model;
  throw new FormatError('bad-weights', file, 'does not tell how to feed it: preprocess is missing.');
}
