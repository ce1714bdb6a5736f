/** A training as the page sees it while it runs: pure functions from state to state. */
import type {
  TrainingEvent,
  TrainingLook,
  TrainingOutcome,
  TrainingRequest,
  TrainingScore,
} from '../../rpc/contract.ts';

export interface TrainingRun {
  readonly labels: number;
  readonly micrographs: number;
  /** Steps at most. */
  readonly steps: number;
  /** Steps taken. */
  readonly step: number;
  /** Of the steps since `firstLoss`. */
  readonly losses: readonly number[];
  readonly firstLoss: number;
  readonly secondsPerStep: number | undefined;
  readonly looks: readonly TrainingLook[];
  /** The network that was started from and the mean particle, each alone. */
  readonly network: TrainingScore | undefined;
  readonly template: TrainingScore | undefined;
  /** Estimated, once it is known. */
  readonly particlesPerMicrograph: number | undefined;
}

export function startRun({ micrographs, steps }: TrainingRequest): TrainingRun {
  return {
    labels: micrographs.reduce((sum, { labels }) => sum + labels.length, 0),
    micrographs: micrographs.length,
    steps,
    step: 0,
    losses: [],
    firstLoss: 0,
    secondsPerStep: undefined,
    looks: [],
    network: undefined,
    template: undefined,
    particlesPerMicrograph: undefined,
  };
}

/** @param run with what was seen before, where the training goes on. */
export function afterEvent(run: TrainingRun, event: TrainingEvent): TrainingRun {
  if (event.kind === 'prepared') {
    const { step, particlesPerMicrograph, network, template, looks } = event;
    // A curve that was seen before goes on where it ended.
    const goesOn = run.firstLoss + run.losses.length >= step && run.losses.length > 0;
    const losses = goesOn ? run.losses.slice(0, step - run.firstLoss) : [];
    const firstLoss = goesOn ? run.firstLoss : step;
    return { ...run, step, particlesPerMicrograph, network, template, looks, losses, firstLoss };
  }
  if (event.kind === 'steps') {
    const losses = [...run.losses, ...event.losses];
    const step = event.first + event.losses.length;
    const secondsPerStep = event.secondsPerStep > 0 ? event.secondsPerStep : run.secondsPerStep;
    return { ...run, losses, step, secondsPerStep };
  }
  if (event.kind === 'look') return { ...run, looks: [...run.looks, event.look] };
  return run;
}

export function afterOutcome(run: TrainingRun, outcome: TrainingOutcome): TrainingRun {
  const { looks, step, particlesPerMicrograph } = outcome;
  return { ...run, looks, step, particlesPerMicrograph };
}

/** The look whose network is kept. */
export function bestLook({ looks }: Pick<TrainingRun, 'looks'>): TrainingLook | undefined {
  return looks.findLast(({ isKept }) => isKept);
}

/** Part of the mean before that stays in it at each step. */
const memory = 0.92;

/** A running mean: single losses jump with the patches that a step happens to see. */
export function smoothed(losses: readonly number[]): number[] {
  let [sum, weight] = [0, 0];
  return losses.map((loss) => {
    sum = memory * sum + loss;
    weight = memory * weight + 1;
    return sum / weight;
  });
}

/** The point of a curve with the largest F1. */
export function bestPoint({ curve }: TrainingScore): { recall: number; precision: number } | undefined {
  const f1 = ({ recall, precision }: { recall: number; precision: number }): number =>
    (2 * recall * precision) / Math.max(1e-9, recall + precision);
  return curve.reduce<{ recall: number; precision: number } | undefined>(
    (best, point) => (!best || f1(point) > f1(best) ? point : best),
    undefined,
  );
}

/** The largest recall at no less than this precision. */
export function recallAt({ curve }: TrainingScore, precision: number): number {
  return curve.reduce(
    (most, point) => (point.precision >= precision - 1e-9 ? Math.max(most, point.recall) : most),
    0,
  );
}
