import type { Place } from './picks.ts';
import type { PlaceIndex } from './placeIndex.ts';

/** Nearer than this to one another, in diameters, painted picks would be of one particle. */
const LEAST_DIAMETERS = 0.75;

/**
 * Places along the way of a pointer: the first where it begins, each further one a diameter from the one before, none
 * where there is a pick already, be it of the same stroke. All in px of the file.
 */
export class Stroke {
  readonly places: Place[] = [];
  private readonly cells = new Map<string, Place[]>();
  private readonly leastPx: number;
  private last: Place;
  /** The last that a place was wanted at, taken or not. */
  private from: Place;

  /**
   * @param diameterPx how far places are from one another.
   * @param taken picks that are there.
   * @param isInside whether a pick may lie there.
   */
  constructor(
    start: Place,
    private readonly diameterPx: number,
    private readonly taken: PlaceIndex,
    private readonly isInside: (place: Place) => boolean,
  ) {
    this.leastPx = LEAST_DIAMETERS * diameterPx;
    this.last = start;
    this.from = start;
    this.add(start);
  }

  /** The pointer went on. */
  extend(to: Place): void {
    let next = this.crossing(to);
    while (next) {
      this.from = next;
      this.last = next;
      this.add(next);
      next = this.crossing(to);
    }
    this.last = to;
  }

  /** Where the way to a point leaves the circle of a diameter around the last place. */
  private crossing(to: Place): Place | undefined {
    const [dx, dy] = [to.x - this.last.x, to.y - this.last.y];
    const [px, py] = [this.last.x - this.from.x, this.last.y - this.from.y];
    if (Math.hypot(to.x - this.from.x, to.y - this.from.y) < this.diameterPx) return undefined;
    const a = dx * dx + dy * dy;
    if (a === 0) return undefined;
    const b = px * dx + py * dy;
    const c = px * px + py * py - this.diameterPx * this.diameterPx;
    const t = (-b + Math.sqrt(Math.max(0, b * b - a * c))) / a;
    return t > 1 + 1e-9 ? undefined : { x: this.last.x + t * dx, y: this.last.y + t * dy };
  }

  private add(place: Place): void {
    if (!this.isInside(place) || this.taken.hasWithin(place, this.leastPx) || this.isPainted(place)) return;
    this.places.push(place);
    const key = this.cellOf(place, 0, 0);
    const cell = this.cells.get(key);
    if (cell) cell.push(place);
    else this.cells.set(key, [place]);
  }

  private isPainted(place: Place): boolean {
    for (const row of [-1, 0, 1]) {
      for (const column of [-1, 0, 1]) {
        const near = this.cells.get(this.cellOf(place, column, row)) ?? [];
        if (near.some(({ x, y }) => Math.hypot(x - place.x, y - place.y) < this.leastPx)) return true;
      }
    }
    return false;
  }

  private cellOf({ x, y }: Place, column: number, row: number): string {
    return `${Math.floor(x / this.leastPx) + column} ${Math.floor(y / this.leastPx) + row}`;
  }
}
