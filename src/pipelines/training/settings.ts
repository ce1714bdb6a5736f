import { adam, type TrainingSettings } from '../../nn/train/settings.ts';

/**
 * What unlabelled places are taken for: `soft`, particles with the chance that the posterior gives them; `none`, no
 * particles; `count`, as many particles as there should be, wherever they are (GE-binomial, Bepler et al. 2019).
 */
export type Unlabelled = 'soft' | 'none' | 'count';

export interface PickerTrainingSettings {
  readonly seed: number;
  readonly steps: number;
  readonly batch: number;
  readonly patchPx: number;
  readonly learningRate: number;
  readonly unlabelled: Unlabelled;
  /** Whether the network gets the mean particle as a filter beside it. */
  readonly withTemplate: boolean;
  /** Part of the labels that is kept back for early stopping. */
  readonly heldOutPart: number;
  /** Steps from one look at what was kept back to the next. */
  readonly evaluateEvery: number;
  /** Looks without a better score after which the training stops. */
  readonly patience: number;
  /** Two picks are never nearer than this many diameters. */
  readonly separationDiameters: number;
  /** Particles on all micrographs with labels together, where it is known; otherwise it is estimated. */
  readonly expectedCount?: number;
}

/** Chosen on training micrographs: see the README beside this. */
export const defaultSettings: PickerTrainingSettings = {
  seed: 0,
  steps: 300,
  batch: 4,
  patchPx: 96,
  learningRate: 3e-4,
  unlabelled: 'soft',
  withTemplate: true,
  heldOutPart: 0.2,
  evaluateEvery: 25,
  patience: 4,
  separationDiameters: 0.5,
};

/** Weight of the expected count beside the labels, as Topaz has it. */
const countSlack = 1;

/** @param positivePart of all cells that belong to a particle, for the expected count. */
export function trainerSettings(
  { learningRate, steps, unlabelled }: PickerTrainingSettings,
  positivePart: number,
  frozen: readonly string[],
): TrainingSettings {
  const pi = Math.min(0.5, Math.max(1e-6, positivePart));
  return {
    loss: unlabelled === 'count' ? { kind: 'expectedCount', pi, slack: countSlack } : { kind: 'bce' },
    optimiser: adam(learningRate, 1e-3),
    schedule: { kind: 'cosine', warmUpSteps: Math.min(20, steps), steps: Math.max(1, steps), final: 0.02 },
    clipNorm: 1,
    averageDecay: 0.95,
    frozen,
  };
}
