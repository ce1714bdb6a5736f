/**
 * What changes one list of objects into another: the memory of an undo. A list of 50,000 picks in which ten change
 * costs ten references a step, not 50,000.
 */

/** In place of `drop` elements from `at` on, `add`. */
interface Splice<T> {
  readonly at: number;
  readonly drop: number;
  readonly add: readonly T[];
}

/** In the order of the list, and apart from one another. */
export type ListPatch<T> = readonly Splice<T>[];

/** What makes `to` of `from`. Elements are told apart by identity; one that changes places costs all between. */
export function patchBetween<T>(from: readonly T[], to: readonly T[]): ListPatch<T> {
  if (from === to) return [];
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && from[start] === to[start]) start++;
  let same = 0;
  while (same < shorter - start && from[from.length - 1 - same] === to[to.length - 1 - same]) same++;
  const [fromEnd, toEnd] = [from.length - same, to.length - same];
  if (start === fromEnd && start === toEnd) return [];
  const whole = [{ at: start, drop: fromEnd - start, add: to.slice(start, toEnd) }];
  if (start === fromEnd || start === toEnd) return whole;
  // All between were replaced one for one, as when they are moved: nothing to look for.
  const [first] = whole[0]?.add ?? [];
  if (fromEnd === toEnd && first !== undefined && !from.includes(first))
    return runs(from, to, start, fromEnd);
  return walk(from, to, start, fromEnd, toEnd) ?? whole;
}

/** Of lists as long as one another: what differs, place by place. */
function runs<T>(from: readonly T[], to: readonly T[], start: number, end: number): ListPatch<T> {
  const splices: Splice<T>[] = [];
  for (let at = start; at < end; at++) {
    const first = at;
    while (at < end && from[at] !== to[at]) at++;
    if (at > first) splices.push({ at: first, drop: at - first, add: to.slice(first, at) });
  }
  return splices;
}

/** @returns undefined where what stays has another order. */
function walk<T>(
  from: readonly T[],
  to: readonly T[],
  start: number,
  fromEnd: number,
  toEnd: number,
): ListPatch<T> | undefined {
  const before = new Set(from.slice(start, fromEnd));
  const after = new Set(to.slice(start, toEnd));
  const splices: Splice<T>[] = [];
  let i = start;
  let j = start;
  while (i < fromEnd || j < toEnd) {
    const at = i;
    const add: T[] = [];
    for (; i < fromEnd; i++) {
      const item = from[i];
      if (item !== undefined && after.has(item)) break;
    }
    for (; j < toEnd; j++) {
      const item = to[j];
      if (item === undefined || before.has(item)) break;
      add.push(item);
    }
    if (i > at || add.length > 0) splices.push({ at, drop: i - at, add });
    else if (from[i] !== to[j]) return undefined;
    else {
      i++;
      j++;
    }
  }
  return splices;
}

export function applyPatch<T>(list: readonly T[], patch: ListPatch<T>): readonly T[] {
  if (patch.length === 0) return list;
  const made: T[] = [];
  let from = 0;
  const copyTo = (end: number): void => {
    for (; from < end; from++) {
      const item = list[from];
      if (item !== undefined) made.push(item);
    }
  };
  for (const { at, drop, add } of patch) {
    copyTo(at);
    for (const item of add) made.push(item);
    from += drop;
  }
  copyTo(list.length);
  return made;
}

/** References that a patch holds on to: what a step of a history costs. */
export function patchSize<T>(patch: ListPatch<T>): number {
  return patch.reduce((sum, { add }) => sum + add.length, patch.length);
}
