import { type Accessor, createSignal } from 'solid-js';
import { isAbort } from '../../core/errors.ts';
import type { JobOptions, Progress } from '../../core/progress.ts';
import type { OpenedMicrograph } from '../../rpc/contract.ts';
import type { Notices } from './notices.ts';

export type TaskKind =
  | (
      | 'open'
      | 'list'
      | 'demo'
      | 'expose'
      | 'gain'
      | 'model'
      | 'filter'
      | 'trust'
      | 'pick'
      | 'train'
      | 'profile'
    )
  | ('defocus' | 'mask' | 'import' | 'export' | 'classes' | 'extract' | 'gallery' | 'reference')
  | ('batch' | 'judge' | 'session' | 'view');

export interface Task {
  readonly id: number;
  readonly kind: TaskKind;
  readonly label: string;
  /** The micrograph it works on, where that may not be the one on the screen. */
  readonly subject: OpenedMicrograph | undefined;
  readonly progress: Accessor<Progress | undefined>;
  cancel(): void;
}

export interface Tasks {
  readonly list: Accessor<readonly Task[]>;
  isRunning(kind: TaskKind): boolean;
  /**
   * Runs a long job with progress and a cancel button; a running one of the same kind is cancelled first.
   * @returns undefined when it was cancelled or failed; what failed is shown as a notice.
   */
  run<T>(
    kind: TaskKind,
    label: string,
    work: (options: JobOptions) => Promise<T>,
    subject?: OpenedMicrograph,
  ): Promise<T | undefined>;
  /** The same, but failures are the caller's. @throws what `work` throws, except for its cancellation. */
  runOrThrow<T>(
    kind: TaskKind,
    label: string,
    work: (options: JobOptions) => Promise<T>,
    subject?: OpenedMicrograph,
  ): Promise<T | undefined>;
  cancel(kind: TaskKind): void;
  cancelAll(): void;
}

/** Long jobs under way. */
export function createTasks(notices: Notices): Tasks {
  const [list, setList] = createSignal<readonly Task[]>([]);
  let next = 1;

  const cancel = (kind: TaskKind): void => {
    for (const task of list()) if (task.kind === kind) task.cancel();
  };
  const runOrThrow = async <T>(
    kind: TaskKind,
    label: string,
    work: (options: JobOptions) => Promise<T>,
    subject?: OpenedMicrograph,
  ): Promise<T | undefined> => {
    cancel(kind);
    const controller = new AbortController();
    const { signal } = controller;
    const [progress, setProgress] = createSignal<Progress>();
    const task: Task = { id: next++, kind, label, subject, progress, cancel: () => controller.abort() };
    setList((all) => [...all, task]);
    try {
      const result = await work({ signal, onProgress: (value) => setProgress(value) });
      return signal.aborted ? undefined : result;
    } catch (error) {
      if (signal.aborted || isAbort(error)) return undefined;
      throw error;
    } finally {
      setList((all) => all.filter((other) => other !== task));
    }
  };

  return {
    list,
    isRunning: (kind) => list().some((task) => task.kind === kind),
    runOrThrow,
    run: async (kind, label, work, subject) => {
      try {
        return await runOrThrow(kind, label, work, subject);
      } catch (error) {
        notices.failure(error);
        return undefined;
      }
    },
    cancel,
    cancelAll: () => {
      for (const task of list()) task.cancel();
    },
  };
}
