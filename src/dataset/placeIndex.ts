import type { Place } from './picks.ts';

/** Cells a side at most: places that lie very far from one another must not cost memory. */
const MOST_CELLS = 1024;

/**
 * Places in a grid of cells, so that what lies near a point is found by looking at a few of them. Coordinates and
 * radii in px of the file; building takes one pass over the places.
 */
export class PlaceIndex<P extends Place = Place> {
  private readonly order: Uint32Array;
  /** Of the places, cell by cell. */
  private readonly xs: Float64Array;
  private readonly ys: Float64Array;
  private readonly starts: Uint32Array;
  private readonly left: number = 0;
  private readonly top: number = 0;
  private readonly right: number = Number.NEGATIVE_INFINITY;
  private readonly bottom: number = Number.NEGATIVE_INFINITY;
  private readonly cellPx: number = 1;
  private readonly columns: number = 1;
  private readonly rows: number = 1;

  /** @param wishedCellPx about the radius that will be asked for. */
  constructor(
    readonly places: readonly P[],
    wishedCellPx: number,
  ) {
    const count = places.length;
    const xs = new Float64Array(count);
    const ys = new Float64Array(count);
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    places.forEach((place, i) => {
      const { x, y } = place;
      xs[i] = x;
      ys[i] = y;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    });
    if (count > 0) {
      // No more cells than there are places to be in them.
      const [width, height] = [right - left, bottom - top];
      const least = Math.max(Math.max(width, height) / MOST_CELLS, Math.sqrt((width * height) / count));
      this.left = left;
      this.top = top;
      this.right = right;
      this.bottom = bottom;
      this.cellPx = Math.max(wishedCellPx, least, 1e-6);
      this.columns = Math.floor((right - left) / this.cellPx) + 1;
      this.rows = Math.floor((bottom - top) / this.cellPx) + 1;
    }
    const cellOf = new Uint32Array(count);
    this.starts = new Uint32Array(this.columns * this.rows + 1);
    for (let i = 0; i < count; i++) {
      const cell =
        Math.floor(((ys[i] ?? 0) - this.top) / this.cellPx) * this.columns +
        Math.floor(((xs[i] ?? 0) - this.left) / this.cellPx);
      cellOf[i] = cell;
      this.starts[cell + 1] = (this.starts[cell + 1] ?? 0) + 1;
    }
    for (let cell = 0; cell < this.columns * this.rows; cell++) {
      this.starts[cell + 1] = (this.starts[cell + 1] ?? 0) + (this.starts[cell] ?? 0);
    }
    const next = this.starts.slice(0, -1);
    this.order = new Uint32Array(count);
    this.xs = new Float64Array(count);
    this.ys = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const cell = cellOf[i] ?? 0;
      const at = next[cell] ?? 0;
      this.order[at] = i;
      this.xs[at] = xs[i] ?? 0;
      this.ys[at] = ys[i] ?? 0;
      next[cell] = at + 1;
    }
  }

  /** Columns or rows of cells, first and last, that a stretch touches; none where the first is behind the last. */
  private cells(from: number, to: number, start: number, count: number): readonly [number, number] {
    return [
      Math.max(0, Math.floor((from - start) / this.cellPx)),
      Math.min(count - 1, Math.floor((to - start) / this.cellPx)),
    ];
  }

  /** Calls `visit` with all in the cells that a rectangle touches. */
  private search(left: number, top: number, right: number, bottom: number, visit: (place: P) => void): void {
    if (this.places.length === 0) return;
    const [firstColumn, lastColumn] = this.cells(left, right, this.left, this.columns);
    const [firstRow, lastRow] = this.cells(top, bottom, this.top, this.rows);
    if (firstColumn > lastColumn) return;
    for (let row = firstRow; row <= lastRow; row++) {
      const end = this.starts[row * this.columns + lastColumn + 1] ?? 0;
      for (let k = this.starts[row * this.columns + firstColumn] ?? 0; k < end; k++) {
        const place = this.places[this.order[k] ?? 0];
        if (place) visit(place);
      }
    }
  }

  /** Whether any lies nearer than `radius`; asked for each of 50,000 picks, so it makes no objects on its way. */
  hasWithin({ x, y }: Place, radius: number): boolean {
    const { xs, ys, starts, columns, cellPx, left, top } = this;
    if (x + radius < left || x - radius > this.right || y + radius < top || y - radius > this.bottom)
      return false;
    const firstColumn = Math.max(0, Math.floor((x - radius - left) / cellPx));
    const lastColumn = Math.min(columns - 1, Math.floor((x + radius - left) / cellPx));
    const lastRow = Math.min(this.rows - 1, Math.floor((y + radius - top) / cellPx));
    for (let row = Math.max(0, Math.floor((y - radius - top) / cellPx)); row <= lastRow; row++) {
      const end = starts[row * columns + lastColumn + 1] ?? 0;
      for (let k = starts[row * columns + firstColumn] ?? 0; k < end; k++) {
        const dx = (xs[k] ?? 0) - x;
        const dy = (ys[k] ?? 0) - y;
        if (dx * dx + dy * dy < radius * radius) return true;
      }
    }
    return false;
  }

  /** The nearest at most `radius` away; of two as near the later one. */
  nearest({ x, y }: Place, radius: number, isMeant: (place: P) => boolean = () => true): P | undefined {
    let best: P | undefined;
    let bestSquare = radius * radius;
    this.search(x - radius, y - radius, x + radius, y + radius, (place) => {
      const square = (place.x - x) ** 2 + (place.y - y) ** 2;
      if (square <= bestSquare && isMeant(place)) {
        best = place;
        bestSquare = square;
      }
    });
    return best;
  }

  /** All at most `radius` from the segment between two points, which may be one. */
  along(from: Place, to: Place, radius: number): P[] {
    const found: P[] = [];
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const lengthSquared = dx * dx + dy * dy;
    this.search(
      Math.min(from.x, to.x) - radius,
      Math.min(from.y, to.y) - radius,
      Math.max(from.x, to.x) + radius,
      Math.max(from.y, to.y) + radius,
      (place) => {
        const [px, py] = [place.x - from.x, place.y - from.y];
        const share = lengthSquared === 0 ? 0 : (px * dx + py * dy) / lengthSquared;
        const t = Math.min(1, Math.max(0, share));
        if ((px - t * dx) ** 2 + (py - t * dy) ** 2 <= radius * radius) found.push(place);
      },
    );
    return found;
  }

  /** All in a rectangle, its border included. */
  inRectangle(a: Place, b: Place): P[] {
    const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
    const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
    const found: P[] = [];
    this.search(left, top, right, bottom, (place) => {
      const { x, y } = place;
      if (x >= left && x <= right && y >= top && y <= bottom) found.push(place);
    });
    return found;
  }

  /** All inside a closed outline; what it goes round twice is outside, as what is drawn says. */
  inOutline(outline: readonly Place[]): P[] {
    if (outline.length < 3) return [];
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { x, y } of outline) {
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    const isInside = outlineTest(outline, top, bottom);
    return this.inRectangle({ x: left, y: top }, { x: right, y: bottom }).filter(isInside);
  }
}

