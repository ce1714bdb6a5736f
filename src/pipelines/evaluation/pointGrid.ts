export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Neighbour {
  readonly index: number;
  /** px */
  readonly distance: number;
}

/** Wider than the radius by a little, so that rounding puts no neighbour two cells away. */
const ROOM = 1.001;
/** More columns than coordinates have; cells that share a number all the same are only searched together. */
const COLUMNS = 2 ** 26;

/** Points in square cells as wide as the radius, so that a search looks into nine cells; points can be taken out. */
export class PointGrid {
  readonly #cells = new Map<number, number[]>();
  readonly #size: number;
  readonly #free: Uint8Array;

  /** @param radius px, more than 0. */
  constructor(
    private readonly points: readonly Point[],
    private readonly radius: number,
  ) {
    this.#size = radius * ROOM;
    this.#free = new Uint8Array(points.length).fill(1);
    for (const [index, { x, y }] of points.entries()) {
      const key = keyOf(this.#at(x), this.#at(y));
      const cell = this.#cells.get(key);
      if (cell) cell.push(index);
      else this.#cells.set(key, [index]);
    }
  }

  isFree(index: number): boolean {
    return this.#free[index] === 1;
  }

  take(index: number): void {
    const point = this.points[index];
    if (!point || !this.isFree(index)) return;
    this.#free[index] = 0;
    const cell = this.#cells.get(keyOf(this.#at(point.x), this.#at(point.y)));
    const last = cell?.pop();
    if (cell && last !== undefined && last !== index) cell[cell.indexOf(index)] = last;
  }

  /** The nearest point that is free and at most the radius away; of equal ones the leftmost, then the topmost. */
  nearest({ x, y }: Point): Neighbour | undefined {
    let found = -1;
    let distance = this.radius;
    for (let row = this.#at(y) - 1, end = row + 2; row <= end; row++) {
      for (let column = this.#at(x) - 1, last = column + 2; column <= last; column++) {
        for (const index of this.#cells.get(keyOf(column, row)) ?? []) {
          const point = this.points[index];
          if (!point) continue;
          const d = Math.hypot(point.x - x, point.y - y);
          if (d < distance || (d === distance && this.#comesBefore(index, found))) {
            found = index;
            distance = d;
          }
        }
      }
    }
    return found < 0 ? undefined : { index: found, distance };
  }

  #comesBefore(index: number, other: number): boolean {
    const [a, b] = [this.points[index], this.points[other]];
    if (!a || !b) return true;
    return a.x - b.x < 0 || (a.x === b.x && (a.y - b.y < 0 || (a.y === b.y && index < other)));
  }

  #at(value: number): number {
    return Math.floor(value / this.#size);
  }
}

function keyOf(column: number, row: number): number {
  return row * COLUMNS + column;
}
