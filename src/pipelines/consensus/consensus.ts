import { UsageError } from '../../core/errors.ts';
import { groupPicks, type Member } from './group.ts';
import { believedPicks } from './trust.ts';

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
  /** Of each of these sets the pick that it is, by its number. */
  readonly members: readonly number[];
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

/** A consensus of a data set. */
export interface Consensus {
  /** For each micrograph all that enough methods agree on, best first. */
  readonly micrographs: readonly (readonly ConsensusPick[])[];
  /** The score that as many places have as are believed: below it agreement is mostly chance. */
  readonly suggestedThreshold: number;
}

/**
 * Combines the picks of several methods on the micrographs of a data set. Scores of different methods can't be compared, ranks can:
 * in a data set with about N particles the pick of rank r of a method is worth N / (N + r), 1 for its best and ½ for its N-th, and a
 * particle the mean of that over all methods, 0 for those that do not have it (reciprocal rank fusion; Cormack et al. 2009). N is the
 * number of places that enough methods agree on, at least one of which is believed so far down its list (`believedPicks`). A
 * particle's place is the mean of its picks', weighted by their worth.
 * @param micrographs for each the sets of picks, always in the same order of methods.
 */
export function consensusOf(
  micrographs: readonly (readonly (readonly RatedPick[])[])[],
  { radiusPx, least }: ConsensusOptions,
): Consensus {
  const sets = Math.max(0, ...micrographs.map(({ length }) => length));
  const all = micrographs.map((one) => groupPicks(one, radiusPx));
  const ranks = Array.from({ length: sets }, (_, set) => ranksOf(micrographs.map((one) => one[set] ?? [])));
  const rankOf = (micrograph: number, { set, pick }: Member): number =>
    ranks[set]?.[micrograph]?.[pick] ?? Number.POSITIVE_INFINITY;
  const believed = believedRanks(all, rankOf, sets, Math.max(2, least));
  const grouped = all.map((groups) => groups.filter(({ length }) => length >= least));
  const isBelieved = (micrograph: number) => (member: Member) =>
    rankOf(micrograph, member) < (believed[member.set] ?? 0);
  const particles = grouped.reduce(
    (sum, groups, i) => sum + groups.filter((group) => group.some(isBelieved(i))).length,
    0,
  );
  const found = grouped.map((groups, i) => {
    const worth = (member: Member): number => {
      const scale = Math.max(1, particles);
      return scale / (scale + rankOf(i, member));
    };
    return groups
      .map((group) => combined(group, micrographs[i] ?? [], worth, sets))
      .sort((a, b) => b.score - a.score || a.y - b.y || a.x - b.x);
  });
  const scores = found.flatMap((picks) => picks.map(({ score }) => score)).sort((a, b) => b - a);
  return { micrographs: found, suggestedThreshold: scores[particles - 1] ?? 0 };
}

/** For each method the rank down to which it is believed. */
function believedRanks(
  micrographs: readonly (readonly (readonly Member[])[])[],
  rankOf: (micrograph: number, member: Member) => number,
  sets: number,
  enough: number,
): readonly number[] {
  const lists = Array.from({ length: sets }, (): { rank: number; agrees: boolean }[] => []);
  for (const [i, groups] of micrographs.entries())
    for (const group of groups)
      for (const member of group)
        lists[member.set]?.push({ rank: rankOf(i, member), agrees: group.length >= enough });
  return lists.map((list) => {
    list.sort((a, b) => a.rank - b.rank);
    const believed = believedPicks(list.map(({ agrees }) => agrees));
    // Those of one score share a rank, and are believed or not together.
    return believed === list.length ? Number.POSITIVE_INFINITY : (list[believed]?.rank ?? 0);
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
  return {
    ...{ x: x / sum, y: y / sum, score: sum / sets },
    ...{ sets: group.map(({ set }) => set), members: group.map(({ pick }) => pick) },
  };
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
