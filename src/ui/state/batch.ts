import { createEffect, createMemo, on } from 'solid-js';
import { messageOf } from '../../core/errors.ts';
import { type BatchItem, countStates, newItem } from '../../dataset/batch/queue.ts';
import { picksAbove } from '../../dataset/batch/results.ts';
import {
  type BatchFolder,
  chooseBatchFolder,
  reopenBatchFolder,
} from '../../platform/browser/batchFolder.ts';
import { type BatchStore, holdBatch } from '../../platform/browser/batchStore.ts';
import type { SessionStore } from '../../platform/browser/sessions.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { Autosave } from './autosave.ts';
import { createAhead } from './batchAhead.ts';
import { followEdits } from './batchEdits.ts';
import { type BatchExport, createBatchExport } from './batchExport.ts';
import { type BatchItemDependencies, processItem } from './batchItem.ts';
import type { BatchMethodsDependencies } from './batchMethods.ts';
import { type BatchDraft, createBatchDraft } from './batchPlan.ts';
import { type BatchQueue, createBatchQueue } from './batchQueue.ts';
import { type BatchResults, createBatchResults } from './batchResults.ts';
import { itemsInScope } from './batchScope.ts';
import { type BatchSearchDependencies, createBatchSearch } from './batchSearch.ts';
import { leftWords } from './batchWords.ts';
import type { Gain } from './gain.ts';
import type { Keeping } from './keeping.ts';
import { itemPath, type Library, type LibraryItem } from './library.ts';
import { isLost, leftOutWords, noteLost } from './lost.ts';
import type { Matching } from './matching.ts';
import type { Models } from './models.ts';
import type { Notices } from './notices.ts';
import type { Parameters } from './parameters.ts';
import { presentPlaces } from './presentPlaces.ts';
import type { Selection } from './selection.ts';
import type { Tasks } from './tasks.ts';

export interface BatchDependencies
  extends Omit<BatchItemDependencies, 'search' | 'ahead'>,
    BatchMethodsDependencies,
    Omit<BatchSearchDependencies, 'keyOf'> {
  readonly compute: ComputeClient;
  readonly gain: Gain;
  readonly library: Library;
  readonly matching: Matching;
  readonly models: Models;
  readonly store: Promise<SessionStore>;
  readonly parameters: Parameters;
  readonly autosave: Pick<Autosave, 'change' | 'changeParameters' | 'flush' | 'onChanged'>;
  readonly tasks: Tasks;
  readonly notices: Notices;
  readonly batches: Promise<BatchStore>;
  readonly keeping: Pick<Keeping, 'state'>;
  /** What is selected of the list. */
  readonly selection: Pick<Selection<string>, 'chosen'>;
}

/** The work on many micrographs: what is to be done, how far it is, and what came out. */
export interface Batch {
  readonly draft: BatchDraft;
  readonly queue: BatchQueue;
  readonly results: BatchResults;
  readonly exports: BatchExport;
  /** Of its micrograph in the list; undefined where its folder is not open. */
  keyOf(item: BatchItem): string | undefined;
  /** The micrographs that the next batch would take. */
  candidates(): readonly LibraryItem[];
  /** How many more it would take if their files could be found. */
  lost(): number;
  /** "about 4 min left": of what can be done, as far as is known; the others are counted apart. @param runningSeconds so far, of the one under way. */
  leftWords(runningSeconds: number): string;
  /** Asks for a folder where pictures or stacks are to be written, and begins. */
  start(): Promise<void>;
  /**
   * Puts micrographs at the end of the queue, as those that land in a watched folder. Where there is no batch one begins that picks:
   * pictures and stacks need a folder, which only a click can ask for.
   */
  append(keys: readonly string[]): Promise<void>;
  /** On start: a batch that a closed tab has left goes on, as soon as its micrographs are in the list again. */
  restore(): Promise<void>;
}

