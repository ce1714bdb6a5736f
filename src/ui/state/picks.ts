import { type Accessor, batch, createMemo, createSignal } from 'solid-js';
import { classIdOf, type PickClass } from '../../dataset/pickClasses.ts';
import * as edit from '../../dataset/pickHistory.ts';
import { type Filament, isShown, type Pick, type Place } from '../../dataset/picks.ts';
import { PlaceIndex } from '../../dataset/placeIndex.ts';
import type { MicrographSession, StarNote } from '../../dataset/session.ts';
import { Undecided } from '../../dataset/undecided.ts';
import { sameParticleDiameters } from './exportedPicks.ts';
import type { Parameters } from './parameters.ts';
import { createPickClasses, type PickClasses } from './pickClasses.ts';

/** The picks of the micrograph on the screen, and their past. */
export interface PicksState {
  /** What picks can be of. */
  readonly classes: PickClasses;
  /** All, below the threshold too. */
  readonly all: Accessor<readonly Pick[]>;
  /**
   * All but what a method has found where a pick by hand is, which is the same particle, or where the user has said that
   * none is; and what the contamination mask keeps out, and classes that are hidden.
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
  readonly filaments: Accessor<readonly Filament[]>;
  /** Those of classes that are not hidden. */
  readonly shownFilaments: Accessor<readonly Filament[]>;
  /** The shown picks by where they lie: what a pointer asks at every move. */
  readonly index: Accessor<PlaceIndex<Pick>>;
  /** What undo would take back, in words; undefined when there is nothing. */
  readonly undoAction: Accessor<string | undefined>;
  readonly redoAction: Accessor<string | undefined>;
  /** Changes to another micrograph; its past in this tab comes back with it. */
  load(fingerprint: string, picks: readonly Pick[], notes?: PickNotes): void;
  /** @param at pick coordinates, file px. @param classId the first class without it. */
  add(at: Place, classId?: string): void;
  /** A step of the history: whatever `pickHistory` and `pickEdits` know. */
  edit(step: edit.PickEdit): void;
  /** Makes picks by hand of what a method has found. */
  confirm(picks: readonly Pick[]): void;
  /** Takes picks away; a candidate that is no pick is rejected. */
  remove(picks: readonly Pick[]): void;
  /** Picks that were taken away come back. */
  restore(picks: readonly Pick[]): void;
  /** Takes picks and candidates away for the eye only, until `commitErasing` makes it one step of the history. */
  previewErasing(picks: readonly Pick[]): void;
  /** @param filaments that go with them. */
  commitErasing(filaments?: ReadonlySet<Filament>): void;
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
  /** Whether its picks and their past are kept in this tab. */
  isKnown(fingerprint: string): boolean;
  /** What else is known of a micrograph that was shown in this tab. */
  notesOf(fingerprint: string): PickNotes;
  /** @param star where they are rows of a STAR file that is kept. */
  import(picks: readonly Pick[], threshold: number, star?: StarNote, filaments?: readonly Filament[]): void;
  clear(): void;
  undo(): void;
  redo(): void;
}

/** What is kept beside picks. */
export interface PickNotes {
  readonly star: StarNote | undefined;
  readonly rejected: readonly Place[];
  readonly filaments: readonly Filament[];
  readonly classes: readonly PickClass[] | undefined;
}

/** Of what was saved; sessions of earlier versions have little of it. */
export function notesOfSession({
  star,
  rejected = [],
  filaments = [],
  classes,
}: Partial<MicrographSession>): PickNotes {
  return { star, rejected, filaments, classes };
}

/** A threshold before and after a step. */
interface Change {
  readonly before: number;
  readonly after: number;
}

/** Diameter of a pick on the image, px; without a pixel size, one that can be seen. */
export function pickDiameterPx(diameterAngstrom: number, pixelSizeAngstrom: number | undefined): number {
  return pixelSizeAngstrom === undefined ? 40 : diameterAngstrom / pixelSizeAngstrom;
}

function startOf(picks: readonly Pick[], notes: PickNotes | undefined): edit.PickHistory {
  return edit.startHistory(picks, notes?.star, notes?.rejected, notes?.filaments);
}

/** What its picks and filaments are of. */
function classIds({ picks, filaments }: edit.PickHistory): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { classId } of picks) if (classId !== undefined) ids.add(classId);
  for (const { classId } of filaments) if (classId !== undefined) ids.add(classId);
  return ids;
}

const nothing: ReadonlySet<Pick> = new Set();
const none: readonly Pick[] = [];

