import { createEffect, on, onCleanup } from 'solid-js';
import { type ScoreLadder, scoreLadder } from '../../dataset/batch/results.ts';
import type { Pick as PickedParticle } from '../../dataset/picks.ts';
import type { SessionStore } from '../../platform/browser/sessions.ts';
import type { Autosave } from './autosave.ts';
import type { BatchQueue } from './batchQueue.ts';
import type { Document } from './document.ts';
import { candidatesOf } from './exportedPicks.ts';
import { onLeaving } from './leaving.ts';
import type { Parameters } from './parameters.ts';
import type { PicksState } from './picks.ts';

/** A change of picks on the screen is counted when the hand rests. */
const pauseMilliseconds = 500;

/** What counts of a micrograph, before the table knows. */
interface Seen {
  readonly fingerprint: string;
  readonly distinct: readonly PickedParticle[];
  readonly threshold: number;
}

export interface BatchEditsDependencies {
  readonly queue: Pick<BatchQueue, 'items' | 'change'>;
  readonly document: Pick<Document, 'opened'>;
  readonly picks: Pick<PicksState, 'distinct' | 'classes'>;
  readonly parameters: Parameters;
  readonly autosave: Pick<Autosave, 'onChanged'>;
  readonly store: Promise<Pick<SessionStore, 'load'>>;
}

/**
 * What is done by hand counts in the batch's table, too: on the screen, also where the user leaves at once, and in the gallery of
 * all; and so does which classes are hidden, since those go into no file. Call inside a root.
 */
export function followEdits({
  queue,
  document,
  picks,
  parameters,
  autosave,
  store,
}: BatchEditsDependencies): void {
  let seen: Seen | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = (): void => {
    clearTimeout(timer);
    const last = seen;
    seen = undefined;
    if (last) note(last);
  };
  const note = ({ fingerprint, distinct, threshold }: Seen): void => {
    const item = queue.items.find(({ result }) => result?.fingerprint === fingerprint);
    const { result } = item ?? {};
    if (!item || !result?.ladder || item.state !== 'done') return;
    const ladder = scoreLadder(distinct);
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
  const isOnScreen = (fingerprint: string): boolean => document.opened()?.fingerprint === fingerprint;
  const countAnew = async (fingerprint: string): Promise<void> => {
    const result = queue.items.find((item) => item.result?.fingerprint === fingerprint)?.result;
    const left = result && (await (await store).load(fingerprint));
    // The screen counts for itself, and is newer than what was saved.
    if (!left || isOnScreen(fingerprint)) return;
    const distinct = candidatesOf(left, result).filter((pick) => !picks.classes.isHidden(pick));
    note({ fingerprint, distinct, threshold: left.parameters.threshold });
  };
  let walks = 0;
  const countAllAnew = async (): Promise<void> => {
    const own = ++walks;
    for (const { result } of [...queue.items]) {
      // Another class was hidden or shown meanwhile: that walk counts for both.
      if (own !== walks) return;
      if (result?.ladder) await countAnew(result.fingerprint).catch(() => {});
    }
  };
  createEffect(
    on(
      () => [...picks.classes.hidden()].sort().join(' '),
      () => void countAllAnew(),
      { defer: true },
    ),
  );
  // What can't be read now is read when it is exported.
  autosave.onChanged((fingerprint) => void countAnew(fingerprint).catch(() => {}));
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