export function createBatch(dependencies: BatchDependencies): Batch {
  const { library, notices, batches, selection } = dependencies;
  const { keeping, tasks, store } = dependencies;
  const draft = createBatchDraft(dependencies);
  const isElsewhere = (): boolean => ['elsewhere', 'taken'].includes(keeping.state().kind);
  /** By folder and name: a folder that was opened anew, not again, is another source. */
  const keyOf = (item: Pick<BatchItem, 'key' | 'name' | 'folder'>): string | undefined =>
    library.file(item.key) ? item.key : library.keyAt(itemPath(item));
  const here = (item: BatchItem): BatchItem => ({ ...item, key: keyOf(item) ?? item.key });
  const isThere = (item: Pick<BatchItem, 'key' | 'name' | 'folder'>): boolean => {
    const found = library.find(keyOf(item));
    return found !== undefined && !isLost(found);
  };
  const search = createBatchSearch({ ...dependencies, keyOf });
  const ahead = createAhead(dependencies);
  const queue = createBatchQueue({
    ...dependencies,
    store: batches,
    hold: holdBatch,
    refusal: () =>
      isElsewhere()
        ? 'Another tab has this session, and its batches run there: take the session over to run them here.'
        : undefined,
    reopenFolder: reopenBatchFolder,
    isThere,
    process: (plan, item, folder, options, next) =>
      processItem({ ...dependencies, search, ahead }, plan, here(item), folder, options, () => {
        const after = next();
        return after && here(after);
      }).catch((error: unknown) => {
        noteLost(library, here(item).key, messageOf(error), dependencies.document.opened()?.fingerprint);
        throw error;
      }),
    onStop: ahead.drop,
    onDone: (item, { ladder, threshold, quality, defocusAngstrom, fingerprint, width, height }) => {
      const pickCount = ladder && picksAbove(ladder, threshold ?? 0);
      library.update(keyOf(item) ?? item.key, {
        ...(pickCount !== undefined && { pickCount }),
        ...(quality && { quality }),
        ...(defocusAngstrom !== undefined && { defocusAngstrom }),
        ...{ fingerprint, size: { width, height } },
      });
    },
  });
  const results = createBatchResults({ ...dependencies, queue, keyOf });
  const exports = createBatchExport({
    ...{ ...dependencies, queue, results },
    places: () => {
      const placeOf = presentPlaces(library);
      return (item) => placeOf(keyOf(item)) ?? item;
    },
    isRejected: (item) => library.find(keyOf(item))?.acceptance === 'rejected',
  });

  const isDone = createMemo(
    () => new Set(queue.items.flatMap((item) => (item.state === 'done' ? [keyOf(item)] : []))),
  );
  const inScope = createMemo(() => {
    library.version();
    const done = isDone();
    return itemsInScope(draft.scope(), {
      library,
      selected: selection.chosen(),
      isDone: (key) => done.has(key),
    });
  });
  const chooseFolder = async (): Promise<BatchFolder | 'none' | undefined> => {
    const { sum, denoise, extract } = draft.steps;
    return sum || denoise || extract
      ? await chooseBatchFolder(folderName(new Date()), (await store).sessionId)
      : 'none';
  };

  followEdits({ ...dependencies, queue });
  // Whoever takes the session over goes on with the batch there.
  createEffect(on(isElsewhere, (isLost) => isLost && tasks.cancel('batch'), { defer: true }));
  /** Until a batch from before has gone on by itself, once. */
  let mayGoOn = false;
  createEffect(
    on(
      () => library.items.length,
      () => {
        if (!mayGoOn || queue.isRunning()) return;
        const isHere = queue.items.some((item) => item.state === 'waiting' && isThere(item));
        if (!isHere) return;
        mayGoOn = false;
        void queue.resume();
      },
    ),
  );

  return {
    draft,
    queue,
    results,
    exports,
    keyOf,
    candidates: () => inScope().there,
    lost: () => inScope().lost.length,
    leftWords: (runningSeconds) => leftWords(queue.items, isThere, runningSeconds),
    start: async () => {
      const { there: wanted, lost } = inScope();
      if (draft.problem() !== undefined || wanted.length === 0) return;
      try {
        const plan = draft.plan();
        const folder = await chooseFolder();
        if (folder === undefined) return;
        mayGoOn = false;
        results.setThreshold(undefined);
        if (lost.length > 0) notices.info(leftOutWords(lost.length));
        await queue.start(
          plan,
          wanted.map(({ key, name, folder: above }, place) => newItem({ key, name, folder: above }, place)),
          folder === 'none' ? undefined : folder,
        );
      } catch (error) {
        notices.failure(error);
      }
    },
    append: async (keys) => {
      const wanted = keys.flatMap((key) => {
        const item = library.find(key);
        return item ? [{ key, name: item.name, folder: item.folder }] : [];
      });
      if (queue.batch()) return await queue.append(wanted);
      // What a method needs may be missing now; the network needs nothing.
      const isFit = draft.methods.problemOf(draft.parameters().method) === undefined;
      const plan = draft.plan(isFit ? undefined : 'cnn');
      const steps = { sum: false, denoise: false, pick: true, extract: false };
      await queue.start({ ...plan, steps }, wanted.map(newItem), undefined);
    },
    restore: async () => {
      await queue.restore();
      if (countStates(queue.items).waiting === 0) return;
      mayGoOn = !isElsewhere() && (queue.batch()?.isWanted ?? false);
      if (mayGoOn && library.items.length > 0) {
        mayGoOn = false;
        await queue.resume();
      }
    },
  };
}

/** Without blanks, which RELION's STAR files do not like: "cryolite_batch_20261123_0412". */
export function folderName(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `cryolite_batch_${day}_${two(now.getHours())}${two(now.getMinutes())}`;
}
