import { type Candidate, suppressNeighbours } from '../candidates.ts';

/** Chances below this are not worth a candidate. */
const least = 0.005;
/** Steps in which chances are told apart while the next best place is looked for. */
const levels = 1000;

/**
 * Where to pick so that most picks lie within a radius of a particle: again and again the disc with the largest chance of one, and what it
 * holds is spent.
 * @param density chance of each cell, row-major.
 * @param radius and `separation`, which no two of the places are nearer than, in cells.
 * @returns places in cells, with the chance of a particle within the radius as score, best first.
 */
export function placesOf(
  density: Float64Array,
  width: number,
  radius: number,
  separation: number,
): Candidate[] {
  const height = density.length / width;
  const left = Float64Array.from(density);
  const disc = discOf(radius);
  /** Calls `visit` with the cells of the disc around one, and their places. */
  const eachAround = (cell: number, visit: (at: number, x: number, y: number) => void): void => {
    const [column, row] = [cell % width, Math.floor(cell / width)];
    for (const [dx, dy] of disc) {
      const [x, y] = [column + dx, row + dy];
      if (x >= 0 && x < width && y >= 0 && y < height) visit(y * width + x, x, y);
    }
  };
  const chanceAt = (cell: number): number => {
    let sum = 0;
    eachAround(cell, (at) => {
      sum += left[at] ?? 0;
    });
    return sum;
  };
  // Chances only fall, so a cell waits in the queue of the last one that is known of it.
  const queues: number[][] = Array.from({ length: levels + 1 }, () => []);
  const levelOf = (chance: number): number => Math.min(levels, Math.floor(chance * levels));
  for (const cell of density.keys()) {
    const chance = chanceAt(cell);
    if (chance >= least) queues[levelOf(chance)]?.push(cell);
  }
  const found: Candidate[] = [];
  for (let level = levels; level >= 0; level--) {
    const queue = queues[level] ?? [];
    for (const cell of queue) {
      const chance = chanceAt(cell);
      if (chance < least) continue;
      if (levelOf(chance) < level) {
        queues[levelOf(chance)]?.push(cell);
        continue;
      }
      let [x, y] = [0, 0];
      eachAround(cell, (at, column, row) => {
        const part = (left[at] ?? 0) / chance;
        x += part * column;
        y += part * row;
        left[at] = 0;
      });
      found.push({ x, y, score: Math.min(1, chance) });
    }
  }
  return suppressNeighbours(found, separation);
}

function discOf(radius: number): (readonly [number, number])[] {
  const reach = Math.floor(radius);
  const steps = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  return steps.flatMap((y) =>
    steps.filter((x) => Math.hypot(x, y) <= radius).map((x): [number, number] => [x, y]),
  );
}
