import { type Accessor, batch, createMemo, createSignal } from 'solid-js';
import { classIdToKeep } from '../../dataset/pickClasses.ts';
import {
  type Chosen,
  type ChosenEdit,
  classified,
  type MoveRoom,
  moved,
  moveInside,
  moveRoom,
} from '../../dataset/pickEdits.ts';
import type { PickHistory } from '../../dataset/pickHistory.ts';
import { confirm, remove } from '../../dataset/pickHistory.ts';
import { type Filament, isFound, type Pick, type Place } from '../../dataset/picks.ts';
import type { Size } from '../viewer/transform.ts';
import { nextTask } from './nextTask.ts';
import type { PicksState } from './picks.ts';

/** What a hand is drawing, px of the file; it lies over the picture until it is let go. */
export type Drawing =
  | { readonly kind: 'outline'; readonly outline: readonly Place[] }
  | { readonly kind: 'places'; readonly places: readonly Place[] }
  | { readonly kind: 'filament'; readonly filament: Filament; readonly instead?: Filament };

/** The picks and filaments that the next step is about. */
export interface PickSelection {
  readonly picks: Accessor<ReadonlySet<Pick>>;
  readonly filaments: Accessor<ReadonlySet<Filament>>;
  /** Picks and filaments together. */
  readonly count: Accessor<number>;
  /** How far they are dragged now, px of the file: they are drawn there, and moved when they are let go. */
  readonly offset: Accessor<Place>;
  readonly drawing: Accessor<Drawing | undefined>;
  /** The first end of a filament whose other end is still to be clicked. */
  readonly pending: Accessor<Place | undefined>;
  choose(picks: Iterable<Pick>, filaments?: Iterable<Filament>): void;
  add(picks: Iterable<Pick>, filaments?: Iterable<Filament>): void;
  toggle(pick: Pick): void;
  /** All that are shown. */
  chooseAll(): void;
  clear(): void;
  setOffset(by: Place): void;
  setDrawing(drawing: Drawing | undefined): void;
  setPending(start: Place | undefined): void;
  remove(): void;
  confirm(): void;
  /** Gives them a class. @param id of the class. */
  classify(id: string): void;
  /** Takes a class off the list: what is of it here is of the first class then, as one step. */
  dissolve(id: string): void;
  /** Moves them, as one step. @param by px of the file. */
  moveBy(by: Place): void;
  /**
   * The same for a hand that lets go of them: where they are is worked out at once, and all that follows from it in the next task, as
   * both together are felt with 50,000. Until then they are drawn where they were dragged.
   */
  moveSoon(by: Place): void;
  /** What `moveSoon` has still to do, at once: the next thing done is about picks that have been moved. */
  settle(): void;
  /** Makes a step, and what came of it is what is chosen. */
  apply(step: ChosenEdit): void;
}

const nowhere: Place = { x: 0, y: 0 };
const noPicks: ReadonlySet<Pick> = new Set();
const noFilaments: ReadonlySet<Filament> = new Set();

