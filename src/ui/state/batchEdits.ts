import { createEffect, on, onCleanup } from 'solid-js';
import { type ScoreLadder, scoreLadder } from '../../dataset/batch/results.ts';
import type { Pick as PickedParticle } from '../../dataset/picks.ts';
import type { BatchQueue } from './batchQueue.ts';
import type { Document } from './document.ts';
import { onLeaving } from './leaving.ts';
import type { Parameters } from './parameters.ts';
import type { PicksState } from './picks.ts';

/** A change of picks on the screen is counted when the hand rests. */
const pauseMilliseconds = 500;

/** What the screen shows of a micrograph, before the table knows. */
interface Seen {
  readonly fingerprint: string;
  readonly distinct: readonly PickedParticle[];
  readonly threshold: number;
}

export interface BatchEditsDependencies {
  readonly queue: Pick<BatchQueue, 'items' | 'change'>;
  readonly document: Pick<Document, 'opened'>;
  readonly picks: Pick<PicksState, 'distinct'>;
  readonly parameters: Parameters;
}

/** What is done by hand on the screen counts in the batch's table, too, also where the user leaves at once. Call inside a root. */
export function followEdits({ queue, document, picks, parameters }: BatchEditsDependencies): void {
  let seen: Seen | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = (): void => {
    clearTimeout(timer);
    const last = seen;
    seen = undefined;
    const item = last && queue.items.find(({ result }) => result?.fingerprint === last.fingerprint);
    const { result } = item ?? {};
    if (!last || !item || !result?.ladder || item.state !== 'done') return;
    const ladder = scoreLadder(last.distinct);
    const { threshold } = last;
    if (result.threshold === threshold && isSame(result.ladder, ladder)) return;
    void queue.change([{ ...item, result: { ...result, ladder, threshold } }]);
  };
  createEffect(
    on(
      [() => document.opened()?.fingerprint, picks.distinct, () => parameters.values.threshold],
      ([fingerprint, distinct, threshold]) => {
        // Of the micrograph before: what came after is another's.
        if (seen && seen.fingerprint !== fingerprint) write();
        clearTimeout(timer);
        if (fingerprint === undefined) return;
        seen = { fingerprint, distinct, threshold };
        timer = setTimeout(write, pauseMilliseconds);
      },
      { defer: true },
    ),
  );
  onLeaving(write);
  onCleanup(() => clearTimeout(timer));
}

function isSame(a: ScoreLadder, b: ScoreLadder): boolean {
  return (
    a.fixed === b.fixed &&
    a.scores.length === b.scores.length &&
    a.scores.every((score, i) => score === b.scores[i])
  );
}
