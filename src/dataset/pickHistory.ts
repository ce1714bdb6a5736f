/**
 * The picks of one micrograph and every state they were in: pure functions from history to history. Undo and redo
 * have no limit; the past is a linked list, so a step costs one array of references and shares every pick.
 */
import { isFound, type Pick, type Place } from './picks.ts';
import type { StarNote } from './session.ts';

interface State {
  readonly picks: readonly Pick[];
  /** The STAR file in which the picks' rows count. */
  readonly star: StarNote | undefined;
  /** Where the user has said that no particle is. */
  readonly rejected: readonly Place[];
}

interface Step extends State {
  /** What led from these picks to the next state (in the past) or back to them (in the future). */
  readonly action: string;
  readonly next: Step | undefined;
}

export interface PickHistory extends State {
  readonly past: Step | undefined;
  readonly future: Step | undefined;
}

/** Nearer than this two picks are one: a file's rounding moves them by less, and no two particles are so near. */
const SAME_PLACE_PX = 0.5;

export function startHistory(
  picks: readonly Pick[] = [],
  star?: StarNote,
  rejected: readonly Place[] = [],
): PickHistory {
  return { picks, star, rejected, past: undefined, future: undefined };
}

/** The user put a particle there. */
export function addManual(history: PickHistory, at: { readonly x: number; readonly y: number }): PickHistory {
  const pick: Pick = { x: at.x, y: at.y, score: 1, origin: 'manual' };
  return edit(history, { picks: [...history.picks, pick] }, 'add a pick');
}

/** The user says of picks that a method has found that they are particles: from then on they are picks by hand. */
export function confirm(history: PickHistory, picks: Iterable<Pick>): PickHistory {
  const confirmed = new Set(picks);
  const isMeant = (pick: Pick): boolean => confirmed.has(pick) && isFound(pick);
  const count = history.picks.filter(isMeant).length;
  if (count === 0) return history;
  const next = history.picks.map(
    (pick): Pick => (isMeant(pick) ? { x: pick.x, y: pick.y, score: 1, origin: 'manual' } : pick),
  );
  return edit(history, { picks: next }, counted('confirm', count, 'pick'));
}

/**
 * The user took picks away, one or a whole eraser stroke; picks are told apart by identity. A method would find its
 * own again: their places count as rejected from then on.
 * @param candidates of a template, not picks yet, that are turned down in the same stroke.
 */
export function remove(
  history: PickHistory,
  picks: Iterable<Pick>,
  candidates: readonly Place[] = [],
): PickHistory {
  const gone = new Set(picks);
  const left = history.picks.filter((pick) => !gone.has(pick));
  const removed = history.picks.length - left.length;
  if (removed + candidates.length === 0) return history;
  const again = history.picks.filter((pick) => gone.has(pick) && isFound(pick));
  const places = [...again, ...candidates].map(({ x, y }) => ({ x, y }));
  const action =
    removed > 0 ? counted('remove', removed, 'pick') : counted('reject', candidates.length, 'candidate');
  return edit(history, { picks: left, rejected: [...history.rejected, ...places] }, action);
}

/** Picks that were taken away come back; their places are no longer rejected. Those that are there are not doubled. */
export function restore(history: PickHistory, picks: Iterable<Pick>): PickHistory {
  const known = new Set(history.picks);
  const back = [...picks].filter((pick) => !known.has(pick));
  if (back.length === 0) return history;
  const rejected = history.rejected.filter(({ x, y }) => !back.some((pick) => pick.x === x && pick.y === y));
  return edit(
    history,
    { picks: [...history.picks, ...back], rejected },
    counted('bring back', back.length, 'pick'),
  );
}

function counted(verb: string, count: number, noun: string): string {
  return count === 1 ? `${verb} a ${noun}` : `${verb} ${count} ${noun}s`;
}

/** A new run of a picker: its candidates take the place of the last run's; manual and imported picks stay. */
export function replaceCandidates(
  history: PickHistory,
  candidates: readonly Pick[],
  action = 'pick particles',
): PickHistory {
  const kept = history.picks.filter((pick) => !isFound(pick));
  return edit(history, { picks: [...kept, ...candidates] }, action);
}

/**
 * Adds the picks of a file; those that are there already, at the same place, are not doubled.
 * @param star the STAR file they are the rows of. Rows of another one mean nothing from then on; picks at the same
 * places give way to those of the file, so that it can be written back without doubles.
 */
export function importPicks(history: PickHistory, picks: readonly Pick[], star?: StarNote): PickHistory {
  const isNear = (a: Pick, b: Pick): boolean => Math.hypot(a.x - b.x, a.y - b.y) < SAME_PLACE_PX;
  if (star === undefined || isSameStar(star, history.star)) {
    const added = picks.filter((pick) => !history.picks.some((known) => isNear(known, pick)));
    return added.length === 0
      ? history
      : edit(history, { picks: [...history.picks, ...added] }, 'import picks');
  }
  const others = history.picks.filter((known) => !picks.some((pick) => isNear(known, pick)));
  const rowless = others.map(({ row: _, ...pick }) => pick);
  return edit(history, { picks: [...rowless, ...picks], star }, 'import picks');
}

function isSameStar(a: StarNote, b: StarNote | undefined): boolean {
  return a.hash === b?.hash && a.micrograph === b.micrograph && a.reading.id === b.reading.id;
}

/** No row of a STAR file stays, nor a rejection, so that what comes next has nothing to do with what was. */
export function clearPicks(history: PickHistory): PickHistory {
  if (history.picks.length === 0) return history;
  return edit(history, { picks: [], star: undefined, rejected: [] }, 'remove all picks');
}

/** What undo would take back, in words for a button: "remove 12 picks"; undefined when there is nothing. */
export function undoAction(history: PickHistory): string | undefined {
  return history.past?.action;
}

/** What redo would do again. */
export function redoAction(history: PickHistory): string | undefined {
  return history.future?.action;
}

/** The state before the last step; the same history when there was none. */
export function undo(history: PickHistory): PickHistory {
  const { past, future } = history;
  if (!past) return history;
  return {
    ...stateOf(past),
    past: past.next,
    future: { ...stateOf(history), action: past.action, next: future },
  };
}

/** The state that the last undo left; the same history when there is none. */
export function redo(history: PickHistory): PickHistory {
  const { past, future } = history;
  if (!future) return history;
  return {
    ...stateOf(future),
    past: { ...stateOf(history), action: future.action, next: past },
    future: future.next,
  };
}

function stateOf({ picks, star, rejected }: State): State {
  return { picks, star, rejected };
}

function edit(history: PickHistory, change: Partial<State>, action: string): PickHistory {
  const past = { ...stateOf(history), action, next: history.past };
  return { ...stateOf(history), ...change, past, future: undefined };
}
