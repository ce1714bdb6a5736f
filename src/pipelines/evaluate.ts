/**
 * How good picks are, against particles marked by hand. Matching is one to one: picks in order of falling score,
 * each to the nearest particle within the radius that is still free. Counts are pooled over all micrographs.
 */
interface Point {
  readonly x: number;
  readonly y: number;
}

export interface ScoredPoint extends Point {
  /** Larger is better; picks without a score share one threshold. */
  readonly score?: number | undefined;
}

export interface MicrographPicks {
  readonly name: string;
  readonly picks: readonly ScoredPoint[];
  readonly truth: readonly Point[];
}

export interface Counts {
  readonly picks: number;
  readonly truth: number;
  readonly matched: number;
  /** matched / picks; 0 when there are no picks. */
  readonly precision: number;
  /** matched / truth; 0 when there is no truth. */
  readonly recall: number;
  /** Harmonic mean of the two; 0 when nothing matched. */
  readonly f1: number;
}

export interface Evaluation extends Counts {
  /**
   * Area under precision over recall, the sum of precision × step in recall at each distinct score ("all points",
   * no interpolation). Picks of equal score count together, so their order does not matter.
   */
  readonly averagePrecision: number;
  /** At the score threshold (score ≥ threshold) where F1 is largest; undefined when nothing matched. */
  readonly best: (Counts & { readonly threshold: number }) | undefined;
  /** Mean distance of matched picks from their particles, px; undefined when nothing matched. */
  readonly meanDistancePx: number | undefined;
}

export interface EvaluationResult extends Evaluation {
  readonly radiusPx: number;
  readonly micrographs: readonly (Evaluation & { readonly name: string })[];
}

export interface Match {
  readonly score: number;
  /** Index of the particle, or −1. */
  readonly truth: number;
  /** Distance to it, px; NaN without one. */
  readonly distance: number;
}

/** Evaluates picks as they are and at every threshold. Distances are in the pixels of the coordinates. */
export function evaluatePicks(micrographs: readonly MicrographPicks[], radiusPx: number): EvaluationResult {
  const each = micrographs.map(({ name, picks, truth }) => {
    const matches = matchPicks(picks, truth, radiusPx);
    return { name, matches, truth: truth.length };
  });
  const all = each.flatMap(({ matches }) => matches);
  const truth = each.reduce((sum, one) => sum + one.truth, 0);
  return {
    radiusPx,
    ...summarise(all, truth),
    micrographs: each.map((one) => ({ name: one.name, ...summarise(one.matches, one.truth) })),
  };
}

/**
 * What each pick matched, picks in order of falling score (equal scores in the order given).
 * @param radiusPx more than 0.
 */
export function matchPicks(
  picks: readonly ScoredPoint[],
  truth: readonly Point[],
  radiusPx: number,
): Match[] {
  const cells = bucket(truth, radiusPx);
  const taken = new Set<number>();
  const ordered = picks.map(({ x, y, score = 0 }) => ({ x, y, score })).sort((a, b) => b.score - a.score);
  return ordered.map(({ x, y, score }) => {
    let nearest = -1;
    let distance = radiusPx;
    for (const index of cells.near(x, y)) {
      const particle = truth[index];
      if (!particle || taken.has(index)) continue;
      const d = Math.hypot(particle.x - x, particle.y - y);
      if (d < distance || (d === distance && nearest < 0)) {
        nearest = index;
        distance = d;
      }
    }
    if (nearest >= 0) taken.add(nearest);
    return { score, truth: nearest, distance: nearest < 0 ? Number.NaN : distance };
  });
}

/** Particles in square cells as wide as the radius, so that only nine cells need be searched. */
function bucket(points: readonly Point[], size: number): { near(x: number, y: number): Generator<number> } {
  const cells = new Map<string, number[]>();
  const cellOf = (value: number) => Math.floor(value / size);
  points.forEach(({ x, y }, index) => {
    const key = `${cellOf(x)} ${cellOf(y)}`;
    const cell = cells.get(key);
    if (cell) cell.push(index);
    else cells.set(key, [index]);
  });
  return {
    *near(x, y) {
      for (let row = cellOf(y) - 1; row <= cellOf(y) + 1; row++) {
        for (let column = cellOf(x) - 1; column <= cellOf(x) + 1; column++) {
          yield* cells.get(`${column} ${row}`) ?? [];
        }
      }
    },
  };
}

function summarise(matches: readonly Match[], truth: number): Evaluation {
  const ordered = [...matches].sort((a, b) => b.score - a.score);
  let matched = 0;
  let distances = 0;
  let averagePrecision = 0;
  let recall = 0;
  let best: Evaluation['best'];
  ordered.forEach(({ score, truth: index, distance }, i) => {
    if (index >= 0) {
      matched++;
      distances += distance;
    }
    if (ordered[i + 1]?.score === score) return;
    const here = count(i + 1, truth, matched);
    averagePrecision += here.precision * (here.recall - recall);
    recall = here.recall;
    if (here.f1 > (best?.f1 ?? 0)) best = { ...here, threshold: score };
  });
  return {
    ...count(ordered.length, truth, matched),
    averagePrecision,
    best,
    meanDistancePx: matched > 0 ? distances / matched : undefined,
  };
}

function count(picks: number, truth: number, matched: number): Counts {
  return {
    picks,
    truth,
    matched,
    precision: picks > 0 ? matched / picks : 0,
    recall: truth > 0 ? matched / truth : 0,
    f1: matched > 0 ? (2 * matched) / (picks + truth) : 0,
  };
}
