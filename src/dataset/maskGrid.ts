/** Values from 0 to 1 as bytes on a coarse grid over a micrograph: what a network or a file says of contamination. */
import type { Place } from './picks.ts';

export interface MaskGrid {
  /** Cells. */
  readonly width: number;
  readonly height: number;
  /** Centre of the first cell, px of the micrograph. */
  readonly origin: Place;
  /** From one cell's centre to the next, px of the micrograph. */
  readonly step: Place;
  /** Row-major; 255 is certainly contaminated. */
  readonly values: Uint8Array<ArrayBuffer>;
}

/** Size of a micrograph, px. */
export interface MicrographSize {
  readonly width: number;
  readonly height: number;
}

/** Where samples of a line lie among the grid's cells: the cell before, the cell after, and the share of that. */
interface Sample {
  readonly before: number;
  readonly after: number;
  readonly share: number;
}

/**
 * The grid's values at the centres of square cells of a micrograph, bilinear, row-major; beyond the grid as at its edge.
 * @param cellPx side of the cells, whole px: cell i covers i · cellPx … i · cellPx + cellPx − 1.
 */
export function sampleGrid(
  grid: MaskGrid,
  { width, height }: MicrographSize,
  cellPx: number,
): Uint8Array<ArrayBuffer> {
  const columns = samplesOf(Math.ceil(width / cellPx), cellPx, grid.origin.x, grid.step.x, grid.width);
  const rows = samplesOf(Math.ceil(height / cellPx), cellPx, grid.origin.y, grid.step.y, grid.height);
  const result = new Uint8Array(columns.length * rows.length);
  const { values } = grid;
  let at = 0;
  for (const row of rows) {
    const [above, below] = [row.before * grid.width, row.after * grid.width];
    for (const { before, after, share } of columns) {
      const upper = (values[above + before] ?? 0) * (1 - share) + (values[above + after] ?? 0) * share;
      const lower = (values[below + before] ?? 0) * (1 - share) + (values[below + after] ?? 0) * share;
      result[at++] = Math.round(upper * (1 - row.share) + lower * row.share);
    }
  }
  return result;
}

function samplesOf(count: number, cellPx: number, origin: number, step: number, cells: number): Sample[] {
  return Array.from({ length: count }, (_, i) => {
    const centre = i * cellPx + (cellPx - 1) / 2;
    const place = Math.min(cells - 1, Math.max(0, (centre - origin) / step));
    const before = Math.floor(place);
    return { before, after: Math.min(cells - 1, before + 1), share: place - before };
  });
}
