import { type Accessor, createSignal } from 'solid-js';
import { CryoliteError, messageOf } from '../../core/errors.ts';
import {
  type BatchItem,
  type BatchPlan,
  newItem,
  nextWaiting,
  waitingAgain,
} from '../../dataset/batch/queue.ts';
import type { BatchResult } from '../../dataset/batch/results.ts';
import type { BatchFolder } from '../../platform/browser/batchFolder.ts';
import type { BatchRecord, BatchStore } from '../../platform/browser/batchStore.ts';
import { createBatchKeeping } from './batchKeeping.ts';
import { type CurrentItem, createBatchRun, type ProcessItem } from './batchRun.ts';
import type { Notices } from './notices.ts';
import type { Tasks } from './tasks.ts';

export interface BatchQueueDependencies {
  readonly store: Promise<BatchStore>;
  readonly tasks: Tasks;
  readonly notices: Notices;
  /** The right to run, which one tab has at a time; undefined where another has it. */
  readonly hold: () => Promise<(() => void) | undefined>;
  /** Why nothing may be done here, in a sentence: the session is another tab's. */
  readonly refusal: () => string | undefined;
  /** The folder of a batch from before. @param asks whether the user may be asked. */
  readonly reopenFolder: (
    handle: FileSystemDirectoryHandle,
    asks: boolean,
  ) => Promise<BatchFolder | undefined>;
  /** Whether the micrograph's file is in the list now. */
  readonly isThere: (item: BatchItem) => boolean;
  readonly process: ProcessItem;
  readonly onDone: (item: BatchItem, result: BatchResult) => void;
  /** Nothing comes next for now. */
  readonly onStop: () => void;
}

/** The queue of the last batch: one micrograph at a time, each kept as soon as it is done. */
export interface BatchQueue {
  readonly items: readonly BatchItem[];
  readonly batch: Accessor<BatchRecord | undefined>;
  readonly folder: Accessor<BatchFolder | undefined>;
  readonly isRunning: Accessor<boolean>;
  readonly current: Accessor<CurrentItem | undefined>;
  /** Why it stands still though there is something to do, in a sentence. */
  readonly halt: Accessor<string | undefined>;
  /** A new batch in place of the one before; it begins at once. */
  start(plan: BatchPlan, items: readonly BatchItem[], folder: BatchFolder | undefined): Promise<void>;
  /** @param asks whether the user may be asked for the folder, which needs a click. */
  resume(asks?: boolean): Promise<void>;
  /** Stops what is under way; it is done anew later. */
  pause(): Promise<void>;
  retry(place: number): Promise<void>;
  retryFailed(): Promise<void>;
  /** Puts more micrographs at the end of the queue, and goes on where it runs or had come to its end. */
  append(items: readonly Pick<BatchItem, 'key' | 'name' | 'folder'>[]): Promise<void>;
  /** Changes what is known of some, and keeps it. */
  change(changed: readonly BatchItem[]): Promise<void>;
  /** Forgets the queue; what was found and written stays. */
  clear(): Promise<void>;
  /** What `clear` forgot comes back; undefined where nothing was. */
  readonly undoClear: Accessor<(() => Promise<void>) | undefined>;
  /** On start: the last batch as it was left. Nothing runs yet. */
  restore(): Promise<void>;
}

