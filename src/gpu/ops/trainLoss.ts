/** Losses of a training step: the gradient by the prediction, and the sum over the batch in parts. */
import { f32, u32 } from '../recorder.ts';
import type { BufferName, KernelCall } from './trainCall.ts';
import { overNumbers } from './trainLayers.ts';
import { sumPartials } from './trainSums.ts';

/**
 * A weighted mean over all numbers of the prediction:
 * - `l2` (p − t)², `l1` |p − t|;
 * - `bce` cross-entropy of the probability t with logits;
 * - `focal` the same, with what is predicted well counting less (Lin et al. 2017, equation 5; α ¼ and γ 2 there).
 * Or, over logits, `expectedCount` for labelled positives (1) among unlabelled numbers (0; −1 is not looked at): the mean
 * cross-entropy of the positives + `slack` · the cross-entropy of the number of unlabelled positives that the network
 * predicts, as a Gaussian, to a binomial one of probability `pi` (GE-binomial of Topaz, Bepler et al. 2019, equation 6).
 */
export type LossKind =
  | { readonly kind: 'l2' | 'l1' | 'bce' }
  | { readonly kind: 'focal'; readonly alpha: number; readonly gamma: number }
  | { readonly kind: 'expectedCount'; readonly pi: number; readonly slack: number };

/** What changes from step to step, in the order of the shaders' `Step`; `unlabelled` is a u32. */
export interface StepNumbers {
  /** One over the sum of the weights. */
  readonly lossScale: number;
  /** One over the number of positives, or 0 without one. */
  readonly positiveScale: number;
  readonly unlabelled: number;
  /** Learning rate / (1 − β1^t). */
  readonly stepSize: number;
  /** 1 / √(1 − β2^t). */
  readonly secondScale: number;
  /** 1 − learning rate · weight decay. */
  readonly decay: number;
}

export const stepBytes = 32;

export function packStep(numbers: StepNumbers): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(stepBytes));
  view.setFloat32(0, numbers.lossScale, true);
  view.setFloat32(4, numbers.positiveScale, true);
  view.setUint32(8, numbers.unlabelled, true);
  view.setFloat32(12, numbers.stepSize, true);
  view.setFloat32(16, numbers.secondScale, true);
  view.setFloat32(20, numbers.decay, true);
  return view.buffer;
}

export interface LossBuffers {
  readonly step: BufferName;
  readonly prediction: BufferName;
  readonly target: BufferName;
  readonly gradient: BufferName;
  /** `lossPartials` of them; afterwards their sum times `lossScale` is the loss. */
  readonly partials: BufferName;
  /** One for each number; without it all count the same. */
  readonly weights?: BufferName;
  /** For `expectedCount`: 4 floats each, the log-binomial table, `countPartials` floats. */
  readonly totals: BufferName;
  readonly slopes: BufferName;
  readonly logBinomial: BufferName;
  readonly countPartials: BufferName;
}

/** Numbers that one workgroup of a reduction looks at. */
const stretch = 256 * 16;

const groupsOf = (count: number): number => Math.ceil(count / stretch);

/** How many partial sums `recordLoss` leaves. */
export function lossPartials(loss: LossKind, count: number): number {
  return loss.kind === 'expectedCount' ? 1 : groupsOf(count);
}

export function countPartials(count: number): number {
  return 3 * groupsOf(count);
}

/** @param count numbers of the prediction, at most 2²⁸. */
export function recordLoss(loss: LossKind, count: number, buffers: LossBuffers): KernelCall[] {
  const { step, prediction, target, gradient, partials, weights } = buffers;
  if (loss.kind === 'expectedCount') return recordCount(loss.slack, count, buffers);
  const { alpha, gamma } = loss.kind === 'focal' ? loss : { alpha: 0, gamma: 0 };
  return [
    {
      shader: 'train/loss.wgsl',
      defines: { OF: loss.kind, WEIGHTED: weights !== undefined },
      uniforms: [u32(count), f32(alpha), f32(gamma)],
      buffers: [step, prediction, target, gradient, partials, ...(weights === undefined ? [] : [weights])],
      grid: [groupsOf(count), 1, 1],
      work: count * 20,
    },
  ];
}

