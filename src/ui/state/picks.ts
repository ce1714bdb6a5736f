import { type Accessor, batch, createMemo, createSignal } from 'solid-js';
import * as edit from '../../dataset/pickHistory.ts';
import { isFound, isShown, type Pick, type Place } from '../../dataset/picks.ts';
import { isFreeOf } from '../../dataset/places.ts';
import type { StarNote } from '../../dataset/session.ts';
import { sameParticleDiameters } from './exportedPicks.ts';
import type { Parameters } from './parameters.ts';

/** The picks of the micrograph on the screen, and their past. */
export interface PicksState {
  /** All, below the threshold too. */
  readonly all: Accessor<readonly Pick[]>;
  /**
   * All but what a method has found where a pick by hand is, which is the same particle, or where the user has said that
   * none is; and what the contamination mask keeps out.
   */
  readonly distinct: Accessor<readonly Pick[]>;
  /** Of these the ones above the threshold, and the manual ones: what is drawn and exported. */
  readonly shown: Accessor<readonly Pick[]>;
  /** Above the threshold, but kept out by the mask: they come back with a change of it. */
  readonly keptOut: Accessor<readonly Pick[]>;
  /** The STAR file that picks were imported from, to be written back. */
  readonly star: Accessor<StarNote | undefined>;
  /** Where the user has said that no particle is. */
  readonly rejected: Accessor<readonly Place[]>;
  /** What undo would take back, in words; undefined when there is nothing. */
  readonly undoAction: Accessor<string | undefined>;
  readonly redoAction: Accessor<string | undefined>;
  /** Changes to another micrograph; its past in this tab comes back with it. */
  load(fingerprint: string, picks: readonly Pick[], star?: StarNote, rejected?: readonly Place[]): void;
  /** @param at pick coordinates, file px. */
  add(at: Place): void;
  /** Makes picks by hand of what a method has found. */
  confirm(picks: readonly Pick[]): void;
  /** Takes picks away; a candidate that is no pick is rejected. */
  remove(picks: readonly Pick[]): void;
  /** Picks that were taken away come back. */
  restore(picks: readonly Pick[]): void;
  /** Takes picks and candidates away for the eye only, until `commitErasing` makes it one step of the history. */
  previewErasing(picks: readonly Pick[]): void;
  commitErasing(): void;
  isErasing(pick: Pick): boolean;
  /** Whether the contamination mask lies on it. */
  isKeptOut(pick: Pick): boolean;
  /** A template's candidates become picks: those above the threshold show. */
  accept(candidates: readonly Pick[], threshold: number): void;
  /** A picker's candidates and its threshold; undo brings back the threshold of the picks before. */
  replaceCandidates(picks: readonly Pick[], threshold: number): void;
  /** The same for a micrograph that is not on the screen any more. @returns all picks it has then. */
  replaceCandidatesOf(fingerprint: string, picks: readonly Pick[], threshold: Change): readonly Pick[];
  /**
   * The picks of a micrograph that is not on the screen: the same objects as when it was shown in this tab, or will be.
   * @param saved what is known of it otherwise.
   */
  picksOf(fingerprint: string, saved: readonly Pick[], notes: PickNotes): readonly Pick[];
  /** Steps of its history. @returns all picks it has then. */
  removeOf(fingerprint: string, picks: readonly Pick[]): readonly Pick[];
  restoreOf(fingerprint: string, picks: readonly Pick[]): readonly Pick[];
  /** What else is known of a micrograph that was shown in this tab. */
  notesOf(fingerprint: string): PickNotes;
  /** @param star where they are rows of a STAR file that is kept. */
  import(picks: readonly Pick[], threshold: number, star?: StarNote): void;
  clear(): void;
  undo(): void;
  redo(): void;
}

/** What is kept beside picks. */
export interface PickNotes {
  readonly star: StarNote | undefined;
  readonly rejected: readonly Place[];
}

/** A threshold before and after a step. */
interface Change {
  readonly before: number;
  readonly after: number;
}

const nothing: ReadonlySet<Pick> = new Set();