export function createBatchQueue(dependencies: BatchQueueDependencies): BatchQueue {
  const { store, tasks, notices, hold, refusal, reopenFolder, isThere, onStop } = dependencies;
  const [folder, setFolder] = createSignal<BatchFolder>();
  const [isRunning, setRunning] = createSignal(false);
  const [halt, setHalt] = createSignal<string>();
  const [undoClear, setUndoClear] = createSignal<() => Promise<void>>();
  const keeping = createBatchKeeping(store, () => refusal() !== undefined);
  const { items, record, put, want } = keeping;
  const checkOwn = (): void => {
    const reason = refusal();
    if (reason !== undefined) throw new CryoliteError('not-kept', reason);
  };
  const walk = createBatchRun({ ...dependencies, keeping, checkOwn });

  /** @returns whether files can be written, where the batch writes any. */
  const hasFolder = async (asks: boolean): Promise<boolean> => {
    const { folder: handle, plan } = record() ?? {};
    if (folder()) return true;
    if (!handle) {
      const { sum, denoise, extract } = plan?.steps ?? {};
      const writes = Boolean(sum || denoise || extract);
      if (writes) {
        setHalt(
          'The batch came with a session file and has no folder to write into here: what it found is kept; start a new batch for the rest.',
        );
      }
      return !writes;
    }
    const opened = await reopenFolder(handle, asks);
    if (opened) setFolder(opened);
    else setHalt(`The batch writes into ${handle.name}, which needs your permission: press Resume.`);
    return opened !== undefined;
  };
  const run = async (asks = false): Promise<void> => {
    const now = record();
    if (!now || isRunning() || !nextWaiting(items)) return;
    setRunning(true);
    setHalt(undefined);
    let release: (() => void) | undefined;
    try {
      checkOwn();
      if (!(await hasFolder(asks))) return;
      release = await hold();
      if (!release) {
        setHalt('A batch runs in another tab: pause it there to run this one here.');
        return;
      }
      await want(true);
      const missing = await tasks.runOrThrow('batch', 'Batch', (options) =>
        walk.all(now.plan, folder(), options),
      );
      if (missing) setHalt(missingWords(missing));
      // Cancelled at the foot of the page: that is a pause.
      if (missing === undefined) {
        setHalt(refusal());
        await want(false);
      }
    } catch (error) {
      setHalt(messageOf(error));
      notices.failure(error);
      await want(false).catch(() => {});
    } finally {
      onStop();
      release?.();
      setRunning(false);
    }
  };
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      notices.failure(error);
    }
  };
  /** The loop sees at its next step that it is to stop; until then nothing else may begin. */
  const stop = async (): Promise<void> => {
    while (isRunning()) {
      // Again and again: it may still be asking for its folder, and begin after that.
      tasks.cancel('batch');
      await new Promise((done) => setTimeout(done, 20));
    }
  };
  const again = (wanted: readonly BatchItem[]): Promise<void> =>
    attempt(async () => {
      await put(wanted.map((item) => waitingAgain({ ...item })));
      await run(true);
    });

  return {
    items,
    batch: record,
    folder,
    isRunning,
    current: walk.current,
    halt,
    undoClear,
    start: (plan, wanted, into) =>
      attempt(async () => {
        checkOwn();
        await stop();
        const next: BatchRecord = {
          id: crypto.randomUUID(),
          plan,
          isWanted: true,
          folder: into?.handle,
          startedAt: Date.now(),
        };
        setUndoClear(undefined);
        setFolder(into);
        setHalt(undefined);
        await keeping.begin(next, wanted);
        await run();
      }),
    resume: (asks) => attempt(() => run(asks)),
    pause: () =>
      attempt(async () => {
        await stop();
        await want(false);
      }),
    retry: async (place) => {
      const item = items[place];
      if (item && item.state !== 'running') await again([item]);
    },
    retryFailed: () => again(items.filter(({ state }) => state === 'failed')),
    append: (wanted) =>
      attempt(async () => {
        checkOwn();
        const known = new Set(items.map(({ key }) => key));
        const fresh = wanted
          .filter(({ key }) => !known.has(key))
          .map((one, i) => newItem(one, items.length + i));
        if (fresh.length === 0) return;
        const isIdle = !isRunning() && !nextWaiting(items.filter(isThere));
        await put(fresh);
        if (isIdle) await run();
      }),
    change: (changed) => attempt(() => put(changed)),
    clear: () =>
      attempt(async () => {
        checkOwn();
        await stop();
        const [gone, left, into] = [record(), keeping.plainItems(), folder()];
        setHalt(undefined);
        setFolder(undefined);
        await keeping.forget();
        if (!gone) return;
        setUndoClear(
          () => () =>
            attempt(async () => {
              setUndoClear(undefined);
              setFolder(into);
              await keeping.begin({ ...gone, isWanted: false }, left);
            }),
        );
      }),
    restore: () => attempt(keeping.restore),
  };
}

function missingWords(missing: number): string {
  const what = missing === 1 ? '1 micrograph of the batch is' : `${missing} micrographs of the batch are`;
  return `${what} not in the list or can’t be found: open the folder again, then resume.`;
}