/** @param size of the picture, px: nothing is moved beyond its edges. */
export function createPickSelection(picks: PicksState, size: Accessor<Size>): PickSelection {
  const [wished, setWished] = createSignal<Chosen>({ picks: noPicks, filaments: noFilaments });
  const [offset, setOffset] = createSignal(nowhere);
  const [drawing, setDrawing] = createSignal<Drawing>();
  const [pending, setPending] = createSignal<Place>();
  /** Of what was chosen, what is still there. */
  const chosenPicks = createMemo(() => stillIn(wished().picks, picks.shown, noPicks));
  const chosenFilaments = createMemo(() => stillIn(wished().filaments, picks.shownFilaments, noFilaments));
  const count = (): number => chosenPicks().size + chosenFilaments().size;
  const choose = (some: Iterable<Pick>, filaments: Iterable<Filament> = []): void => {
    setWished({ picks: new Set(some), filaments: new Set(filaments) });
  };
  const chosen = (): Chosen => ({ picks: chosenPicks(), filaments: chosenFilaments() });
  /** Found when a drag asks first, and not again at every move of the pointer. */
  const room = createMemo(() => {
    const [of, within] = [chosen(), size()];
    let found: MoveRoom | undefined;
    return () => {
      found ??= moveRoom(of, within);
      return found;
    };
  });
  const apply = (step: ChosenEdit): void => {
    batch(() => {
      picks.edit((history) => {
        const done = step(history);
        setWished(done.chosen);
        return done.history;
      });
      setOffset(nowhere);
    });
  };
  const isNoMove = (by: Place): boolean => count() === 0 || (by.x === 0 && by.y === 0);
  let due: (() => void) | undefined;
  const settle = (): void => {
    const work = due;
    due = undefined;
    work?.();
  };
  return {
    picks: chosenPicks,
    filaments: chosenFilaments,
    count,
    offset,
    drawing,
    pending,
    choose,
    add: (some, filaments = []) => choose([...chosenPicks(), ...some], [...chosenFilaments(), ...filaments]),
    toggle: (pick) => {
      const next = new Set(chosenPicks());
      if (!next.delete(pick)) next.add(pick);
      choose(next, chosenFilaments());
    },
    chooseAll: () => choose(picks.shown(), picks.shownFilaments()),
    clear: () => {
      batch(() => {
        choose([]);
        setOffset(nowhere);
        setPending(undefined);
        setDrawing(undefined);
      });
    },
    setOffset: (by) => setOffset(moveInside(room()(), by)),
    setDrawing,
    setPending,
    remove: () => {
      if (count() === 0) return;
      const gone = chosen();
      picks.edit((history) => remove(history, gone.picks, [], gone.filaments));
    },
    confirm: () => {
      const found = [...chosenPicks()].filter(isFound);
      if (found.length > 0) picks.edit((history) => confirm(history, found));
    },
    classify: (id) => {
      if (count() === 0) return;
      const classId = classIdToKeep(id);
      apply(classified(chosen(), classId, picks.classes.nameOf({ classId })));
    },
    dissolve: (id) => {
      const isOfIt = (item: { readonly classId?: string | undefined }): boolean => item.classId === id;
      const members = {
        picks: new Set(picks.all().filter(isOfIt)),
        filaments: new Set(picks.filaments().filter(isOfIt)),
      };
      batch(() => {
        if (members.picks.size + members.filaments.size > 0) {
          const step = classified(members, undefined, picks.classes.nameOf({}));
          picks.edit((history) => step(history).history);
        }
        picks.classes.remove(id);
      });
    },
    moveBy: (wanted) => {
      const by = moveInside(room()(), wanted);
      // What was dragged may be gone meanwhile: the next that is chosen lies where it is.
      if (isNoMove(by)) setOffset(nowhere);
      else apply(moved(chosen(), by));
    },
    moveSoon: (wanted) => {
      settle();
      const by = moveInside(room()(), wanted);
      setOffset(isNoMove(by) ? nowhere : by);
      if (isNoMove(by)) return;
      const step = inAdvance(picks, moved(chosen(), by));
      const work = (): void => apply(step);
      due = work;
      void nextTask().then(() => {
        if (due === work) settle();
      });
    },
    settle,
    apply,
  };
}

/** A step that is worked out now, and taken later: anew where the picks are others by then. */
function inAdvance(picks: PicksState, step: ChosenEdit): ChosenEdit {
  let from: PickHistory | undefined;
  let done: ReturnType<ChosenEdit> | undefined;
  picks.edit((history) => {
    from = history;
    done = step(history);
    return history;
  });
  return (history) => (done && history === from ? done : step(history));
}

function stillIn<T>(
  wished: ReadonlySet<T>,
  there: Accessor<readonly T[]>,
  none: ReadonlySet<T>,
): ReadonlySet<T> {
  if (wished.size === 0) return none;
  // Mostly all are: counted first, as a list of 50,000 that nobody needs costs more than to look twice.
  const all = there();
  let count = 0;
  for (const one of all) if (wished.has(one)) count++;
  return count === wished.size ? wished : new Set(all.filter((one) => wished.has(one)));
}