/** @param isKeptOut whether the contamination mask lies on a pick. */
export function createPicks(
  parameters: Parameters,
  isKeptOut: (pick: Pick) => boolean = () => false,
): PicksState {
  const histories = new Map<string, edit.PickHistory>();
  /**
   * Steps that changed the threshold, by the picks they led to: scores of two methods have nothing in common, so
   * what brings back other scores must bring back their threshold.
   */
  const thresholds = new WeakMap<readonly Pick[], Change>();
  const [fingerprint, setFingerprint] = createSignal('');
  const [history, setHistory] = createSignal(edit.startHistory());
  const [erasing, setErasing] = createSignal(nothing);

  const change = (next: edit.PickHistory): void => {
    histories.set(fingerprint(), next);
    setHistory(next);
  };
  const changeWithThreshold = (next: edit.PickHistory, threshold: number): void => {
    if (next !== history())
      thresholds.set(next.picks, { before: parameters.values.threshold, after: threshold });
    batch(() => {
      change(next);
      parameters.set({ threshold });
    });
  };
  /** Undo or redo of the step that led to `newer`. What the user has set meanwhile comes back on the way back. */
  const go = (next: edit.PickHistory, newer: readonly Pick[]): void => {
    const step = thresholds.get(newer);
    const { threshold } = parameters.values;
    const isBack = newer !== next.picks;
    if (step) thresholds.set(newer, isBack ? { ...step, after: threshold } : { ...step, before: threshold });
    batch(() => {
      change(next);
      if (step) parameters.set({ threshold: isBack ? step.before : step.after });
    });
  };
  const changeOf = (of: string, step: (before: edit.PickHistory) => edit.PickHistory): readonly Pick[] => {
    const next = step(histories.get(of) ?? edit.startHistory());
    histories.set(of, next);
    return next.picks;
  };
  const remove = (gone: Iterable<Pick>): void => {
    const own = new Set(history().picks);
    const candidates = [...gone].filter((pick) => !own.has(pick));
    change(edit.remove(history(), gone, candidates));
  };
  const all = createMemo(() => {
    const hidden = erasing();
    return hidden.size === 0 ? history().picks : history().picks.filter((pick) => !hidden.has(pick));
  });
  const single = createMemo(() => {
    const { diameterAngstrom, pixelSizeAngstrom } = parameters.values;
    const decided = [...all().filter(({ origin }) => origin === 'manual'), ...history().rejected];
    if (decided.length === 0 || pixelSizeAngstrom === undefined) return all();
    const isOther = isFreeOf(decided, (sameParticleDiameters * diameterAngstrom) / pixelSizeAngstrom);
    return all().filter((pick) => !isFound(pick) || isOther(pick));
  });
  const distinct = createMemo(() => {
    const free = single().filter((pick) => !isKeptOut(pick));
    return free.length === single().length ? single() : free;
  });
  const keptOut = createMemo(() => {
    const { threshold } = parameters.values;
    return single().filter((pick) => isShown(pick, threshold) && isKeptOut(pick));
  });
  const shown = createMemo(() => {
    const { threshold } = parameters.values;
    return distinct().filter((pick) => isShown(pick, threshold));
  });
  return {
    all,
    distinct,
    shown,
    keptOut,
    star: () => history().star,
    rejected: () => history().rejected,
    undoAction: () => edit.undoAction(history()),
    redoAction: () => edit.redoAction(history()),
    load: (wanted, picks, star, rejected) => {
      setErasing(nothing);
      setFingerprint(wanted);
      change(histories.get(wanted) ?? edit.startHistory(picks, star, rejected));
    },
    add: (at) => change(edit.addManual(history(), at)),
    confirm: (picks) => change(edit.confirm(history(), picks)),
    remove,
    restore: (picks) => change(edit.restore(history(), picks)),
    previewErasing: (picks) => setErasing((before) => new Set([...before, ...picks])),
    commitErasing: () => {
      const gone = erasing();
      batch(() => {
        if (gone.size > 0) remove(gone);
        setErasing(nothing);
      });
    },
    isErasing: (pick) => erasing().has(pick),
    isKeptOut,
    accept: (candidates, threshold) => {
      const count = candidates.filter((pick) => isShown(pick, threshold)).length;
      const action = `accept ${count} candidate${count === 1 ? '' : 's'}`;
      changeWithThreshold(edit.replaceCandidates(history(), candidates, action), threshold);
    },
    replaceCandidates: (picks, threshold) =>
      changeWithThreshold(edit.replaceCandidates(history(), picks), threshold),
    replaceCandidatesOf: (of, picks, threshold) => {
      const before = histories.get(of) ?? edit.startHistory();
      const next = edit.replaceCandidates(before, picks);
      thresholds.set(next.picks, threshold);
      histories.set(of, next);
      return next.picks;
    },
    picksOf: (of, saved, { star, rejected }) => {
      const known = histories.get(of) ?? edit.startHistory(saved, star, rejected);
      histories.set(of, known);
      return known.picks;
    },
    removeOf: (of, gone) => changeOf(of, (before) => edit.remove(before, gone)),
    restoreOf: (of, back) => changeOf(of, (before) => edit.restore(before, back)),
    notesOf: (of) => {
      const { star, rejected = [] } = histories.get(of) ?? { star: undefined };
      return { star, rejected };
    },
    import: (picks, threshold, star) =>
      changeWithThreshold(edit.importPicks(history(), picks, star), threshold),
    clear: () => change(edit.clearPicks(history())),
    undo: () => {
      const next = edit.undo(history());
      if (next !== history()) go(next, history().picks);
    },
    redo: () => {
      const next = edit.redo(history());
      if (next !== history()) go(next, next.picks);
    },
  };
}
