/** Which picks of several methods are of one particle. */
import { UsageError } from '../../core/errors.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A pick by the number of its set, and its own in it. */
export interface Member {
  readonly set: number;
  readonly pick: number;
}

/** Picks of a method are its own distance apart: a few neighbours each. Damaged or unthinned lists have millions. */
const mostComparisons = 2e7;
const mostPairs = 2e6;

interface Pair {
  readonly a: number;
  readonly b: number;
  readonly distance: number;
}

/**
 * Groups picks of several sets one to one: no group has two of one set, and no two of a group are further apart than the radius.
 * The nearest pairs come first (agglomeration by complete linkage), so that in a crowd everybody gets the neighbour that is meant.
 * Every pick is in one group, alone if need be.
 * @throws UsageError where so many lie in one place that no particles can be told.
 */
export function groupPicks(
  sets: readonly (readonly Point[])[],
  radiusPx: number,
): readonly (readonly Member[])[] {
  const members = sets.flatMap((picks, set) => picks.map((_, pick): Member => ({ set, pick })));
  const points = sets.flat();
  const groups = members.map((_, i): number[] => [i]);
  const groupOf = members.map((_, i) => i);
  for (const { a, b } of nearPairs(points, members, radiusPx)) {
    const [first = 0, second = 0] = [groupOf[a], groupOf[b]];
    const [one, other] = [groups[first], groups[second]];
    if (first === second || !one || !other) continue;
    const fits = one.every((i) =>
      other.every((j) => members[i]?.set !== members[j]?.set && distance(points[i], points[j]) <= radiusPx),
    );
    if (!fits) continue;
    for (const i of other) groupOf[i] = first;
    one.push(...other);
    other.length = 0;
  }
  return groups
    .filter(({ length }) => length > 0)
    .map((group) => group.sort((i, j) => i - j).flatMap((i) => members[i] ?? []));
}

/** Pairs of different sets within the radius, the nearest first; equal ones in the order of the picks. */
function nearPairs(points: readonly Point[], members: readonly Member[], radiusPx: number): Pair[] {
  const cells = new Map<string, number[]>();
  const cellOf = (value: number): number => Math.floor(value / radiusPx);
  const pairs: Pair[] = [];
  let comparisons = 0;
  for (const [b, point] of points.entries()) {
    const [column, row] = [cellOf(point.x), cellOf(point.y)];
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const near = cells.get(`${column + dx} ${row + dy}`) ?? [];
        comparisons += near.length;
        if (comparisons > mostComparisons || pairs.length > mostPairs) {
          throw new UsageError(
            `Too many of the ${points.length} picks lie within ${radiusPx.toFixed(1)} px of each other: thin them out first, or give a higher threshold to the methods.`,
          );
        }
        for (const a of near) {
          const apart = distance(points[a], point);
          if (members[a]?.set !== members[b]?.set && apart <= radiusPx) pairs.push({ a, b, distance: apart });
        }
      }
    }
    const key = `${column} ${row}`;
    const cell = cells.get(key);
    if (cell) cell.push(b);
    else cells.set(key, [b]);
  }
  return pairs.sort((p, q) => p.distance - q.distance || p.a - q.a || p.b - q.b);
}

function distance(a: Point | undefined, b: Point | undefined): number {
  return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : Number.POSITIVE_INFINITY;
}
