import type { LossKind } from '../../gpu/ops/trainLoss.ts';
import { TrainingError } from './errors.ts';

/** How the learning rate goes along, as a factor. */
export type Schedule =
  | { readonly kind: 'constant' }
  | {
      /** Up linearly over `warmUpSteps`, then down a half cosine to `final` at step `steps`, where it stays. */
      readonly kind: 'cosine';
      readonly warmUpSteps: number;
      readonly steps: number;
      readonly final: number;
    };

/** Adam; with `weightDecay` above 0 AdamW, which pulls every parameter that learns. */
export interface Optimiser {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

export interface TrainingSettings {
  readonly loss: LossKind;
  readonly optimiser: Optimiser;
  readonly schedule: Schedule;
  /** Largest norm of all gradients together. */
  readonly clipNorm?: number;
  /** What each step keeps of an exponential moving average of the weights. */
  readonly averageDecay?: number;
  /** Names of tensors that don't learn. */
  readonly frozen?: readonly string[];
}

/** PyTorch's defaults for Adam. */
export const adam = (learningRate: number, weightDecay = 0): Optimiser => ({
  learningRate,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay,
});

/** The learning rate of step 0, 1, … */
export function learningRateAt({ optimiser, schedule }: TrainingSettings, step: number): number {
  const { learningRate } = optimiser;
  if (schedule.kind === 'constant') return learningRate;
  const { warmUpSteps, steps, final } = schedule;
  if (step < warmUpSteps) return (learningRate * (step + 1)) / warmUpSteps;
  const done = Math.min(1, (step - warmUpSteps) / Math.max(1, steps - warmUpSteps));
  return learningRate * (final + ((1 - final) * (1 + Math.cos(Math.PI * done))) / 2);
}

/** @throws TrainingError naming the setting that makes no sense. */
export function checkSettings(settings: TrainingSettings): void {
  const { loss, optimiser, schedule, clipNorm, averageDecay } = settings;
  const bounds: [name: string, value: number | undefined, low: number, high: number][] = [
    ['learning rate', optimiser.learningRate, 0, 1e6],
    ['β1', optimiser.beta1, 0, 1 - 2 ** -24],
    ['β2', optimiser.beta2, 0, 1 - 2 ** -24],
    ['ε', optimiser.epsilon, 0, 1],
    ['weight decay', optimiser.weightDecay, 0, 1e6],
    ['largest norm of the gradients', clipNorm, Number.MIN_VALUE, Number.MAX_VALUE],
    ['decay of the moving average', averageDecay, 0, 1],
  ];
  if (schedule.kind === 'cosine') {
    bounds.push(['number of warm-up steps', schedule.warmUpSteps, 0, schedule.steps]);
    bounds.push(['number of steps of the schedule', schedule.steps, 1, Number.MAX_SAFE_INTEGER]);
    bounds.push(['final factor of the learning rate', schedule.final, 0, 1]);
  }
  if (loss.kind === 'focal') bounds.push(['α', loss.alpha, 0, 1], ['γ', loss.gamma, 0, 100]);
  if (loss.kind === 'expectedCount') {
    bounds.push(['π', loss.pi, 1e-9, 1 - 1e-9], ['slack', loss.slack, 0, 1e6]);
  }
  for (const [name, value, low, high] of bounds) {
    // A NaN is in no range.
    if (value !== undefined && !(value >= low && value <= high)) {
      throw new TrainingError(
        `The ${name} of the training is ${value}; it should be from ${low} to ${high}.`,
      );
    }
  }
}
