/** What a user does to chosen picks and filaments: steps of their history. */
import { counted, edit, manualPick, type PickEdit, type PickHistory } from './pickHistory.ts';
import { type Filament, isFound, type Pick, type Place } from './picks.ts';

/** Picks and filaments that are meant together. */
export interface Chosen {
  readonly picks: ReadonlySet<Pick>;
  readonly filaments: ReadonlySet<Filament>;
}

/** A step and what it has made of what was chosen, to be chosen from then on. */
export type ChosenEdit = (history: PickHistory) => { readonly history: PickHistory; readonly chosen: Chosen };

/**
 * Why they are replaced one for one: a class of a pick is a new object, as a place is. In one pass over the history, as all of
 * 50,000 picks may be chosen.
 */
function replaced(
  chosen: Chosen,
  pickOf: (pick: Pick) => Pick,
  filamentOf: (filament: Filament) => Filament,
  verb: string,
  into = '',
): ChosenEdit {
  return (history) => {
    const picks = replacedIn(history.picks, chosen.picks, pickOf);
    const filaments = replacedIn(history.filaments, chosen.filaments, filamentOf);
    const made: Chosen = { picks: picks.made, filaments: filaments.made };
    if (picks.made.size + filaments.made.size === 0) return { history, chosen: made };
    const what =
      picks.made.size > 0
        ? counted(verb, picks.made.size, 'pick')
        : counted(verb, filaments.made.size, 'filament');
    const change = { picks: picks.all, filaments: filaments.all };
    return { history: edit(history, change, `${what}${into}`), chosen: made };
  };
}

/** @returns the list with something else in the place of some, and what that is. */
function replacedIn<T>(
  list: readonly T[],
  some: ReadonlySet<T>,
  instead: (one: T) => T,
): { readonly all: readonly T[]; readonly made: ReadonlySet<T> } {
  const made = new Set<T>();
  if (some.size === 0) return { all: list, made };
  const all = list.map((one) => {
    if (!some.has(one)) return one;
    const next = instead(one);
    made.add(next);
    return next;
  });
  return { all, made };
}

/**
 * Moves what is chosen. A pick keeps its row and class, and the score that a file gave it; what a method had found is a pick
 * by hand at its new place, as nobody but the user says that it is there.
 * @param by px of the file.
 */
export function moved(chosen: Chosen, by: Place): ChosenEdit {
  const shifted = ({ x, y }: Place): Place => ({ x: x + by.x, y: y + by.y });
  return replaced(
    chosen,
    (pick): Pick => movedPick(pick, by),
    (filament) => ({ ...filament, start: shifted(filament.start), end: shifted(filament.end) }),
    'move',
  );
}

/** How far something may be moved, px: by this at least, and at most. */
export interface MoveRoom {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What leaves all that is chosen on a picture of this size, px; what lies beyond its edge may come back. */
export function moveRoom(
  { picks, filaments }: Chosen,
  { width, height }: { readonly width: number; readonly height: number },
): MoveRoom {
  let [left, top, right, bottom] = [-width, -height, width, height];
  const take = ({ x, y }: Place): void => {
    left = Math.max(left, Math.min(0, -x));
    top = Math.max(top, Math.min(0, -y));
    right = Math.min(right, Math.max(0, width - 1 - x));
    bottom = Math.min(bottom, Math.max(0, height - 1 - y));
  };
  for (const pick of picks) take(pick);
  for (const { start, end } of filaments) {
    take(start);
    take(end);
  }
  return { left, top, right, bottom };
}

/** As much of a move as there is room for. */
export function moveInside({ left, top, right, bottom }: MoveRoom, by: Place): Place {
  return { x: Math.min(right, Math.max(left, by.x)), y: Math.min(bottom, Math.max(top, by.y)) };
}

/** Without the pose. Written out, as all of 50,000 may be moved: to copy what is there but one thing takes ten times as long. */
function movedPick(pick: Pick, by: Place): Pick {
  const { score, origin, row, classId } = pick;
  const x = pick.x + by.x;
  const y = pick.y + by.y;
  if (isFound(pick)) return manualPick({ x, y }, classId);
  return classId === undefined ? { x, y, score, origin, row } : { x, y, score, origin, row, classId };
}

/**
 * Says what kind of thing they are. What a method had found is a pick by hand from then on: it must not go when the method
 * runs again.
 * @param classId undefined for the first class.
 */
export function classified(chosen: Chosen, classId: string | undefined, className: string): ChosenEdit {
  return replaced(
    chosen,
    (pick) => {
      if (isFound(pick)) return manualPick(pick, classId);
      const { classId: _, ...rest } = pick;
      return classId === undefined ? rest : { ...rest, classId };
    },
    ({ classId: _, ...filament }) => (classId === undefined ? filament : { ...filament, classId }),
    'call',
    ` ${className}`,
  );
}

/** One filament for another: an end was moved. */
export function reshaped(before: Filament, after: Filament): ChosenEdit {
  return replaced(
    { picks: new Set(), filaments: new Set([before]) },
    (pick) => pick,
    () => after,
    'reshape',
  );
}

export function filamentAdded(filament: Filament): PickEdit {
  return (history) => edit(history, { filaments: [...history.filaments, filament] }, 'add a filament');
}

/** Adds picks and filaments that were copied; none where there is one already is the caller's business. */
export function pasted(picks: readonly Pick[], filaments: readonly Filament[]): PickEdit {
  return (history) =>
    picks.length + filaments.length === 0
      ? history
      : edit(
          history,
          { picks: [...history.picks, ...picks], filaments: [...history.filaments, ...filaments] },
          picks.length > 0
            ? counted('paste', picks.length, 'pick')
            : counted('paste', filaments.length, 'filament'),
        );
}
