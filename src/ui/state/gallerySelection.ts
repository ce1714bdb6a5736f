import { type Accessor, createMemo, createSignal } from 'solid-js';
import type { Pick } from '../../dataset/picks.ts';

/** Which picks of a gallery are chosen, and where its cursor is. What is not shown any more is not chosen. */
export interface GallerySelection {
  readonly chosen: Accessor<ReadonlySet<Pick>>;
  /** The same in the order shown. */
  readonly picks: Accessor<readonly Pick[]>;
  /** Where the keyboard is, a place in the order shown; undefined where nothing is. */
  readonly cursor: Accessor<number | undefined>;
  /** This one alone. */
  only(index: number): void;
  toggle(index: number): void;
  /** From where the last choice was made to here. */
  through(index: number): void;
  /** Several; beside what was chosen before where `adds`. */
  several(indices: readonly number[], adds: boolean): void;
  /** Picks, wherever they are. */
  these(picks: readonly Pick[]): void;
  /** From the cursor to the end. */
  below(): void;
  all(): void;
  clear(): void;
  /** What is chosen goes away: the cursor waits at the first place that is then free. */
  leave(): void;
}

const nothing: ReadonlySet<Pick> = new Set();

export function createGallerySelection(shown: Accessor<readonly Pick[]>): GallerySelection {
  const [marked, setMarked] = createSignal(nothing);
  const [anchor, setAnchor] = createSignal<Pick>();
  const [focus, setFocus] = createSignal<{ readonly pick: Pick | undefined; readonly index: number }>();
  const picks = createMemo(() => (marked().size === 0 ? [] : shown().filter((pick) => marked().has(pick))));
  const chosen = createMemo((): ReadonlySet<Pick> => new Set(picks()));
  const cursor = createMemo((): number | undefined => {
    const at = focus();
    if (!at || shown().length === 0) return undefined;
    const place = at.pick ? shown().indexOf(at.pick) : -1;
    return place >= 0 ? place : Math.min(at.index, shown().length - 1);
  });
  const moveTo = (index: number): void => {
    setFocus({ pick: shown()[index], index });
  };
  const choose = (set: Iterable<Pick>): void => {
    setMarked(new Set(set));
  };
  const range = (from: number, to: number): readonly Pick[] =>
    shown().slice(Math.min(from, to), Math.max(from, to) + 1);
  return {
    chosen,
    picks,
    cursor,
    only: (index) => {
      const pick = shown()[index];
      if (!pick) return;
      choose([pick]);
      setAnchor(pick);
      moveTo(index);
    },
    toggle: (index) => {
      const pick = shown()[index];
      if (!pick) return;
      const rest = picks().filter((other) => other !== pick);
      choose(chosen().has(pick) ? rest : [...rest, pick]);
      setAnchor(pick);
      moveTo(index);
    },
    through: (index) => {
      const start = anchor();
      const from = start ? shown().indexOf(start) : -1;
      choose(range(from < 0 ? (cursor() ?? index) : from, index));
      moveTo(index);
    },
    several: (indices, adds) => {
      const found = indices.flatMap((index) => shown()[index] ?? []);
      choose(adds ? [...picks(), ...found] : found);
    },
    these: choose,
    below: () => {
      const from = cursor() ?? 0;
      choose(range(from, shown().length - 1));
    },
    all: () => choose(shown()),
    clear: () => {
      setMarked(nothing);
      setAnchor(undefined);
    },
    leave: () => {
      const first = picks()[0];
      if (first) setFocus({ pick: undefined, index: shown().indexOf(first) });
      setMarked(nothing);
      setAnchor(undefined);
    },
  };
}
