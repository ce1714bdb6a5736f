import { type Accessor, createMemo, createSignal } from 'solid-js';
import { type BatchItem, median } from '../../dataset/batch/queue.ts';
import {
  type MergedHistogram,
  meanScoreAbove,
  mergedHistogram,
  picksAbove,
  type ScoreLadder,
} from '../../dataset/batch/results.ts';
import type { Autosave } from './autosave.ts';
import type { BatchQueue } from './batchQueue.ts';
import type { Document } from './document.ts';
import type { Library } from './library.ts';
import type { Notices } from './notices.ts';
import type { Parameters } from './parameters.ts';
import type { PicksState } from './picks.ts';
import type { Tasks } from './tasks.ts';

export type BatchColumn =
  | 'place'
  | 'name'
  | 'state'
  | 'picks'
  | 'score'
  | 'diameter'
  | 'quality'
  | 'defocus'
  | 'seconds';

/** What is known of all micrographs of a batch together. */
export interface BatchResults {
  /** Tried over all micrographs; undefined: each has its own. */
  readonly threshold: Accessor<number | undefined>;
  setThreshold(threshold: number | undefined): void;
  /** The median of what they have, to begin with; undefined where none is picked. */
  readonly usualThreshold: Accessor<number | undefined>;
  /** Picks that show on all micrographs at that threshold. */
  readonly total: Accessor<number>;
  readonly picked: Accessor<number>;
  readonly histogram: Accessor<MergedHistogram | undefined>;
  picksOf(item: BatchItem): number | undefined;
  scoreOf(item: BatchItem): number | undefined;
  /** Whether it was picked with a diameter that the user has set on it, and not with the plan's. */
  hasOwnDiameter(item: BatchItem): boolean;
  /** How many were. */
  readonly ownDiameters: Accessor<number>;
  /** That counts for it now. */
  thresholdOf(item: BatchItem): number | undefined;
  readonly sortedBy: Accessor<{ readonly column: BatchColumn; readonly isDown: boolean }>;
  /** A second time turns the order round. */
  sortBy(column: BatchColumn): void;
  /** In the order of the table. */
  readonly rows: Accessor<readonly BatchItem[]>;
  /** Makes the tried threshold that of every micrograph. */
  apply(): Promise<void>;
  /** Takes the last `apply` back; undefined where there is none. */
  readonly undoApply: Accessor<(() => Promise<void>) | undefined>;
}

export interface BatchResultsDependencies {
  readonly queue: BatchQueue;
  readonly document: Document;
  readonly parameters: Parameters;
  readonly picks: PicksState;
  readonly library: Library;
  /** Of its micrograph in the list as it is now: a folder that was opened anew is another source. */
  readonly keyOf: (item: BatchItem) => string | undefined;
  readonly autosave: Pick<Autosave, 'change' | 'changeParameters' | 'flush'>;
  readonly tasks: Tasks;
  readonly notices: Notices;
}

const bins = 60;
const stateOrder = { running: 0, failed: 1, waiting: 2, done: 3 } as const;

