export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Neighbour {
  readonly index: number;
  /** px */
  readonly distance: number;
}

/** Part of the points: those in a rectangle, or all at one place. */
interface Part {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly parent: Part | undefined;
  /** Two, or none where the points themselves are looked at. */
  readonly halves: Part[];
  /** In the order given. */
  readonly indices: readonly number[];
  /** The first that may be free. */
  first: number;
  free: number;
}

const fewPoints = 8;

/**
 * Points that can be taken out, and the nearest that is left: a tree of halves (Bentley 1975), so that neither a crowd in one place nor
 * a place far away takes long. Finite coordinates, however large.
 */
export class NearestPoints {
  readonly #root: Part;
  readonly #parts: Part[];
  readonly #free: Uint8Array;
  readonly #x: Float64Array;
  readonly #y: Float64Array;

  /** @param radius px, more than 0: further away there are no neighbours. */
  constructor(
    points: readonly Point[],
    private readonly radius: number,
  ) {
    this.#free = new Uint8Array(points.length).fill(1);
    this.#x = Float64Array.from(points, ({ x }) => x);
    this.#y = Float64Array.from(points, ({ y }) => y);
    this.#parts = new Array<Part>(points.length);
    this.#root = this.#partOf([...points.keys()], undefined);
  }

  isFree(index: number): boolean {
    return this.#free[index] === 1;
  }

  take(index: number): void {
    if (!this.isFree(index)) return;
    this.#free[index] = 0;
    for (let part = this.#parts[index]; part; part = part.parent) part.free--;
  }

  /** The nearest point that is free and at most the radius away; of equal ones the leftmost, then the topmost. */
  nearest({ x, y }: Point): Neighbour | undefined {
    let found = -1;
    let least = this.radius * this.radius;
    const look = (part: Part): void => {
      if (part.free === 0 || squareTo(part, x, y) > least) return;
      const [one, other] = part.halves;
      if (one && other) {
        const isOtherNearer = squareTo(other, x, y) < squareTo(one, x, y);
        look(isOtherNearer ? other : one);
        look(isOtherNearer ? one : other);
        return;
      }
      for (let at = this.#firstFree(part); at < part.indices.length; at++) {
        const index = part.indices[at] ?? 0;
        if (!this.isFree(index)) continue;
        const [dx, dy] = [(this.#x[index] ?? 0) - x, (this.#y[index] ?? 0) - y];
        const square = dx * dx + dy * dy;
        if (square < least || (square === least && this.#comesBefore(index, found))) {
          found = index;
          least = square;
        }
        // All at one place: the others are no nearer.
        if (part.left === part.right && part.top === part.bottom) return;
      }
    };
    look(this.#root);
    return found < 0 ? undefined : { index: found, distance: Math.sqrt(least) };
  }

  #firstFree(part: Part): number {
    while (part.first < part.indices.length && !this.isFree(part.indices[part.first] ?? 0)) part.first++;
    return part.first;
  }

  #comesBefore(index: number, other: number): boolean {
    if (other < 0) return true;
    const dx = (this.#x[index] ?? 0) - (this.#x[other] ?? 0);
    const dy = (this.#y[index] ?? 0) - (this.#y[other] ?? 0);
    return dx < 0 || (dx === 0 && (dy < 0 || (dy === 0 && index < other)));
  }

  #partOf(indices: number[], parent: Part | undefined): Part {
    let [left, top] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    let [right, bottom] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const index of indices) {
      const [x, y] = [this.#x[index] ?? 0, this.#y[index] ?? 0];
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
    const box = { left, right, top, bottom };
    const part: Part = { ...box, parent, indices, halves: [], first: 0, free: indices.length };
    if (indices.length <= fewPoints || (left === right && top === bottom)) {
      for (const index of indices) this.#parts[index] = part;
      return part;
    }
    const along = right - left > bottom - top ? this.#x : this.#y;
    // Stable, so that what lies at one place stays in the order given.
    indices.sort((a, b) => (along[a] ?? 0) - (along[b] ?? 0));
    const middle = indices.length >> 1;
    part.halves.push(this.#partOf(indices.slice(0, middle), part), this.#partOf(indices.slice(middle), part));
    return part;
  }
}

/** Squared distance of a place to a part's rectangle. */
function squareTo({ left, right, top, bottom }: Part, x: number, y: number): number {
  const dx = Math.max(left - x, 0, x - right);
  const dy = Math.max(top - y, 0, y - bottom);
  return dx * dx + dy * dy;
}
