/**
 * The picks of one micrograph and every state they were in: pure functions from history to history. Undo and redo
 * have no limit; the past is a linked list of what changed, so a step among 50,000 picks costs as much as it touches.
 */
import { applyPatch, type ListPatch, patchBetween } from './listPatch.ts';
import { type Filament, isFound, type Pick, type Place } from './picks.ts';
import { PlaceIndex } from './placeIndex.ts';
import type { StarNote } from './session.ts';

interface State {
  readonly picks: readonly Pick[];
  /** The STAR file in which the picks' rows count. */
  readonly star: StarNote | undefined;
  /** Where the user has said that no particle is. */
  readonly rejected: readonly Place[];
  readonly filaments: readonly Filament[];
  /** Nothing but itself: tells this state from all others, also when it comes back. */
  readonly key: object;
}

interface Step {
  /** What led from these picks to the next state (in the past) or back to them (in the future). */
  readonly action: string;
  readonly picks: ListPatch<Pick>;
  readonly rejected: ListPatch<Place>;
  readonly filaments: ListPatch<Filament>;
  readonly star: StarNote | undefined;
  readonly key: object;
  readonly next: Step | undefined;
}

export interface PickHistory extends State {
  readonly past: Step | undefined;
  readonly future: Step | undefined;
}

/** A step's way to another history. */
export type PickEdit = (history: PickHistory) => PickHistory;

/** Nearer than this two picks are one: a file's rounding moves them by less, and no two particles are so near. */
const SAME_PLACE_PX = 0.5;

export function startHistory(
  picks: readonly Pick[] = [],
  star?: StarNote,
  rejected: readonly Place[] = [],
  filaments: readonly Filament[] = [],
): PickHistory {
  return { picks, star, rejected, filaments, key: {}, past: undefined, future: undefined };
}

/** The user put a particle there. @param classId the first class without it. */
export function addManual(history: PickHistory, at: Place, classId?: string): PickHistory {
  return edit(history, { picks: [...history.picks, manualPick(at, classId)] }, 'add a pick');
}

/**
 * The user painted a stroke: what a method had found under it are picks by hand from then on, and new ones lie where there
 * were none.
 */
export function paint(
  history: PickHistory,
  places: readonly Place[],
  found: readonly Pick[],
  classId?: string,
): PickHistory {
  const confirmed = new Set(found.filter(isFound));
  if (places.length + confirmed.size === 0) return history;
  const kept = history.picks.map((pick) =>
    confirmed.has(pick) ? manualPick(pick, pick.classId ?? classId) : pick,
  );
  const added = places.map((place) => manualPick(place, classId));
  const action =
    places.length > 0 ? counted('paint', places.length, 'pick') : counted('confirm', confirmed.size, 'pick');
  return edit(history, { picks: [...kept, ...added] }, action);
}

export function manualPick({ x, y }: Place, classId: string | undefined): Pick {
  const pick: Pick = { x, y, score: 1, origin: 'manual' };
  return classId === undefined ? pick : { ...pick, classId };
}

