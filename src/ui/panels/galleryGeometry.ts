/** Where tiles lie in a gallery, CSS px. */
import type { Point, Rect } from '../viewer/transform.ts';

export interface TileGeometry {
  readonly tilePx: number;
  readonly columns: number;
  readonly rows: number;
  /** Of all rows. */
  readonly height: number;
  /** Left of the first column. */
  readonly left: number;
}

export const tileGap = 4;
/** Below the tiles, for what can be done with the selected ones: none of them is hidden by it at the end. */
export const actionsPx = 52;
const margin = 8;

/** As many columns as fit, in the middle. */
export function tileGeometry(count: number, tilePx: number, width: number): TileGeometry {
  const step = tilePx + tileGap;
  const columns = Math.max(1, Math.floor((width - 2 * margin + tileGap) / step));
  const rows = Math.ceil(count / columns);
  const left = Math.max(0, Math.floor((width - (columns * step - tileGap)) / 2));
  return { tilePx, columns, rows, height: rows * step - tileGap + 2 * margin, left };
}

/** The square of a tile, from the top of all rows. */
export function tileRect({ tilePx, columns, left }: TileGeometry, index: number): Rect {
  const step = tilePx + tileGap;
  const x = left + (index % columns) * step;
  const y = margin + Math.floor(index / columns) * step;
  return { x, y, width: tilePx, height: tilePx };
}

/** The tiles of which something is in sight. */
export function tilesInSight(
  geometry: TileGeometry,
  count: number,
  scroll: number,
  height: number,
): { readonly first: number; readonly end: number } {
  const { tilePx, columns } = geometry;
  const step = tilePx + tileGap;
  const first = Math.max(0, Math.floor((scroll - margin + tileGap) / step)) * columns;
  const end = Math.max(0, Math.ceil((scroll + height - margin) / step)) * columns;
  return { first: Math.min(first, count), end: Math.min(end, count) };
}

/** The tile under a point, or undefined. */
export function tileAt(geometry: TileGeometry, count: number, { x, y }: Point): number | undefined {
  const step = geometry.tilePx + tileGap;
  const column = Math.floor((x - geometry.left) / step);
  const row = Math.floor((y - margin) / step);
  const index = row * geometry.columns + column;
  if (column < 0 || column >= geometry.columns || row < 0 || index >= count) return undefined;
  const rect = tileRect(geometry, index);
  return x <= rect.x + rect.width && y <= rect.y + rect.height ? index : undefined;
}

/** The tiles that a rectangle between two corners touches. */
export function tilesBetween(geometry: TileGeometry, count: number, a: Point, b: Point): number[] {
  const step = geometry.tilePx + tileGap;
  const range = (from: number, to: number, start: number, most: number): [number, number] => {
    const [low, high] = [Math.min(from, to) - start, Math.max(from, to) - start];
    return [Math.max(0, Math.floor((low + tileGap) / step)), Math.min(most - 1, Math.floor(high / step))];
  };
  const [left, right] = range(a.x, b.x, geometry.left, geometry.columns);
  const [top, bottom] = range(a.y, b.y, margin, geometry.rows);
  const found: number[] = [];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const index = row * geometry.columns + column;
      if (index < count) found.push(index);
    }
  }
  return found;
}

/**
 * How far to scroll so that a tile is in sight; as it is where it is.
 * @param height of what is in sight and free; where a tile is higher its upper edge counts
 */
export function scrollTo(geometry: TileGeometry, index: number, scroll: number, height: number): number {
  const rect = tileRect(geometry, index);
  const [top, end] = [Math.max(0, rect.y - margin), rect.y + rect.height + margin];
  if (top < scroll) return top;
  return end > scroll + height ? Math.min(top, end - height) : scroll;
}

/** Where an arrow key leads; undefined for other keys. */
export function placeAfterKey(
  key: string,
  from: number,
  count: number,
  columns: number,
  rowsInSight: number,
): number | undefined {
  const page = columns * Math.max(1, rowsInSight - 1);
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -page,
    PageDown: page,
    Home: -count,
    End: count,
  };
  const step = steps[key];
  return step === undefined ? undefined : Math.min(count - 1, Math.max(0, from + step));
}