export function createBatchResults(dependencies: BatchResultsDependencies): BatchResults {
  const { queue, document, parameters, picks, library, keyOf, autosave, tasks, notices } = dependencies;
  const [threshold, setThreshold] = createSignal<number>();
  const [sortedBy, setSortedBy] = createSignal({ column: 'place' as BatchColumn, isDown: false });
  const [undoApply, setUndoApply] = createSignal<() => Promise<void>>();

  /** Those that are picked, with their scores: read once a change of the queue, not at every move of the slider. */
  const scored = createMemo(() =>
    queue.items.flatMap(({ result }) => {
      const ladder = result?.ladder;
      return ladder ? [{ ladder: plain(ladder), own: result.threshold }] : [];
    }),
  );
  const total = createMemo(() => {
    const wanted = threshold();
    let sum = 0;
    for (const { ladder, own } of scored()) sum += picksAbove(ladder, wanted ?? own ?? 0);
    return sum;
  });
  const thresholdOf = ({ result }: BatchItem): number | undefined => threshold() ?? result?.threshold;
  const picksOf = (item: BatchItem): number | undefined => {
    const ladder = item.result?.ladder;
    return ladder && picksAbove(ladder, thresholdOf(item) ?? 0);
  };
  const scoreOf = (item: BatchItem): number | undefined => {
    const ladder = item.result?.ladder;
    return ladder && meanScoreAbove(ladder, thresholdOf(item) ?? 0);
  };
  const hasOwnDiameter = ({ result }: BatchItem): boolean => {
    const plan = queue.batch()?.plan;
    return (
      plan?.steps.pick === true &&
      result !== undefined &&
      result.diameterAngstrom !== plan.parameters.diameterAngstrom
    );
  };
  const figureOf = (item: BatchItem, column: BatchColumn): number | string | undefined => {
    switch (column) {
      case 'place':
        return item.place;
      case 'name':
        return item.name;
      case 'state':
        return stateOrder[item.state];
      case 'picks':
        return picksOf(item);
      case 'score':
        return scoreOf(item);
      case 'diameter':
        return item.result?.diameterAngstrom;
      case 'quality':
        return item.result?.quality?.score;
      case 'defocus':
        return item.result?.defocusAngstrom;
      case 'seconds':
        return item.seconds;
    }
  };
  const rows = createMemo((): readonly BatchItem[] => {
    const { column, isDown } = sortedBy();
    if (column === 'place' && !isDown) return [...queue.items];
    const keyed = queue.items.map((item) => ({ item, value: figureOf(item, column) }));
    const sign = isDown ? -1 : 1;
    // What is not known is last, in whatever order.
    keyed.sort((a, b) => {
      if (a.value === undefined || b.value === undefined)
        return Number(a.value === undefined) - Number(b.value === undefined) || a.item.place - b.item.place;
      return sign * compare(a.value, b.value) || a.item.place - b.item.place;
    });
    return keyed.map(({ item }) => item);
  });

  const setOne = async (item: BatchItem, next: number): Promise<BatchItem | undefined> => {
    const { result } = item;
    if (!result?.ladder) return undefined;
    const { fingerprint } = result;
    if (document.opened()?.fingerprint === fingerprint) {
      parameters.set({ threshold: next });
      await autosave.flush();
    } else if (picks.isKnown(fingerprint)) await autosave.change(fingerprint, { threshold: next });
    else if (!(await autosave.changeParameters(fingerprint, { threshold: next }))) return undefined;
    library.update(keyOf(item) ?? item.key, { pickCount: picksAbove(result.ladder, next) });
    return { ...item, result: { ...result, threshold: next } };
  };
  const setAll = async (
    wanted: readonly { readonly item: BatchItem; readonly threshold: number }[],
  ): Promise<void> => {
    await tasks.run('export', 'Setting the threshold', async ({ signal, onProgress }) => {
      const changed: BatchItem[] = [];
      try {
        for (const [done, { item, threshold: next }] of wanted.entries()) {
          signal?.throwIfAborted();
          onProgress?.({ stage: `Setting the threshold of ${item.name}`, done, total: wanted.length });
          const one = await setOne(item, next);
          if (one) changed.push(one);
        }
      } finally {
        await queue.change(changed);
      }
    });
  };

  return {
    threshold,
    setThreshold,
    total,
    usualThreshold: createMemo(() => median(scored().flatMap(({ own }) => (own === undefined ? [] : [own])))),
    picked: () => scored().length,
    histogram: createMemo(() =>
      mergedHistogram(
        scored().map(({ ladder }) => ladder),
        bins,
      ),
    ),
    picksOf,
    scoreOf,
    hasOwnDiameter,
    ownDiameters: createMemo(() => queue.items.filter(hasOwnDiameter).length),
    thresholdOf,
    sortedBy,
    sortBy: (column) =>
      setSortedBy((before) => ({
        column,
        isDown: before.column === column ? !before.isDown : column !== 'place' && column !== 'name',
      })),
    rows,
    apply: async () => {
      const next = threshold();
      if (next === undefined) return;
      const before = queue.items.flatMap((item) =>
        item.result?.ladder && item.result.threshold !== undefined
          ? [{ place: item.place, threshold: item.result.threshold }]
          : [],
      );
      const itemsOf = (places: typeof before) =>
        places.flatMap(({ place, threshold: old }) => {
          const item = queue.items[place];
          return item ? [{ item, threshold: old }] : [];
        });
      await setAll(itemsOf(before.map(({ place }) => ({ place, threshold: next }))));
      setThreshold(undefined);
      setUndoApply(() => async () => {
        setUndoApply(undefined);
        await setAll(itemsOf(before));
      });
      notices.info(
        `${before.length} micrograph${before.length === 1 ? '' : 's'} now show picks with scores of ${Number(next.toPrecision(4))} and more.`,
      );
    },
    undoApply,
  };
}

/** Reading an observed array costs more than counting in it. */
function plain({ scores, sums, fixed }: ScoreLadder): ScoreLadder {
  return { scores, sums, fixed };
}

const collator = new Intl.Collator('en', { numeric: true });

function compare(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
}