function recordCount(slack: number, count: number, buffers: LossBuffers): KernelCall[] {
  const { step, prediction, target, gradient, totals, slopes } = buffers;
  return [
    {
      shader: 'train/count_moments.wgsl',
      defines: {},
      uniforms: [u32(count)],
      buffers: [prediction, target, buffers.countPartials],
      grid: [groupsOf(count), 1, 1],
      work: count * 20,
    },
    sumPartials({
      partials: buffers.countPartials,
      result: totals,
      count: 3,
      chunks: groupsOf(count),
      stride: 3,
      first: 0,
      resultFirst: 0,
      accumulate: false,
    }),
    {
      shader: 'train/count_match.wgsl',
      defines: {},
      uniforms: [f32(slack)],
      buffers: [step, totals, buffers.logBinomial, slopes, buffers.partials],
      grid: [1, 1, 1],
      work: count * 20,
    },
    overNumbers('train/count_gradient.wgsl', {}, count, [], [step, prediction, target, slopes, gradient], 20),
  ];
}

/** ln of the binomial probability of c = 0..n positives among n, each with probability `pi`. */
export function logBinomial(n: number, pi: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(n + 1);
  let value = n * Math.log1p(-pi);
  const odds = Math.log(pi) - Math.log1p(-pi);
  result[0] = value;
  for (let c = 0; c < n; c++) {
    value += Math.log((n - c) / (c + 1)) + odds;
    result[c + 1] = value;
  }
  return result;
}

export interface AdamSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export interface UpdateBuffers {
  readonly step: BufferName;
  /** 4 floats: loss, norm of the gradients, the factor that clipped them, 1 where something is not finite. */
  readonly outcome: BufferName;
  readonly lossPartials: BufferName;
  readonly normPartials: BufferName;
  readonly gradients: BufferName;
  readonly parameters: BufferName;
  readonly first: BufferName;
  readonly second: BufferName;
  readonly average: BufferName;
}

export function normPartials(parameters: number): number {
  return 2 * groupsOf(parameters);
}

/** The loss and nothing else: for looking, not for learning. */
export function recordOutcome(
  losses: number,
  { step, lossPartials: partials, outcome }: Pick<UpdateBuffers, 'step' | 'lossPartials' | 'outcome'>,
): KernelCall {
  return {
    shader: 'train/judge.wgsl',
    defines: { NORM: false },
    uniforms: [u32(losses), u32(0), f32(0)],
    buffers: [step, partials, outcome],
    grid: [1, 1, 1],
    work: losses,
  };
}

export interface UpdateSpec {
  /** How many parameters learn; they are the first ones. */
  readonly count: number;
  readonly losses: number;
  readonly adam: AdamSettings;
  /** Largest norm of all gradients together; undefined for any. */
  readonly clipNorm?: number;
  /** What a step keeps of the moving average of the weights; undefined for none. */
  readonly averageDecay?: number;
}

/** Norm, outcome, and the optimiser's step where the outcome is finite. */
export function recordUpdate(spec: UpdateSpec, buffers: UpdateBuffers): KernelCall[] {
  const { count, losses, adam, clipNorm, averageDecay } = spec;
  const { step, outcome, gradients, parameters } = buffers;
  const hasAverage = averageDecay !== undefined;
  const keep = averageDecay ?? 0;
  const settings = [adam.beta1, 1 - adam.beta1, adam.beta2, 1 - adam.beta2, adam.epsilon, keep, 1 - keep];
  return [
    {
      shader: 'train/norm.wgsl',
      defines: {},
      uniforms: [u32(count)],
      buffers: [gradients, parameters, buffers.normPartials],
      grid: [groupsOf(count), 1, 1],
      work: count * 4,
    },
    {
      shader: 'train/judge.wgsl',
      defines: { NORM: true },
      uniforms: [u32(losses), u32(groupsOf(count)), f32(clipNorm ?? 0)],
      buffers: [step, buffers.lossPartials, outcome, buffers.normPartials],
      grid: [1, 1, 1],
      work: losses,
    },
    overNumbers(
      'train/adam.wgsl',
      { AVERAGE: hasAverage },
      count,
      settings.map(f32),
      [
        ...[step, outcome, gradients, parameters, buffers.first, buffers.second],
        ...(hasAverage ? [buffers.average] : []),
      ],
      20,
    ),
  ];
}
