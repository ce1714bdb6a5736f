import { type Accessor, createMemo, createSignal } from 'solid-js';

/** Which of the things shown are chosen, and where the cursor is. What is not shown any more is not chosen. */
export interface Selection<T> {
  readonly chosen: Accessor<ReadonlySet<T>>;
  /** The same in the order shown. */
  readonly members: Accessor<readonly T[]>;
  /** Where the keyboard is, a place in the order shown; undefined where nothing is. */
  readonly cursor: Accessor<number | undefined>;
  /** This one alone. */
  only(index: number): void;
  toggle(index: number): void;
  /** From where the last choice was made to here. */
  through(index: number): void;
  /** Several; beside what was chosen before where `adds`. */
  several(indices: readonly number[], adds: boolean): void;
  /** These, wherever they are. */
  these(members: readonly T[]): void;
  /** From the cursor to the end. */
  below(): void;
  all(): void;
  clear(): void;
  /** What is chosen goes away: the cursor waits at the first place that is then free. */
  leave(): void;
}

export function createSelection<T extends string | object>(shown: Accessor<readonly T[]>): Selection<T> {
  const nothing: ReadonlySet<T> = new Set();
  const [marked, setMarked] = createSignal(nothing);
  const [anchor, setAnchor] = createSignal<{ readonly of: T }>();
  const [focus, setFocus] = createSignal<{ readonly item: T | undefined; readonly index: number }>();
  const members = createMemo(() => {
    const wanted = marked();
    return wanted.size === 0 ? [] : shown().filter((item) => wanted.has(item));
  });
  const chosen = createMemo((): ReadonlySet<T> => new Set(members()));
  const cursor = createMemo((): number | undefined => {
    const at = focus();
    if (!at || shown().length === 0) return undefined;
    const place = at.item === undefined ? -1 : shown().indexOf(at.item);
    return place >= 0 ? place : Math.min(at.index, shown().length - 1);
  });
  const moveTo = (index: number): void => {
    setFocus({ item: shown()[index], index });
  };
  const choose = (set: Iterable<T>): void => {
    setMarked(new Set(set));
  };
  const range = (from: number, to: number): readonly T[] =>
    shown().slice(Math.min(from, to), Math.max(from, to) + 1);
  return {
    chosen,
    members,
    cursor,
    only: (index) => {
      const item = shown()[index];
      if (item === undefined) return;
      choose([item]);
      setAnchor({ of: item });
      moveTo(index);
    },
    toggle: (index) => {
      const item = shown()[index];
      if (item === undefined) return;
      const rest = members().filter((other) => other !== item);
      choose(chosen().has(item) ? rest : [...rest, item]);
      setAnchor({ of: item });
      moveTo(index);
    },
    through: (index) => {
      const start = anchor();
      const from = start ? shown().indexOf(start.of) : -1;
      choose(range(from < 0 ? (cursor() ?? index) : from, index));
      moveTo(index);
    },
    several: (indices, adds) => {
      const found = indices.flatMap((index) => shown()[index] ?? []);
      choose(adds ? [...members(), ...found] : found);
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
      const first = members()[0];
      if (first !== undefined) setFocus({ item: undefined, index: shown().indexOf(first) });
      setMarked(nothing);
      setAnchor(undefined);
    },
  };
}
