/** One training step of a graph on a GPU, with everything that comes out of it, in PyTorch's order. */
import type { GpuContext } from '../../../src/gpu/context.ts';
import type { LossKind, StepNumbers } from '../../../src/gpu/ops/trainLoss.ts';
import { packStep, stepBytes } from '../../../src/gpu/ops/trainLoss.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import { channelsFirst, channelsLast } from '../../../src/nn/train/batch.ts';
import {
  layOut,
  type NamedTensors,
  packParameters,
  unpackParameters,
} from '../../../src/nn/train/parameters.ts';
import { type PlanOptions, planStep } from '../../../src/nn/train/plan.ts';
import { StepProgram } from '../../../src/nn/train/program.ts';
import { paddedBytes, persistent } from '../../../src/nn/train/recording.ts';
import { liveLayers } from '../../../src/nn/train/wiring.ts';
import type { Picture } from '../../reference/trainingLayers.ts';

export interface StepResult {
  readonly prediction: Float32Array;
  readonly loss: number;
  readonly norm: number;
  readonly bad: boolean;
  readonly imageGradient: Float32Array;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly statistics: ReadonlyMap<string, Float32Array>;
}

export interface StepInputs {
  readonly input: Picture;
  readonly tensors: NamedTensors;
  readonly target: Float32Array<ArrayBuffer>;
  readonly weights?: Float32Array<ArrayBuffer>;
  readonly loss: LossKind;
  readonly numbers?: Partial<StepNumbers>;
  readonly logBinomial?: Float32Array<ArrayBuffer>;
  readonly options?: Partial<PlanOptions>;
}

const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

export async function runStep(context: GpuContext, graph: Graph, inputs: StepInputs): Promise<StepResult> {
  const { input, tensors, target, weights, loss } = inputs;
  const layout = layOut(graph, liveLayers(graph));
  const plan = planStep(graph, layout, input, {
    loss,
    weighted: weights !== undefined,
    update: { adam },
    imageGradient: true,
    capabilities: context.capabilities,
    ...inputs.options,
  });
  const parameters = packParameters(graph.name, layout.parameters, layout.total, tensors);
  const statistics = packParameters(graph.name, layout.statistics, layout.statisticsTotal, tensors);
  const buffer = (floats: number): GPUBuffer => context.buffer('test', paddedBytes(floats));
  const shared = new Map<string, GPUBuffer>([
    [persistent.gradients, buffer(layout.learning)],
    [persistent.first, buffer(layout.learning)],
    [persistent.second, buffer(layout.learning)],
    [persistent.step, context.buffer('test', stepBytes)],
    [persistent.outcome, buffer(4)],
    [persistent.parameters, context.upload('test', parameters)],
    [persistent.statistics, context.upload('test', statistics)],
  ]);
  let program: StepProgram | undefined;
  const of = (name: string): GPUBuffer => {
    const found = shared.get(name);
    if (!found) throw new Error(name);
    return found;
  };
  try {
    program = await StepProgram.create(context, plan, shared);
    const numbers = {
      lossScale: 1 / target.length,
      positiveScale: 0,
      unlabelled: 0,
      stepSize: 0,
      secondScale: 1,
      decay: 1,
      ...inputs.numbers,
    };
    context.device.queue.writeBuffer(of(persistent.step), 0, packStep(numbers));
    const images = Float32Array.from(input.data);
    program.write('images', channelsLast(images, input.channels, input.width * input.height));
    const { prediction } = plan;
    const pixels = prediction.width * prediction.height;
    program.write('target', channelsLast(target, prediction.channels, pixels));
    if (weights) program.write('weights', channelsLast(weights, prediction.channels, pixels));
    if (inputs.logBinomial) program.write('logBinomial', inputs.logBinomial);
    program.run();
    const outcome = new Float32Array(await context.read(of(persistent.outcome), 16));
    const learning = layout.parameters.filter(({ learns }) => learns);
    const flat = new Float32Array(
      await context.read(of(persistent.gradients), Math.max(4, layout.learning * 4)),
    );
    const kept = new Float32Array(
      await context.read(of(persistent.statistics), Math.max(4, layout.statisticsTotal * 4)),
    );
    const named = (tensors: NamedTensors) => new Map([...tensors].map(([name, { data }]) => [name, data]));
    return {
      prediction: channelsFirst(await program.read(prediction), prediction.channels, pixels),
      loss: outcome[0] ?? Number.NaN,
      norm: outcome[1] ?? Number.NaN,
      bad: outcome[3] !== 0,
      imageGradient: plan.imageGradient
        ? channelsFirst(await program.read(plan.imageGradient), input.channels, input.width * input.height)
        : new Float32Array(),
      gradients: named(unpackParameters(learning, flat)),
      statistics: named(unpackParameters(layout.statistics, kept)),
    };
  } finally {
    program?.destroy();
    context.free(...shared.values());
  }
}
