/**
 * Reverse-mode differentiation of a graph for one shape of batch, as a list of calls: forward, loss, backward, update.
 * Pure data; `program.ts` runs it.
 */
import type { Capabilities } from '../../gpu/capabilities.ts';
import { type BufferName, elementsOf, type KernelCall, type Picture } from '../../gpu/ops/trainCall.ts';
import {
  type AdamSettings,
  countPartials,
  type LossKind,
  lossPartials,
  normPartials,
  recordLoss,
  recordOutcome,
  recordUpdate,
} from '../../gpu/ops/trainLoss.ts';
import { kernelChoice } from '../../gpu/ops/trainProduct.ts';
import type { TapTable } from '../../gpu/ops/trainTaps.ts';
import { checkChannels } from '../channels.ts';
import { type Graph, inputName, inputsOf, type Layer, outputName } from '../layers.ts';
import { inferSizes } from '../sizes.ts';
import type { Slots } from '../slots.ts';
import { backwardLayer, forwardLayer } from './layers.ts';
import type { ParameterLayout } from './parameters.ts';
import { type Gradient, Pass } from './pass.ts';
import { persistent, Recording } from './recording.ts';
import { learningValues, liveLayers } from './wiring.ts';

export interface BatchShape {
  readonly batch: number;
  readonly width: number;
  readonly height: number;
}

export interface UpdateOptions {
  readonly adam: AdamSettings;
  readonly clipNorm?: number;
  readonly averageDecay?: number;
}

export interface PlanOptions {
  readonly loss: LossKind;
  /** Whether every number of the target comes with a weight. */
  readonly weighted: boolean;
  /** The optimiser's step at the end; without it nothing learns, and batch normalisations use their running statistics. */
  readonly update?: UpdateOptions;
  /** Whether the gradient by the images is wanted, too; for tests. */
  readonly imageGradient?: boolean;
  /** What kernels are chosen by. */
  readonly capabilities: Capabilities;
}

export interface TrainingPlan {
  readonly calls: readonly KernelCall[];
  readonly tables: ReadonlyMap<BufferName, TapTable>;
  readonly slots: Slots;
  readonly images: Picture;
  /** The network's result; it is there until the end of the step. */
  readonly prediction: Picture;
  readonly imageGradient?: Picture;
}

/**
 * @throws FormatError 'bad-weights' when channels don't fit together, 'wrong-shape' when the images don't fit the network.
 */
export function planStep(
  graph: Graph,
  layout: ParameterLayout,
  shape: BatchShape,
  options: PlanOptions,
): TrainingPlan {
  const { update } = options;
  const recording = new Recording();
  const pass = new Pass(recording, layout, update === undefined, kernelChoice(options.capabilities));
  const layers = liveLayers(graph);
  const values = forward(graph, layers, shape, pass);
  const prediction = named(values, outputName(graph));
  const { lossGradient, losses, buffers } = recordLossOf(recording, prediction, options);
  let imageGradient: Picture | undefined;
  if (update) {
    const learning = options.imageGradient ? new Set(values.keys()) : learningValues(layers, layout);
    const gradients = backward(layers, learning, values, lossGradient, pass);
    imageGradient = gradients.get(inputName);
    const normPartialsBuffer = recording.temporary('partial norms', normPartials(layout.learning));
    recording.add(
      ...recordUpdate(
        { count: layout.learning, losses, ...update },
        { ...buffers, normPartials: normPartialsBuffer },
      ),
    );
  } else {
    recording.add(recordOutcome(losses, buffers));
  }
  return {
    calls: recording.calls,
    tables: recording.tables,
    slots: recording.slots([prediction.buffer, ...(imageGradient ? [imageGradient.buffer] : [])]),
    images: named(values, inputName),
    prediction,
    ...(imageGradient && { imageGradient }),
  };
}

type Values = ReadonlyMap<string, Picture>;

function named(values: Values, name: string): Picture {
  const value = values.get(name);
  if (!value) throw new Error(`${name} has no value.`);
  return value;
}

/** Every live value by its layer's name, the images among them. */
function forward(graph: Graph, layers: readonly Layer[], { batch, ...size }: BatchShape, pass: Pass): Values {
  const channels = checkChannels(graph);
  const sizes = inferSizes(graph, size);
  const shapeOf = (name: string) => ({
    batch,
    width: sizes.x.get(name) ?? 0,
    height: sizes.y.get(name) ?? 0,
    channels: channels.get(name) ?? 0,
  });
  const values = new Map<string, Picture>([
    [inputName, { ...shapeOf(inputName), buffer: persistent.images }],
  ]);
  for (const layer of layers) {
    const result = pass.recording.picture(`value of ${layer.name}`, shapeOf(layer.name));
    const sources = inputsOf(layer).map((name) => named(values, name));
    forwardLayer(layer, pass, sources, result);
    values.set(layer.name, result);
  }
  return values;
}

function recordLossOf(recording: Recording, prediction: Picture, { loss, weighted }: PlanOptions) {
  const numbers = elementsOf(prediction);
  const losses = lossPartials(loss, numbers);
  const lossGradient = recording.picture('gradient of the prediction', prediction);
  const partials = recording.temporary('partial losses', losses);
  recording.add(
    ...recordLoss(loss, numbers, {
      step: persistent.step,
      prediction: prediction.buffer,
      target: persistent.target,
      gradient: lossGradient.buffer,
      partials,
      ...(weighted ? { weights: persistent.weights } : {}),
      totals: recording.temporary('totals of the count', 3),
      slopes: recording.temporary('slopes of the count', 2),
      logBinomial: persistent.logBinomial,
      countPartials: recording.temporary('partial counts', countPartials(numbers)),
    }),
  );
  return { lossGradient, losses, buffers: { ...persistent, lossPartials: partials } };
}

/** The gradients by the values in `wanted`, by name; those of parameters go into their own array. */
function backward(
  layers: readonly Layer[],
  wanted: ReadonlySet<string>,
  values: Values,
  lossGradient: Picture,
  pass: Pass,
): Values {
  const gradients = new Map<string, Picture>();
  const last = layers.at(-1);
  if (last) gradients.set(last.name, lossGradient);
  const placeFor = (name: string): Gradient | undefined => {
    if (!wanted.has(name)) return undefined;
    const known = gradients.get(name);
    if (known) return { picture: known, accumulate: true };
    const picture = pass.recording.picture(`gradient of ${name}`, named(values, name));
    gradients.set(name, picture);
    return { picture, accumulate: false };
  };
  for (const layer of [...layers].reverse()) {
    if (!wanted.has(layer.name)) continue;
    const inputs = inputsOf(layer);
    const sources = inputs.map((name) => named(values, name));
    backwardLayer(layer, pass, sources, named(values, layer.name), named(gradients, layer.name), (input) =>
      placeFor(inputs[input] ?? ''),
    );
  }
  return gradients;
}
