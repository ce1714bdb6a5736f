/**
 * Particles lie beside each other, not in each other: of two places nearer than a body's diameter at most one is a particle,
 * mostly. Where the noise makes every place doubtful, that tells more than the scores alone (single frames of apoferritin: strict AP
 * 0.57 without, 0.68 with it).
 *
 * Candidates are taken for a pairwise Markov random field (a Strauss process on places that are given, Strauss 1975): pairs of particles
 * at a distance are `pairRate` times as frequent as by chance, and the chances of both stay what the scores say. Sums of messages
 * (Pearl 1988; loopy, so approximate: Yedidia, Freeman and Weiss 2005) turn the chance of each by itself into the
 * chance beside its neighbours.
 */
import { bestFirst, type Candidate } from './candidates.ts';

/** Pairs that overlap deeply, as a part of those that there would be by chance: clumps, and particles above each other in thick ice. */
const leastRate = 0.03;
/** Of the body's diameter, from where on less and less pairs are missing: bodies are not quite round. */
const touchingPart = 0.85;
/** Before anything is known of it, a candidate is a particle with this chance at most: more lets loops count evidence twice. */
const mostPrior = 0.25;
const mostRounds = 40;
/** Log-odds; when no belief changes by more, all is said. */
const atRest = 1e-4;
/** Part of a message that is kept from one round to the next, so that loops come to rest. */
const damping = 0.5;
/** Log-odds beyond which a belief is certain. */
const certain = 30;

/** How many pairs of particles there are at a distance, as a part of those by chance. @param part the distance in body diameters. */
export function pairRate(part: number): number {
  if (part <= touchingPart) return leastRate;
  return part < 1 ? leastRate ** ((1 - part) / (1 - touchingPart)) : 1;
}

/**
 * The body's width to heed, in diameters. Who asks for picks nearer than half a body asks for such as lie in each other, so nothing is
 * heeded; and with more than half a body between any two, none has more than some twenty neighbours, whatever a file says.
 * @param separationDiameters no two candidates are nearer.
 */
export function heededExclusion(exclusionDiameters: number, separationDiameters: number): number {
  return separationDiameters >= exclusionDiameters / 2 ? exclusionDiameters : 0;
}

/** Two candidates that know of each other. */
interface Pair {
  readonly first: number;
  readonly second: number;
  readonly rate: number;
}

/**
 * The same candidates with their chances beside their neighbours, best first.
 * @param candidates of one micrograph, each with the chance by itself that it is a particle as its score.
 * @param exclusionPx diameter of a particle's body, in the pixels of the candidates; 0 leaves all as they are.
 */
export function besideNeighbours(candidates: readonly Candidate[], exclusionPx: number): Candidate[] {
  const pairs = pairsWithin(candidates, exclusionPx);
  if (pairs.length === 0) return [...candidates].sort(bestFirst);
  const own = candidates.map(({ score }) => logit(score));
  const mean = candidates.reduce((sum, { score }) => sum + score, 0) / candidates.length;
  const prior = Math.min(mostPrior, mean);
  const beliefs = propagate(own, pairs, prior);
  return candidates
    .map(({ x, y }, i) => ({ x, y, score: 1 / (1 + Math.exp(-(beliefs[i] ?? 0))) }))
    .sort(bestFirst);
}

/** @param own log-odds of each by itself. @returns log-odds beside the others. */
function propagate(own: readonly number[], pairs: readonly Pair[], prior: number): Float64Array {
  const toFirst = new Float64Array(pairs.length);
  const toSecond = new Float64Array(pairs.length);
  let beliefs = Float64Array.from(own);
  for (let round = 0; round < mostRounds; round++) {
    const next = Float64Array.from(own);
    for (const [i, { first, second, rate }] of pairs.entries()) {
      const [before, after] = [toFirst[i] ?? 0, toSecond[i] ?? 0];
      const mixed = (old: number, from: number): number =>
        damping * old + (1 - damping) * message(from, rate, prior);
      // What the other believes without what it was told from here.
      toFirst[i] = mixed(before, (beliefs[second] ?? 0) - after);
      toSecond[i] = mixed(after, (beliefs[first] ?? 0) - before);
      next[first] = (next[first] ?? 0) + (toFirst[i] ?? 0);
      next[second] = (next[second] ?? 0) + (toSecond[i] ?? 0);
    }
    const last = beliefs;
    beliefs = next;
    if (next.every((belief, i) => Math.abs(belief - (last[i] ?? 0)) < atRest)) break;
  }
  return beliefs;
}

/**
 * What a candidate's belief adds to its neighbour's log-odds. Both are particles with the chance rate · prior², so that a candidate
 * that is believed just as much as the prior says nothing.
 */
function message(belief: number, rate: number, prior: number): number {
  const chance = 1 / (1 + Math.exp(-Math.min(certain, Math.max(-certain, belief))));
  const one = (1 - prior * rate) / (1 - prior);
  const none = (1 - 2 * prior + prior * prior * rate) / (1 - prior) ** 2;
  return Math.log((chance * rate + (1 - chance) * one) / (chance * one + (1 - chance) * none));
}

function logit(chance: number): number {
  const safe = Math.min(1 - 1e-9, Math.max(1e-9, chance));
  return Math.log(safe / (1 - safe));
}

/** Pairs nearer than `reach`, found by a grid of cells of that side. */
function pairsWithin(candidates: readonly Candidate[], reach: number): Pair[] {
  if (!(reach > 0)) return [];
  const cells = new Map<string, number[]>();
  const cellOf = (px: number): number => Math.floor(px / reach);
  const pairs: Pair[] = [];
  for (const [second, { x, y }] of candidates.entries()) {
    const [column, row] = [cellOf(x), cellOf(y)];
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++)
        for (const first of cells.get(`${column + dx} ${row + dy}`) ?? []) {
          const other = candidates[first];
          const part = other ? Math.hypot(other.x - x, other.y - y) / reach : 1;
          if (part < 1) pairs.push({ first, second, rate: pairRate(part) });
        }
    const key = `${column} ${row}`;
    const cell = cells.get(key);
    if (cell) cell.push(second);
    else cells.set(key, [second]);
  }
  return pairs;
}
