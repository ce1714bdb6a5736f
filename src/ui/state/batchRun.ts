import { type Accessor, createSignal } from 'solid-js';
import { CryoliteError, isAbort, messageOf } from '../../core/errors.ts';
import type { JobOptions, Progress } from '../../core/progress.ts';
import {
  type BatchItem,
  type BatchPlan,
  begun,
  countStates,
  failed,
  finished,
  nextWaiting,
  triesAgain,
  waitingAgain,
} from '../../dataset/batch/queue.ts';
import type { BatchResult } from '../../dataset/batch/results.ts';
import type { BatchFolder } from '../../platform/browser/batchFolder.ts';
import type { BatchKeeping } from './batchKeeping.ts';

/** What is under way. */
export interface CurrentItem {
  readonly place: number;
  /** By the page's clock, milliseconds. */
  readonly startedAt: number;
  readonly progress: Progress | undefined;
}

/** Does all steps of one micrograph. @param next which will be done after it, as far as it is known. */
export type ProcessItem = (
  plan: BatchPlan,
  item: BatchItem,
  folder: BatchFolder | undefined,
  options: JobOptions,
  next: () => BatchItem | undefined,
) => Promise<BatchResult>;

export interface BatchRunDependencies {
  readonly keeping: BatchKeeping;
  /** Whether the micrograph's file is in the list now. */
  readonly isThere: (item: BatchItem) => boolean;
  readonly process: ProcessItem;
  readonly onDone: (item: BatchItem, result: BatchResult) => void;
  /** @throws CryoliteError where the session is another tab's. */
  readonly checkOwn: () => void;
}

/** The walk through the queue: one micrograph after the other, each kept as soon as it is done. */
export interface BatchRun {
  readonly current: Accessor<CurrentItem | undefined>;
  /**
   * Does all that waits and is there. What concerns one micrograph is kept with it; what concerns all stops the walk.
   * @returns how many wait for their folder to be opened.
   */
  all(plan: BatchPlan, folder: BatchFolder | undefined, options: JobOptions): Promise<number>;
}

/** Codes of errors that the next micrograph would meet, too. */
const concernsAll: ReadonlySet<string> = new Set([
  ...['no-space', 'forbidden', 'batch-storage', 'not-kept', 'no-template', 'no-reference'],
]);
/** So many devices lost one after the other are no accident. */
const mostLosses = 3;
/** The worker's errors keep their sentence alone. */
const lostDevice = /GPU device was lost/;

export function createBatchRun(dependencies: BatchRunDependencies): BatchRun {
  const { keeping, isThere, process, onDone, checkOwn } = dependencies;
  const { items, put, want } = keeping;
  const [current, setCurrent] = createSignal<CurrentItem>();
  let losses = 0;

  const next = (): BatchItem | undefined => nextWaiting(items.filter(isThere));
  const settle = async (now: BatchItem, error: unknown, isCancelled: boolean): Promise<void> => {
    const sentence = messageOf(error);
    const isForAll = error instanceof CryoliteError && concernsAll.has(error.code);
    if (isCancelled || isAbort(error) || isForAll) {
      // It is no fault of this micrograph.
      await put([waitingAgain(now)]).catch(() => {});
      throw error;
    }
    const isLost = lostDevice.test(sentence);
    losses = isLost ? losses + 1 : 0;
    if (losses >= mostLosses) {
      await put([waitingAgain(now)]);
      throw new CryoliteError(
        'device-lost',
        `The GPU was lost ${losses} times one after the other, so the batch was paused: close other work on the GPU, then resume it.`,
      );
    }
    if (triesAgain(isLost, now.attempts)) await put([waitingAgain(now)]);
    else await put([failed(now, sentence.includes(now.name) ? sentence : `${now.name}: ${sentence}`)]);
  };
  const one = async (
    plan: BatchPlan,
    item: BatchItem,
    folder: BatchFolder | undefined,
    { signal, onProgress }: JobOptions,
  ): Promise<void> => {
    const start = performance.now();
    const now = begun(item);
    await put([now]);
    const report = (progress: Progress): void => {
      setCurrent({ place: item.place, startedAt: start, progress });
      const { all, done, failed: bad } = countStates(items);
      const share = progress.total > 0 ? progress.done / progress.total : 0;
      const stage = `${done + bad + 1} of ${all}, ${item.name}: ${progress.stage}`;
      onProgress?.({ stage, done: done + bad + Math.min(share, 0.99), total: all });
    };
    report({ stage: 'Opening', done: 0, total: 1 });
    try {
      const result = await process(plan, now, folder, { signal, onProgress: report }, next);
      signal?.throwIfAborted();
      checkOwn();
      const done = finished(now, result, (performance.now() - start) / 1000);
      await put([done]);
      losses = 0;
      onDone(done, result);
    } catch (error) {
      await settle(now, error, signal?.aborted ?? false);
    } finally {
      setCurrent(undefined);
    }
  };
  return {
    current,
    all: async (plan, folder, options) => {
      losses = 0;
      for (;;) {
        options.signal?.throwIfAborted();
        const item = next();
        if (item) {
          await want(true);
          await one(plan, { ...item }, folder, options);
          continue;
        }
        const { waiting } = countStates(items);
        if (waiting > 0) return waiting;
        await want(false);
        // One that landed while this was written is not left behind.
        if (!nextWaiting(items)) return 0;
      }
    },
  };
}