/** The user says of picks that a method has found that they are particles: from then on they are picks by hand. */
export function confirm(history: PickHistory, picks: Iterable<Pick>): PickHistory {
  const confirmed = new Set(picks);
  const isMeant = (pick: Pick): boolean => confirmed.has(pick) && isFound(pick);
  const count = history.picks.filter(isMeant).length;
  if (count === 0) return history;
  const next = history.picks.map((pick): Pick => (isMeant(pick) ? manualPick(pick, pick.classId) : pick));
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
  filaments: ReadonlySet<Filament> = new Set(),
): PickHistory {
  const gone = new Set(picks);
  const left = history.picks.filter((pick) => !gone.has(pick));
  const removed = history.picks.length - left.length;
  const filamentsLeft = history.filaments.filter((filament) => !filaments.has(filament));
  const cut = history.filaments.length - filamentsLeft.length;
  if (removed + candidates.length + cut === 0) return history;
  const again = history.picks.filter((pick) => gone.has(pick) && isFound(pick));
  const places = [...again, ...candidates].map(({ x, y }) => ({ x, y }));
  const parts = [
    removed > 0 ? counted('', removed, 'pick') : '',
    cut > 0 ? counted('', cut, 'filament') : '',
  ].filter((words) => words !== '');
  const action =
    parts.length > 0 ? `remove${parts.join(' and')}` : counted('reject', candidates.length, 'candidate');
  const rejected = places.length > 0 ? [...history.rejected, ...places] : history.rejected;
  return edit(history, { picks: left, rejected, filaments: filamentsLeft }, action);
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

/** "remove a pick", "remove 12 picks". */
export function counted(verb: string, count: number, noun: string): string {
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
export function importPicks(
  history: PickHistory,
  picks: readonly Pick[],
  star?: StarNote,
  filaments: readonly Filament[] = [],
): PickHistory {
  const fresh = filaments.filter((one) => !history.filaments.some((known) => isSameAxis(known, one)));
  const all = fresh.length === 0 ? history.filaments : [...history.filaments, ...fresh];
  if (star === undefined || isSameStar(star, history.star)) {
    const added = apartFrom(history.picks, picks);
    return added.length + fresh.length === 0
      ? history
      : edit(history, { picks: [...history.picks, ...added], filaments: all }, 'import picks');
  }
  const rowless = apartFrom(picks, history.picks).map(({ row: _, ...pick }) => pick);
  return edit(history, { picks: [...rowless, ...picks], star, filaments: all }, 'import picks');
}

/** Those that lie where none of the others does. */
function apartFrom(others: readonly Pick[], picks: readonly Pick[]): readonly Pick[] {
  // An index of 50,000 takes long where there is nothing to look for in it.
  if (others.length === 0 || picks.length === 0) return picks;
  const known = new PlaceIndex(others, SAME_PLACE_PX);
  return picks.filter((pick) => !known.hasWithin(pick, SAME_PLACE_PX));
}

function isSameAxis(a: Filament, b: Filament): boolean {
  const near = (p: Place, q: Place): boolean => Math.hypot(p.x - q.x, p.y - q.y) < SAME_PLACE_PX;
  return near(a.start, b.start) && near(a.end, b.end);
}

function isSameStar(a: StarNote, b: StarNote | undefined): boolean {
  return a.hash === b?.hash && a.micrograph === b.micrograph && a.reading.id === b.reading.id;
}

/** No row of a STAR file stays, nor a rejection, so that what comes next has nothing to do with what was. */
export function clearPicks(history: PickHistory): PickHistory {
  if (history.picks.length + history.filaments.length === 0) return history;
  return edit(history, { picks: [], star: undefined, rejected: [], filaments: [] }, 'remove all picks');
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
  const before = stateBy(history, past);
  return { ...before, past: past.next, future: stepTo(history, before, past.action, future) };
}

/** The state that the last undo left; the same history when there is none. */
export function redo(history: PickHistory): PickHistory {
  const { past, future } = history;
  if (!future) return history;
  const after = stateBy(history, future);
  return { ...after, past: stepTo(history, after, future.action, past), future: future.next };
}

function stateBy(now: State, step: Step): State {
  return {
    picks: applyPatch(now.picks, step.picks),
    rejected: applyPatch(now.rejected, step.rejected),
    filaments: applyPatch(now.filaments, step.filaments),
    star: step.star,
    key: step.key,
  };
}

/** What brings back a state from another. */
function stepTo(back: State, from: State, action: string, next: Step | undefined): Step {
  return {
    action,
    picks: patchBetween(from.picks, back.picks),
    rejected: patchBetween(from.rejected, back.rejected),
    filaments: patchBetween(from.filaments, back.filaments),
    star: back.star,
    key: back.key,
    next,
  };
}

/** A step of its own, also where it changes nothing that is kept here. */
export function edit(history: PickHistory, change: Partial<Omit<State, 'key'>>, action: string): PickHistory {
  const { picks, star, rejected, filaments } = history;
  const state: State = { picks, star, rejected, filaments, ...change, key: {} };
  return { ...state, past: stepTo(history, state, action, history.past), future: undefined };
}