/** @param keeper tells whether the contamination mask lies on a pick; undefined where there is none. */
export function createPicks(
  parameters: Parameters,
  keeper: Accessor<((pick: Pick) => boolean) | undefined> = () => undefined,
  classes: PickClasses = createPickClasses(),
): PicksState {
  const histories = new Map<string, edit.PickHistory>();
  /**
   * Steps that changed the threshold, by the states they led to: scores of two methods have nothing in common, so
   * what brings back other scores must bring back their threshold.
   */
  const thresholds = new WeakMap<object, Change>();
  const [fingerprint, setFingerprint] = createSignal('');
  const [history, setHistory] = createSignal(edit.startHistory());
  const [erasing, setErasing] = createSignal(nothing);

  const change = (next: edit.PickHistory): void => {
    histories.set(fingerprint(), next);
    setHistory(next);
  };
  const changeWithThreshold = (next: edit.PickHistory, threshold: number): void => {
    if (next !== history())
      thresholds.set(next.key, { before: parameters.values.threshold, after: threshold });
    batch(() => {
      change(next);
      parameters.set({ threshold });
    });
  };
  /** Undo or redo of the step that led to `newer`. What the user has set meanwhile comes back on the way back. */
  const go = (next: edit.PickHistory, newer: object): void => {
    const step = thresholds.get(newer);
    const { threshold } = parameters.values;
    const isBack = newer !== next.key;
    if (step) thresholds.set(newer, isBack ? { ...step, after: threshold } : { ...step, before: threshold });
    batch(() => {
      change(next);
      // Their class may have been taken off the list meanwhile.
      classes.learn(undefined, classIds(next));
      if (step) parameters.set({ threshold: isBack ? step.before : step.after });
    });
  };
  const changeOf = (of: string, step: (before: edit.PickHistory) => edit.PickHistory): readonly Pick[] => {
    const next = step(histories.get(of) ?? edit.startHistory());
    histories.set(of, next);
    return next.picks;
  };
  const remove = (gone: Iterable<Pick>, cut?: ReadonlySet<Filament>): void => {
    // A set of the few that go, not of the 50,000 that there may be.
    const candidates = new Set(gone);
    for (const pick of history().picks) candidates.delete(pick);
    change(edit.remove(history(), gone, [...candidates], cut));
  };
  const all = createMemo(() => {
    const hidden = erasing();
    return hidden.size === 0 ? history().picks : history().picks.filter((pick) => !hidden.has(pick));
  });
  const undecided = new Undecided();
  // Whatever is a signal is read once: a memo that asked for each of 50,000 picks would note as many sources.
  const single = createMemo(() => {
    const { diameterAngstrom, pixelSizeAngstrom } = parameters.values;
    if (pixelSizeAngstrom === undefined) return all();
    return undecided.of(
      all(),
      history().rejected,
      (sameParticleDiameters * diameterAngstrom) / pixelSizeAngstrom,
    );
  });
  const visible = createMemo(() => {
    const hidden = classes.hidden();
    return hidden.size === 0 ? single() : single().filter((pick) => !hidden.has(classIdOf(pick)));
  });
  const distinct = createMemo(() => {
    const isOut = keeper();
    return isOut ? visible().filter((pick) => !isOut(pick)) : visible();
  });
  const keptOut = createMemo(() => {
    const isOut = keeper();
    const { threshold } = parameters.values;
    return isOut ? visible().filter((pick) => isShown(pick, threshold) && isOut(pick)) : none;
  });
  const shown = createMemo(() => {
    const { threshold } = parameters.values;
    const kept = distinct().filter((pick) => isShown(pick, threshold));
    return kept.length === distinct().length ? distinct() : kept;
  });
  const shownFilaments = createMemo(() =>
    history().filaments.filter((filament) => !classes.isHidden(filament)),
  );
  /** Made when the first pointer asks: of a stroke's many states few are asked for. */
  const index = createMemo(() => {
    const { diameterAngstrom, pixelSizeAngstrom } = parameters.values;
    const of = shown();
    let made: PlaceIndex<Pick> | undefined;
    return () => {
      made ??= new PlaceIndex(of, pickDiameterPx(diameterAngstrom, pixelSizeAngstrom));
      return made;
    };
  });
  return {
    classes,
    all,
    distinct,
    shown,
    keptOut,
    star: () => history().star,
    rejected: () => history().rejected,
    filaments: () => history().filaments,
    shownFilaments,
    index: () => index()(),
    undoAction: () => edit.undoAction(history()),
    redoAction: () => edit.redoAction(history()),
    load: (wanted, picks, notes) => {
      setErasing(nothing);
      setFingerprint(wanted);
      change(histories.get(wanted) ?? startOf(picks, notes));
      classes.learn(notes?.classes, classIds(history()));
    },
    add: (at, classId) => change(edit.addManual(history(), at, classId)),
    edit: (step) => change(step(history())),
    confirm: (picks) => change(edit.confirm(history(), picks)),
    remove: (gone) => remove(gone),
    restore: (picks) => change(edit.restore(history(), picks)),
    previewErasing: (picks) => setErasing((before) => new Set([...before, ...picks])),
    commitErasing: (cut = new Set()) => {
      const gone = erasing();
      batch(() => {
        if (gone.size + cut.size > 0) remove(gone, cut);
        setErasing(nothing);
      });
    },
    isErasing: (pick) => erasing().has(pick),
    isKeptOut: (pick) => keeper()?.(pick) ?? false,
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
      thresholds.set(next.key, threshold);
      histories.set(of, next);
      return next.picks;
    },
    picksOf: (of, saved, notes) => {
      const known = histories.get(of) ?? startOf(saved, notes);
      histories.set(of, known);
      classes.learn(notes.classes, classIds(known));
      return known.picks;
    },
    removeOf: (of, gone) => changeOf(of, (before) => edit.remove(before, gone)),
    restoreOf: (of, back) => changeOf(of, (before) => edit.restore(before, back)),
    isKnown: (of) => histories.has(of),
    notesOf: (of) => {
      const { star, rejected, filaments } = histories.get(of) ?? edit.startHistory();
      return { star, rejected, filaments, classes: classes.toKeep() };
    },
    import: (picks, threshold, star, filaments) =>
      changeWithThreshold(edit.importPicks(history(), picks, star, filaments), threshold),
    clear: () => change(edit.clearPicks(history())),
    undo: () => {
      const next = edit.undo(history());
      if (next !== history()) go(next, history().key);
    },
    redo: () => {
      const next = edit.redo(history());
      if (next !== history()) go(next, next.key);
    },
  };
}
