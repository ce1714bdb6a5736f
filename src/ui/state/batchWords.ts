/** What the batch says of itself. */
import {
  type BatchCounts,
  type BatchItem,
  type BatchItemState,
  secondsLeft,
} from '../../dataset/batch/queue.ts';

export const stateWords: Readonly<Record<BatchItemState, string>> = {
  waiting: 'Waiting',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
};

/** "4 min", "1 h 20 min": rounded up, as it is an estimate. */
export function durationWords(seconds: number): string {
  if (seconds < 10) return `${Math.max(1, Math.ceil(seconds))} s`;
  if (seconds < 90) return `${5 * Math.ceil(seconds / 5)} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  const rest = 10 * Math.round((minutes % 60) / 10);
  return rest === 60 ? `${hours + 1} h` : rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/**
 * "about 4 min left; 2 can’t be found": no time is counted for those whose files are not there.
 * @param runningSeconds that the one under way has taken so far.
 */
export function leftWords(
  items: readonly BatchItem[],
  isThere: (item: BatchItem) => boolean,
  runningSeconds: number,
): string {
  const reachable = items.filter((item) => item.state !== 'waiting' || isThere(item));
  const missing = items.length - reachable.length;
  const seconds = secondsLeft(reachable, runningSeconds);
  const left = seconds === undefined ? 'about to know how long' : `about ${durationWords(seconds)} left`;
  return missing > 0 ? `${left}; ${missing} can’t be found` : left;
}

/** "12 of 40 done, 1 failed". */
export function countWords({ all, done, failed }: BatchCounts): string {
  return `${done} of ${all} done${failed > 0 ? `, ${failed} failed` : ''}`;
}

/** ", 2 micrographs with their own": to be added to the diameter of the others. */
export function ownDiameterWords(count: number): string {
  if (count === 0) return '';
  return count === 1 ? ', 1 micrograph with its own' : `, ${count} micrographs with their own`;
}

/** A number as tables tell it; a dash where it is not known. */
export function figureWords(value: number | undefined, digits: number): string {
  return value === undefined ? '–' : value.toFixed(digits);
}

/** Thousands set apart. */
export function wholeWords(value: number): string {
  return value.toLocaleString('en');
}

/** Two digits behind the point for probabilities, one for σ. */
export function scoreDigits(max: number): number {
  return max <= 2 ? 2 : 1;
}
