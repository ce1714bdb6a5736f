import { type Accessor, createSignal, batch as together } from 'solid-js';
import { createStore, unwrap } from 'solid-js/store';
import { CryoliteError } from '../../core/errors.ts';
import { afterReload, type BatchItem } from '../../dataset/batch/queue.ts';
import type { BatchRecord, BatchStore } from '../../platform/browser/batchStore.ts';

/** The last batch and its items, on the page and in the browser's storage. */
export interface BatchKeeping {
  readonly items: readonly BatchItem[];
  readonly record: Accessor<BatchRecord | undefined>;
  /** As plain data, which can be stored. */
  plainItems(): BatchItem[];
  /** Puts a batch on the page. */
  show(record: BatchRecord | undefined, items: readonly BatchItem[]): void;
  /** The same, and keeps it. @throws CryoliteError 'batch-storage', as all that keep something. */
  begin(record: BatchRecord, items: readonly BatchItem[]): Promise<void>;
  /** Changes items, or adds them, at their places. */
  put(changed: readonly BatchItem[]): Promise<void>;
  /** Whether the batch is to run, also after a reload. */
  want(isWanted: boolean): Promise<void>;
  forget(): Promise<void>;
  /** On start: the batch as it was left. */
  restore(): Promise<void>;
}

/** @param isElsewhere whether the session is another tab's: what that tab keeps must not be told it by this one. */
export function createBatchKeeping(store: Promise<BatchStore>, isElsewhere: () => boolean): BatchKeeping {
  const [items, setItems] = createStore<BatchItem[]>([]);
  const [record, setRecord] = createSignal<BatchRecord>();

  const keep = async (work: (kept: BatchStore) => Promise<void>): Promise<void> => {
    try {
      await work(await store);
    } catch (cause) {
      throw new CryoliteError(
        'batch-storage',
        'The browser’s storage is full or refused, so the batch can’t keep what it finds: make room, then resume it.',
        { cause },
      );
    }
  };
  const show = (next: BatchRecord | undefined, all: readonly BatchItem[]): void => {
    together(() => {
      setRecord(next);
      setItems([]);
      setItems([...all]);
    });
  };
  return {
    items,
    record,
    plainItems: () => items.map((item) => unwrap({ ...item })),
    show,
    begin: async (next, all) => {
      show(next, all);
      await keep((kept) => kept.begin(next, all));
    },
    put: async (observed) => {
      // What is observed can't be stored.
      const changed = observed.map((item) => unwrap({ ...item }));
      together(() => {
        for (const item of changed) setItems(item.place, item);
      });
      const id = record()?.id;
      if (id === undefined || isElsewhere()) return;
      await keep((kept) => kept.saveItems(id, changed));
    },
    want: async (isWanted) => {
      const now = record();
      if (!now || now.isWanted === isWanted) return;
      const next = { ...now, isWanted };
      setRecord(next);
      if (!isElsewhere()) await keep((kept) => kept.saveBatch(next));
    },
    forget: async () => {
      show(undefined, []);
      await (await store).forget();
    },
    restore: async () => {
      const left = await (await store).load();
      if (left) show(left.batch, afterReload(left.items));
    },
  };
}
