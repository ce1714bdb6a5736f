/** A candidate particle in some picture's pixels, with a score that grows with confidence. */
export interface Candidate {
  readonly x: number;
  readonly y: number;
  readonly score: number;
}

/** Best first; equal scores in reading order, so that the result never depends on chance. */
export function bestFirst(a: Candidate, b: Candidate): number {
  return b.score - a.score || a.y - b.y || a.x - b.x;
}

/**
 * Candidates with their centre nearer to the edge than this part of the diameter are dropped: at the line where the picture is mirrored
 * anything looks round. Farther in, half a particle is enough to be seen, by people too: with 0.15, three in a hundred marks of
 * apoferritin were out of reach.
 */
export const edgeDiameters = 0.05;

/** Whether a particle may have its centre at a place of a picture; size and diameter are in the same pixels as the place. */
export function awayFromEdges(
  { width, height }: { readonly width: number; readonly height: number },
  diameterPx: number,
): (position: { readonly x: number; readonly y: number }) => boolean {
  const margin = edgeDiameters * diameterPx;
  return ({ x, y }) => x >= margin && y >= margin && x <= width - 1 - margin && y <= height - 1 - margin;
}

/** Where the middle of half a disc lies, in its diameters from the cut: 4 / (3π) radii. */
const halfDiscDiameters = 2 / (3 * Math.PI);
/** Of its score, what is left to a particle that is cut in half: it can't be extracted, and few people mark it. */
const cutShare = 0.02;

/**
 * What the edge cuts in half, or more, in the middle of what is seen of it, and as doubtful as it is useful; all others as they are.
 * @param size of the picture, and the particle's diameter, in the same pixels as the candidates.
 */
export function doubtingCutOnes(
  { width, height }: { readonly width: number; readonly height: number },
  diameterPx: number,
): (candidate: Candidate) => Candidate {
  const nearest = edgeDiameters * diameterPx;
  const middle = halfDiscDiameters * diameterPx;
  const seen = (px: number, length: number): number => {
    if (px < nearest) return middle;
    return px > length - 1 - nearest ? length - 1 - middle : px;
  };
  return (candidate) => {
    const [x, y] = [seen(candidate.x, width), seen(candidate.y, height)];
    const isWhole = x === candidate.x && y === candidate.y;
    return isWhole ? candidate : { x, y, score: cutShare * candidate.score };
  };
}

/**
 * Greedy non-maximum suppression: takes candidates in order of falling score and drops those nearer than `radius` to
 * one already taken. A grid of radius-sized cells keeps it linear.
 */
export function suppressNeighbours(candidates: readonly Candidate[], radius: number): Candidate[] {
  const kept: Candidate[] = [];
  const cells = new Map<number, Candidate[]>();
  const columns = 1 << 20;
  const cellOf = (value: number): number => Math.floor(value / radius) + 2;
  for (const candidate of [...candidates].sort(bestFirst)) {
    const column = cellOf(candidate.x);
    const row = cellOf(candidate.y);
    let free = true;
    for (let dy = -1; dy <= 1 && free; dy++) {
      for (let dx = -1; dx <= 1 && free; dx++) {
        const near = cells.get((row + dy) * columns + column + dx);
        if (near?.some(({ x, y }) => (x - candidate.x) ** 2 + (y - candidate.y) ** 2 < radius ** 2))
          free = false;
      }
    }
    if (!free) continue;
    kept.push(candidate);
    const key = row * columns + column;
    const cell = cells.get(key);
    if (cell) cell.push(candidate);
    else cells.set(key, [candidate]);
  }
  return kept;
}
