import { bestLook, bestPoint, recallAt, type TrainingRun } from './trainingRun.ts';

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const percent = (share: number): string => `${Math.round(100 * share)}\u00a0%`;

/** "Held-out picks: finds 92 % at 88 % precision; Cryolite’s network alone 71 %, the template 64 %." */
export function heldOutWords(run: TrainingRun): string {
  const look = bestLook(run);
  if (!look) return '';
  if (look.heldOut === 0) {
    return 'So few picks that none were kept back: look at what it finds to see how good it is.';
  }
  const point = bestPoint(look);
  if (!point) return `Finds none of the ${counted(look.heldOut, 'pick')} kept back yet.`;
  const others = [
    ...(run.network ? [`before ${percent(recallAt(run.network, point.precision))}`] : []),
    ...(run.template ? [`the template ${percent(recallAt(run.template, point.precision))}`] : []),
  ];
  const found = `Held-out: finds ${percent(point.recall)} at ${percent(point.precision)} precision`;
  return `${found}${others.length > 0 ? `; ${others.join(', ')}` : ''}.`;
}

/** "step 120 of 300, 12 s left at most" */
export function progressWords({ step, steps, secondsPerStep }: TrainingRun): string {
  const at = `step ${step} of ${steps}`;
  if (secondsPerStep === undefined || step >= steps) return at;
  return `${at}, ${durationText((steps - step) * secondsPerStep)} left at most`;
}

export function durationText(seconds: number): string {
  if (seconds < 0.95) return 'a second';
  if (seconds < 90) return `${Math.ceil(seconds)}\u00a0s`;
  return `${Math.ceil(seconds / 60)}\u00a0min`;
}

/** What is said of a training that is over. */
export function outcomeWords(
  run: TrainingRun,
  { bestStep, isFinished }: { readonly bestStep: number; readonly isFinished: boolean },
): string {
  if (isFinished && run.step === 0) {
    return 'These particles stand in nothing but noise: their mean and their neighbours tell all there is, and no step was taken.';
  }
  if (bestStep === 0) {
    return 'No step made it better: the network and the mean particle together, as they were before the first.';
  }
  return bestStep < run.step
    ? `Best after ${bestStep} of ${run.step} steps; that one is kept.`
    : `After ${run.step} steps.`;
}

/** "Trained on 52 picks, 21:04": letters that any file and any program takes. */
export function modelNameFor(labels: number, now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `Trained on ${counted(labels, 'pick')}, ${two(now.getHours())}:${two(now.getMinutes())}`;
}
