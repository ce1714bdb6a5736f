/** Where the tiles of micrographs lie in their grid, and rows in their list, CSS px. */

export interface GridGeometry {
  readonly columns: number;
  readonly rows: number;
  /** Of a tile: what is left over is shared among the columns. */
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Of all rows. */
  readonly height: number;
}

export const gridGap = 10;
export const gridMargin = 12;
/** Below a tile's square picture: name and one line about it. */
export const captionHeight = 44;

/** As many columns as fit at least this wide. */
export function gridGeometry(count: number, tilePx: number, width: number): GridGeometry {
  const room = Math.max(tilePx, width - 2 * gridMargin);
  const columns = Math.max(1, Math.floor((room + gridGap) / (tilePx + gridGap)));
  const tileWidth = Math.floor((room + gridGap) / columns) - gridGap;
  const tileHeight = tileWidth + captionHeight;
  const rows = Math.ceil(count / columns);
  const height = rows === 0 ? 0 : rows * (tileHeight + gridGap) - gridGap + 2 * gridMargin;
  return { columns, rows, tileWidth, tileHeight, height };
}

/** Left upper corner of a tile, from the top of all rows. */
export function gridPlace(
  { columns, tileWidth, tileHeight }: GridGeometry,
  index: number,
): { readonly x: number; readonly y: number } {
  const column = index % columns;
  const row = Math.floor(index / columns);
  return {
    x: gridMargin + column * (tileWidth + gridGap),
    y: gridMargin + row * (tileHeight + gridGap),
  };
}

/** Tiles of which something is in sight, and rows of them beside it. */
export function gridInSight(
  { columns, tileHeight }: GridGeometry,
  count: number,
  scroll: number,
  height: number,
  rowsBeside = 0,
): { readonly first: number; readonly end: number } {
  const step = tileHeight + gridGap;
  const first = Math.max(0, Math.floor((scroll - gridMargin) / step) - rowsBeside) * columns;
  const end = (Math.ceil((scroll + height - gridMargin) / step) + rowsBeside) * columns;
  return { first: Math.min(first, count), end: Math.min(count, Math.max(0, end)) };
}

/** How far to scroll so that a tile is in sight; as it is where it is. */
export function gridScroll(geometry: GridGeometry, index: number, scroll: number, height: number): number {
  const { y } = gridPlace(geometry, index);
  const [top, end] = [y - gridMargin, y + geometry.tileHeight + gridMargin];
  if (top < scroll) return top;
  return end > scroll + height ? Math.min(top, end - height) : scroll;
}

/** Tops of rows of different heights, and where the last one ends. */
export function rowTops(heights: readonly number[]): Float64Array {
  const tops = new Float64Array(heights.length + 1);
  for (let i = 0; i < heights.length; i++) tops[i + 1] = (tops[i] ?? 0) + (heights[i] ?? 0);
  return tops;
}

/** Rows of which something lies between two heights. @param tops from `rowTops` */
export function rowsBetween(
  tops: Float64Array,
  from: number,
  until: number,
): { readonly first: number; readonly end: number } {
  const count = tops.length - 1;
  /** How many rows begin at or before a height. */
  const begunBy = (height: number): number => {
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tops[middle] ?? 0) <= height) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return { first: Math.max(0, begunBy(from) - 1), end: begunBy(until) };
}
