import type { Candidate } from '../picking/candidates.ts';
import type { Point } from '../template/profile.ts';

export interface NamedCandidate extends Candidate {
  readonly micrograph: string;
}

export interface QueryOptions {
  /** Score from which a candidate is a pick. */
  readonly threshold: number;
  /** In the same pixels as the candidates. */
  readonly diameterPx: number;
  /** What was answered already, yes or no, by micrograph. */
  readonly answered: ReadonlyMap<string, readonly Point[]>;
}

/** What is nearer to something answered, in diameters, is the same question. */
const answeredDiameters = 0.5;
/** Two questions beside each other teach less than two apart. */
const apartDiameters = 1;

/**
 * The candidates to ask about next: whose chance is nearest to the threshold in log-odds, spread over the micrographs, away from what was
 * answered (uncertainty sampling, Lewis and Gale 1994).
 * @param candidates with chances as scores.
 * @returns at most `count`, the least sure of each micrograph in turn.
 */
export function leastSure(
  candidates: readonly NamedCandidate[],
  count: number,
  { threshold, diameterPx, answered }: QueryOptions,
): NamedCandidate[] {
  const middle = logOdds(threshold);
  const doubt = ({ score }: Candidate): number => Math.abs(logOdds(score) - middle);
  const queues = new Map<string, NamedCandidate[]>();
  for (const candidate of candidates) {
    const known = answered.get(candidate.micrograph) ?? [];
    if (isNear(candidate, known, answeredDiameters * diameterPx)) continue;
    const queue = queues.get(candidate.micrograph);
    if (queue) queue.push(candidate);
    else queues.set(candidate.micrograph, [candidate]);
  }
  for (const queue of queues.values())
    queue.sort((a, b) => doubt(a) - doubt(b) || b.score - a.score || a.y - b.y || a.x - b.x);
  const asked: NamedCandidate[] = [];
  while (asked.length < count && queues.size > 0) {
    const round: NamedCandidate[] = [];
    for (const [micrograph, queue] of queues) {
      const here = asked.filter((one) => one.micrograph === micrograph);
      let next = queue.shift();
      while (next && isNear(next, here, apartDiameters * diameterPx)) next = queue.shift();
      if (next) round.push(next);
      else queues.delete(micrograph);
    }
    // Of the last round, the least sure.
    round.sort((a, b) => doubt(a) - doubt(b) || (a.micrograph < b.micrograph ? -1 : 1));
    asked.push(...round.slice(0, count - asked.length));
  }
  return asked;
}

function isNear({ x, y }: Point, places: readonly Point[], radius: number): boolean {
  return places.some((place) => Math.hypot(place.x - x, place.y - y) < radius);
}

function logOdds(chance: number): number {
  const safe = Math.min(1 - 1e-9, Math.max(1e-9, chance));
  return Math.log(safe / (1 - safe));
}
