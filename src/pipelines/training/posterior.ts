/**
 * Chances from picks that are not complete. A candidate that nobody labelled may be a particle all the same: of all particles a
 * part e, picked without regard to how they look, has labels. So the chance of a label is e · σ(w·f + c) where σ(w·f + c) is
 * the chance of a particle with features f, and EM finds the most likely w and c (Ward et al. 2009, Biometrics 65, 554).
 */

/** Candidates of micrographs with labels. */
export interface Evidence {
  readonly features: readonly number[];
  /** What somebody said; undefined for what nobody looked at. */
  readonly isParticle?: boolean | undefined;
}

export interface Posterior {
  /** One weight a feature, and the constant last. */
  readonly weights: readonly number[];
  /** Chance that each is a particle, 1 or 0 where somebody said so. */
  readonly chances: readonly number[];
  /** Particles among the evidence, the labelled included. */
  readonly expectedCount: number;
}

const rounds = 60;
/** Pulls standardised weights to 0, so that separable evidence has an answer. */
const ridge = 0.01;

/**
 * @param expectedCount particles among the evidence, where it is known; otherwise it is estimated too.
 */
export function fitPosterior(evidence: readonly Evidence[], expectedCount?: number): Posterior {
  const labelled = evidence.filter(({ isParticle }) => isParticle).length;
  const size = evidence[0]?.features.length ?? 0;
  const scale = standardisation(evidence, size);
  const rows = evidence.map(({ features }) => [
    ...features.map((value, i) => (value - (scale[i]?.mean ?? 0)) / (scale[i]?.deviation ?? 1)),
    1,
  ]);
  const cap = Math.max(1, evidence.length);
  const most = expectedCount ?? tailCount(evidence, rows);
  const bound = (count: number): number => Math.min(cap, Math.max(labelled, Math.min(count, most)));
  let count = bound(most);
  let weights: number[] = [...Array.from({ length: size }, () => 1), logit(count / cap)];
  let chances: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const part = labelled / Math.max(1, count);
    chances = evidence.map(({ isParticle }, i) => {
      if (isParticle !== undefined) return isParticle ? 1 : 0;
      const p = sigmoid(dot(weights, rows[i] ?? []));
      return ((1 - part) * p) / Math.max(1e-12, 1 - part * p);
    });
    weights = improved(rows, chances, weights);
    if (expectedCount === undefined) count = bound(chances.reduce((sum, p) => sum + p, 0));
  }
  const raw = weights.slice(0, size).map((weight, i) => weight / (scale[i]?.deviation ?? 1));
  const constant =
    (weights[size] ?? 0) - raw.reduce((sum, weight, i) => sum + weight * (scale[i]?.mean ?? 0), 0);
  return { weights: [...raw, constant], chances, expectedCount: count };
}

/**
 * An upper bound of how many particles there are: of the candidates above a score at which a part of the labelled ones lies, all may be
 * particles, and they are the same part of all particles. The least over several parts.
 */
function tailCount(evidence: readonly Evidence[], rows: readonly (readonly number[])[]): number {
  const score = (row: readonly number[]): number => row.slice(0, -1).reduce((sum, value) => sum + value, 0);
  const scores = rows.map(score);
  const known = scores.filter((_, i) => evidence[i]?.isParticle).sort((a, b) => b - a);
  let least = Number.POSITIVE_INFINITY;
  for (const part of [0.3, 0.4, 0.5, 0.6, 0.7, 0.8]) {
    const rank = Math.max(1, Math.round(part * known.length));
    const floor = known[rank - 1] ?? Number.NEGATIVE_INFINITY;
    const above = scores.filter((value) => value >= floor).length;
    least = Math.min(least, (above * known.length) / rank);
  }
  return least;
}

function standardisation(
  evidence: readonly Evidence[],
  size: number,
): { readonly mean: number; readonly deviation: number }[] {
  return Array.from({ length: size }, (_, i) => {
    const values = evidence.map(({ features }) => features[i] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
    return { mean, deviation: Math.sqrt(square) || 1 };
  });
}

/** A damped Newton step of logistic regression on soft labels: with one a round EM climbs as well as with many. */
function improved(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  start: readonly number[],
): number[] {
  const n = start.length;
  const gradient = Array.from({ length: n }, (_, i) => (i < n - 1 ? -ridge * (start[i] ?? 0) : 0));
  const hessian = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => (i === j ? (i < n - 1 ? ridge : 0) + 1e-6 : 0)),
  );
  for (const [k, row] of rows.entries()) {
    const p = sigmoid(dot(start, row));
    const spread = p * (1 - p);
    for (const [i, a] of row.entries()) {
      gradient[i] = (gradient[i] ?? 0) + a * ((targets[k] ?? 0) - p);
      const line = hessian[i];
      if (line) for (const [j, b] of row.entries()) line[j] = (line[j] ?? 0) + spread * a * b;
    }
  }
  const move = solve(hessian, gradient);
  const longest = Math.max(...move.map(Math.abs));
  const damping = longest > 2 ? 2 / longest : 1;
  return start.map((weight, i) => weight + damping * (move[i] ?? 0));
}

/** Gauss elimination with pivots; of a few unknowns. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  const n = rows.length;
  const cell = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++)
      if (Math.abs(cell(i, column)) > Math.abs(cell(pivot, column))) pivot = i;
    const [a, b] = [rows[column], rows[pivot]];
    if (a && b) [rows[column], rows[pivot]] = [b, a];
    for (let i = 0; i < n; i++) {
      if (i === column) continue;
      const factor = cell(i, column) / cell(column, column);
      rows[i] = (rows[i] ?? []).map((value, j) => value - factor * cell(column, j));
    }
  }
  return Array.from({ length: n }, (_, i) => cell(i, n) / cell(i, i));
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const logit = (p: number): number => {
  const safe = Math.min(1 - 1e-6, Math.max(1e-6, p));
  return Math.log(safe / (1 - safe));
};
