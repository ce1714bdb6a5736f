import { CryoliteError } from '../../core/errors.ts';

/** The loss, a gradient or a weight is no finite number any more; what was learnt until the last checkpoint is good. */
export class DivergedError extends CryoliteError {
  constructor(
    /** The step that was not taken, from 0. */
    readonly step: number,
    what: string,
  ) {
    super(
      'diverged',
      `The training diverged at step ${step}: ${what}. Go back to the last checkpoint with a smaller learning rate, clip the gradients, or look for NaNs in the data.`,
    );
  }
}

/** What a training was asked to do makes no sense: a setting, a batch or a checkpoint that does not fit. */
export class TrainingError extends CryoliteError {
  constructor(message: string) {
    super('bad-training', message);
  }
}
