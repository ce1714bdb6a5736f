/** Two sets of picks on one micrograph beside each other; neither is the truth. */
import { NearestPoints, type Point } from './nearestPoints.ts';

export interface Pair {
  /** Index in the first set. */
  readonly a: number;
  /** Index in the second set. */
  readonly b: number;
  readonly distancePx: number;
}

export interface Comparison {
  /** In the order of the first set. */
  readonly both: readonly Pair[];
  /** Indices of the first set's picks that the second has not. */
  readonly onlyA: readonly number[];
  /** Indices of the second set's picks that the first has not. */
  readonly onlyB: readonly number[];
}

/**
 * Pairs the picks one to one, the nearest pairs first, up to the radius: with the sets exchanged the pairs are the same.
 * Who is nearest to whom in turn is followed until two picks are each other's nearest; no nearer pair can part those.
 * @param radiusPx more than 0.
 */
export function comparePicks(a: readonly Point[], b: readonly Point[], radiusPx: number): Comparison {
  const first = new NearestPoints(a, radiusPx);
  const second = new NearestPoints(b, radiusPx);
  const both: Pair[] = [];
  const onlyA: number[] = [];
  const chain: number[] = [];
  for (const start of a.keys()) {
    if (first.isFree(start)) chain.push(start);
    for (let top = chain.at(-1); top !== undefined; top = chain.at(-1)) {
      const own = a[top];
      const partner = own && first.isFree(top) ? second.nearest(own) : undefined;
      const other = partner && b[partner.index];
      if (!partner || !other) {
        // Partners only ever become fewer.
        if (first.isFree(top)) onlyA.push(top);
        first.take(top);
        chain.pop();
        continue;
      }
      const back = first.nearest(other)?.index ?? top;
      if (back === top) {
        both.push({ a: top, b: partner.index, distancePx: partner.distance });
        first.take(top);
        second.take(partner.index);
        chain.pop();
      } else {
        chain.push(back);
      }
    }
  }
  return {
    both: both.sort((one, next) => one.a - next.a),
    onlyA: onlyA.sort((one, next) => one - next),
    onlyB: [...b.keys()].filter((index) => second.isFree(index)),
  };
}
