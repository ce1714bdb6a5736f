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
  readonly #x: Float64Array;
  readonly #y: Float64Array;

  /** @param radius px, more than 0. */
  constructor(
    points: readonly Point[],
    private readonly radius: number,
  ) {
    this.#size = radius * ROOM;
    this.#free = new Uint8Array(points.length).fill(1);
    this.#x = Float64Array.from(points, ({ x }) => x);
    this.#y = Float64Array.from(points, ({ y }) => y);
    for (const index of points.keys()) {
      const key = this.#keyOf(index);
      const cell = this.#cells.get(key);
      if (cell) cell.push(index);
      else this.#cells.set(key, [index]);
    }
  }

  isFree(index: number): boolean {
    return this.#free[index] === 1;
  }

  take(index: number): void {
    if (!this.isFree(index)) return;
    this.#free[index] = 0;
    const cell = this.#cells.get(this.#keyOf(index));
    const last = cell?.pop();
    if (cell && last !== undefined && last !== index) cell[cell.indexOf(index)] = last;
  }

  /** The nearest point that is free and at most the radius away; of equal ones the leftmost, then the topmost. */
  nearest({ x, y }: Point): Neighbour | undefined {
    let found = -1;
    let least = this.radius * this.radius;
    const [middleRow, middleColumn] = [this.#at(y), this.#at(x)];
    for (let row = middleRow - 1; row <= middleRow + 1; row++) {
      for (let column = middleColumn - 1; column <= middleColumn + 1; column++) {
        const cell = this.#cells.get(keyOf(column, row));
        if (!cell) continue;
        for (const index of cell) {
          const [dx, dy] = [(this.#x[index] ?? 0) - x, (this.#y[index] ?? 0) - y];
          const square = dx * dx + dy * dy;
          if (square < least || (square === least && this.#comesBefore(index, found))) {
            found = index;
            least = square;
          }
        }
      }
    }
    return found < 0 ? undefined : { index: found, distance: Math.sqrt(least) };
  }

  #comesBefore(index: number, other: number): boolean {
    if (other < 0) return true;
    const dx = (this.#x[index] ?? 0) - (this.#x[other] ?? 0);
    const dy = (this.#y[index] ?? 0) - (this.#y[other] ?? 0);
    return dx < 0 || (dx === 0 && (dy < 0 || (dy === 0 && index < other)));
  }

  #keyOf(index: number): number {
    return keyOf(this.#at(this.#x[index] ?? 0), this.#at(this.#y[index] ?? 0));
  }

  #at(value: number): number {
    return Math.floor(value / this.#size);
  }
}

function keyOf(column: number, row: number): number {
  return row * COLUMNS + column;
}
