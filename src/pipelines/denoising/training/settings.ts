import type { TrainingSettings } from '../../../nn/train/settings.ts';

/** Edge of a patch of somebody's own micrographs, px. */
export const patchPx = 96;

export interface DenoiserTrainingSettings {
  readonly seed: number;
  /** At most; the learning rate falls to nearly 0 there. */
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  /** Steps from one look at what was kept back to the next. */
  readonly evaluateEvery: number;
  /** Looks without anything better, after which the training ends. */
  readonly patience: number;
}

/** From nothing, on simulations. */
export const simulatedTraining: DenoiserTrainingSettings = {
  seed: 1,
  steps: 2500,
  batch: 8,
  learningRate: 4e-3,
  evaluateEvery: 250,
  patience: Number.POSITIVE_INFINITY,
};

/** On simulations, begun with what is known already. */
export const continuedTraining: DenoiserTrainingSettings = {
  ...simulatedTraining,
  steps: 240,
  learningRate: 1e-3,
  evaluateEvery: 60,
};

/** On simulations and real pairs: begun with what is known already, in steps so small that simulations are not forgotten. */
export const pairedTraining: DenoiserTrainingSettings = {
  ...continuedTraining,
  learningRate: 5e-4,
  evaluateEvery: 50,
};

/** On somebody's own micrographs: begun with what is known already, so with smaller steps. */
export const ownTraining: DenoiserTrainingSettings = {
  seed: 1,
  steps: 300,
  batch: 8,
  learningRate: 5e-4,
  evaluateEvery: 50,
  patience: 4,
};

/** From nothing, on somebody's own micrographs. */
export const blankLearningRate = 3e-3;

/** How the trainer does it. */
export function trainerSettings({ steps, learningRate }: DenoiserTrainingSettings): TrainingSettings {
  return {
    loss: { kind: 'l2' },
    // The second moment forgets sooner than usual: gradients of noisy patches are a hundred times those of clean ones.
    optimiser: { learningRate, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0 },
    schedule: { kind: 'cosine', warmUpSteps: Math.min(50, Math.floor(steps / 4)), steps, final: 0.01 },
    clipNorm: 1,
    averageDecay: 0.99,
  };
}
