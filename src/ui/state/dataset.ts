import { type Accessor, batch, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import { gridTileLimits, type ListOrder } from '../../dataset/listView.ts';
import { type DatasetCounts, isUnpicked, orderedItems, wholeDataset } from './datasetOrder.ts';
import type { Library, LibraryItem } from './library.ts';
import { isLost } from './lost.ts';
import { createSelection, type Selection } from './selection.ts';

/** What is found out about items comes in many small pieces: the order follows them this much later, ms. */
const settleMilliseconds = 250;

/** The list of micrographs as it is looked at: filtered, sorted, with some of it selected. */
export interface Dataset {
  readonly view: Accessor<ListOrder>;
  change(change: Partial<ListOrder>): void;
  /** Shows everything; the order stays. */
  showAll(): void;
  /** Whether something is filtered out by the view. */
  readonly isFiltered: Accessor<boolean>;
  /** Keys, in the order shown. */
  readonly shown: Accessor<readonly string[]>;
  readonly counts: Accessor<DatasetCounts>;
  /** The size that more than half of the micrographs have, where it is known of three at least. */
  readonly usualSize: Accessor<LibraryItem['size']>;
  /** Whether they lie in more than one folder. */
  readonly hasFolders: Accessor<boolean>;
  readonly selection: Selection<string>;
  /** Filters and sorts anew now. */
  refresh(): void;
  /** Width of the grid's tiles, CSS px. */
  readonly tilePx: Accessor<number>;
  setTilePx(tilePx: number): void;
  /** Rows of the list with pictures, or without. */
  readonly hasPictures: Accessor<boolean>;
  setPictures(hasPictures: boolean): void;
}

/** CSS px; on a very large screen tiles start larger, so that some dozens fill it. */
function startingTilePx(): number {
  const width = typeof window === 'undefined' ? 0 : window.innerWidth;
  if (width >= 3400) return 320;
  return width >= 2400 ? 240 : 176;
}

/** Call inside a root. */
export function createDataset(library: Library): Dataset {
  const [view, setView] = createSignal(wholeDataset);
  const [tilePx, setTilePx] = createSignal(startingTilePx());
  const [hasPictures, setPictures] = createSignal(true);
  const [settled, setSettled] = createSignal(0);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const refresh = (): void => {
    clearTimeout(timer);
    timer = undefined;
    setSettled((count) => count + 1);
  };
  createEffect(
    on(library.version, () => {
      timer ??= setTimeout(refresh, settleMilliseconds);
    }),
  );
  onCleanup(() => clearTimeout(timer));

  const shown = createMemo(
    (): readonly string[] => {
      settled();
      // Files that come and go are felt at once.
      void library.items.length;
      return orderedItems(library.plain(), view()).map(({ key }) => key);
    },
    [],
    { equals: isSameList },
  );
  const selection = createSelection(shown);
  const counts = createMemo(
    (): DatasetCounts => {
      settled();
      void library.items.length;
      let [accepted, rejected, unpicked, lost] = [0, 0, 0, 0];
      for (const item of library.plain()) {
        if (item.acceptance === 'accepted') accepted++;
        else if (item.acceptance === 'rejected') rejected++;
        if (isUnpicked(item)) unpicked++;
        if (isLost(item)) lost++;
      }
      return { all: library.plain().length, shown: shown().length, accepted, rejected, unpicked, lost };
    },
    undefined,
    { equals: isSameCounts },
  );
  const usualSize = createMemo(
    () => {
      settled();
      return commonSize(library.plain());
    },
    undefined,
    { equals: (a, b) => a?.width === b?.width && a?.height === b?.height },
  );
  const hasFolders = createMemo(() => {
    void library.items.length;
    const first = library.plain()[0]?.folder;
    return library.plain().some(({ folder }) => folder !== first);
  });
  return {
    view,
    change: (change) => setView((before) => ({ ...before, ...change })),
    showAll: () => setView(({ sort, isReversed }) => ({ ...wholeDataset, sort, isReversed })),
    isFiltered: () => view().text.trim() !== '' || view().acceptance !== 'all',
    shown,
    counts,
    usualSize,
    hasFolders,
    selection,
    refresh: () => batch(refresh),
    tilePx,
    setTilePx: (next) => setTilePx(Math.min(gridTileLimits.max, Math.max(gridTileLimits.min, next))),
    hasPictures,
    setPictures,
  };
}

/** The size of more than half of those whose size is known; undefined where there are fewer than three. */
export function commonSize(items: readonly Pick<LibraryItem, 'size'>[]): LibraryItem['size'] {
  const counts = new Map<string, { readonly size: LibraryItem['size']; count: number }>();
  let known = 0;
  for (const { size } of items) {
    if (!size) continue;
    known++;
    const name = `${size.width}/${size.height}`;
    const entry = counts.get(name) ?? { size, count: 0 };
    entry.count++;
    counts.set(name, entry);
  }
  if (known < 3) return undefined;
  return [...counts.values()].find(({ count }) => 2 * count > known)?.size;
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}

function isSameCounts(a: DatasetCounts, b: DatasetCounts): boolean {
  return (
    a.all === b.all &&
    a.shown === b.shown &&
    a.accepted === b.accepted &&
    a.rejected === b.rejected &&
    a.unpicked === b.unpicked &&
    a.lost === b.lost
  );
}