/** By the number of edges that a ray to the right crosses. */
export function isInOutline(place: Place, outline: readonly Place[]): boolean {
  return isOddlyCrossed(place, edgesOf(outline));
}

interface Edge {
  readonly from: Place;
  readonly to: Place;
}

function edgesOf(outline: readonly Place[]): Edge[] {
  return outline.flatMap((to, i) => {
    const from = outline.at(i - 1);
    return from ? [{ from, to }] : [];
  });
}

function isOddlyCrossed({ x, y }: Place, edges: readonly Edge[]): boolean {
  let isInside = false;
  for (const { from, to } of edges) {
    if (from.y > y !== to.y > y) {
      const crossing = to.x + ((y - to.y) / (from.y - to.y)) * (from.x - to.x);
      if (x < crossing) isInside = !isInside;
    }
  }
  return isInside;
}

/** The same for thousands of places: a lasso has a thousand edges, of which few are at the height of one place. */
function outlineTest(outline: readonly Place[], top: number, bottom: number): (place: Place) => boolean {
  const edges = edgesOf(outline);
  const count = Math.max(1, Math.min(edges.length, 1024));
  const bandOf = (y: number): number =>
    bottom > top ? Math.min(count - 1, Math.max(0, Math.floor(((y - top) / (bottom - top)) * count))) : 0;
  const bands: Edge[][] = Array.from({ length: count }, () => []);
  for (const edge of edges) {
    const [first, last] = [
      bandOf(Math.min(edge.from.y, edge.to.y)),
      bandOf(Math.max(edge.from.y, edge.to.y)),
    ];
    for (let band = first; band <= last; band++) bands[band]?.push(edge);
  }
  return (place) => isOddlyCrossed(place, bands[bandOf(place.y)] ?? []);
}
