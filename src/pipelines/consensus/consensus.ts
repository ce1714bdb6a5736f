import { UsageError } from '../../core/errors.ts';
import { groupPicks, type Member } from './group.ts';

/** A pick of some method; larger scores are better. */
export interface RatedPick {
  readonly x: number;
  readonly y: number;
  /** Undefined where a person made it: all picks of such a set count alike. */
  readonly score?: number | undefined;
}

export interface ConsensusOptions {
  /** Picks of different methods within this distance are of one particle, px. */
  readonly radiusPx: number;
  /** Methods that have to agree, from 1. */
  readonly least: number;
}

/** What several methods agree on. */
export interface ConsensusPick {
  readonly x: number;
  readonly y: number;
  /** 0 to 1. */
  readonly score: number;
  /** Numbers of the sets that have it. */
  readonly sets: readonly number[];
}

/** Of a radius: what is enough for a particle, in its diameters. */
export const consensusRadiusDiameters = 0.25;
const radiusRange = { least: 0.02, most: 0.5 } as const;

/** @throws UsageError where numbers make no sense. */
export function checkConsensus(sets: number, least: number, radiusDiameters: number): void {
  if (sets < 2) throw new UsageError('A consensus needs the picks of two methods or more.');
  if (!(Number.isInteger(least) && least >= 1 && least <= sets)) {
    throw new UsageError(`${least} of ${sets} methods can't agree: give a number from 1 to ${sets}.`);
  }
  if (!(radiusDiameters >= radiusRange.least && radiusDiameters <= radiusRange.most)) {
    throw new UsageError(
      `A radius of ${radiusDiameters} diameters makes no sense: give one from ${radiusRange.least} to ${radiusRange.most}.`,
    );
  }
}

/**
 * Combines the picks of several methods on the micrographs of a data set. Scores of different methods can't be compared, ranks can:
 * in a data set with about N particles the pick of rank r of a method is worth N / (N + r), 1 for its best and ½ for its N-th, and a
 * particle the mean of that over all methods, 0 for those that do not have it (reciprocal rank fusion; Cormack et al. 2009). N is the
 * number of places that enough methods agree on. A particle's place is the mean of its picks', weighted by their worth.
 * @param micrographs for each the sets of picks, always in the same order of methods.
 * @returns for each what enough methods agree on, best first.
 */
export function consensusOf(
  micrographs: readonly (readonly (readonly RatedPick[])[])[],
  { radiusPx, least }: ConsensusOptions,
): readonly (readonly ConsensusPick[])[] {
  const sets = Math.max(0, ...micrographs.map(({ length }) => length));
  const grouped = micrographs.map((one) => groupPicks(one, radiusPx).filter(({ length }) => length >= least));
  const particles = grouped.reduce((sum, { length }) => sum + length, 0);
  const ranks = Array.from({ length: sets }, (_, set) => ranksOf(micrographs.map((one) => one[set] ?? [])));
  return grouped.map((groups, i) => {
    const worth = ({ set, pick }: Member): number =>
      particles / (particles + (ranks[set]?.[i]?.[pick] ?? Number.POSITIVE_INFINITY));
    return groups
      .map((group) => combined(group, micrographs[i] ?? [], worth, sets))
      .sort((a, b) => b.score - a.score || a.y - b.y || a.x - b.x);
  });
}

function combined(
  group: readonly Member[],
  picks: readonly (readonly RatedPick[])[],
  worth: (member: Member) => number,
  sets: number,
): ConsensusPick {
  let [x, y, sum] = [0, 0, 0];
  for (const member of group) {
    const pick = picks[member.set]?.[member.pick];
    const weight = worth(member);
    x += weight * (pick?.x ?? 0);
    y += weight * (pick?.y ?? 0);
    sum += weight;
  }
  return { x: x / sum, y: y / sum, score: sum / sets, sets: group.map(({ set }) => set) };
}

/** Rank of each pick of one method over all micrographs, from 0; equal scores share the mean of theirs. */
function ranksOf(micrographs: readonly (readonly RatedPick[])[]): readonly (readonly number[])[] {
  const all = micrographs
    .flatMap((picks, micrograph) => picks.map(({ score = 0 }, pick) => ({ micrograph, pick, score })))
    .sort((a, b) => b.score - a.score);
  const ranks = micrographs.map((picks) => picks.map(() => 0));
  for (let first = 0; first < all.length; ) {
    let end = first + 1;
    while (end < all.length && all[end]?.score === all[first]?.score) end++;
    for (const { micrograph, pick } of all.slice(first, end)) {
      const own = ranks[micrograph];
      if (own) own[pick] = (first + end - 1) / 2;
    }
    first = end;
  }
  return ranks;
}
