import type { Defines } from '../expand.ts';

/** Terms of a sum that lie in workgroup memory at a time; tables of taps are filled up to a multiple of it. */
export const depth = 16;

/** How a workgroup shares a tile of a matrix product: threads, and registers of each in fours. */
export interface Tile {
  readonly across: number;
  readonly down: number;
  readonly rows4: number;
  readonly columns4: number;
}

/**
 * All of them fit the 16 KiB of workgroup memory and 256 threads that every adapter has. Threads with fewer registers than 8 × 4
 * sums were no faster on software GPUs, and Mesa's lavapipe, which unrolls their loop, took three times as long to compile
 * them (November 2026).
 */
export const tiles: readonly Tile[] = [
  { across: 2, down: 16, rows4: 2, columns4: 1 },
  { across: 4, down: 8, rows4: 2, columns4: 1 },
  { across: 4, down: 16, rows4: 2, columns4: 1 },
  { across: 8, down: 8, rows4: 2, columns4: 1 },
  { across: 12, down: 8, rows4: 2, columns4: 1 },
  { across: 8, down: 8, rows4: 2, columns4: 2 },
];

export const tileRows = ({ down, rows4 }: Tile): number => 4 * rows4 * down;
export const tileColumns = ({ across, columns4 }: Tile): number => 4 * columns4 * across;

/**
 * The tile that wastes least: the matrix filled up to whole tiles, times what one product costs in it: a multiply-add, its share
 * of the loads from workgroup memory, and its share of what fills that memory. To gather a number takes about 16 operations,
 * to fetch a weight 6.
 */
export function chooseTile(rows: number, columns: number): Tile {
  const cost = (tile: Tile): number => {
    const filled = (size: number, step: number): number => Math.ceil(size / step) * step;
    const loads = 1 / tile.rows4 + 1 / tile.columns4;
    const fills = 16 / tileColumns(tile) + 6 / tileRows(tile);
    return filled(rows, tileRows(tile)) * filled(columns, tileColumns(tile)) * (1 + loads + fills);
  };
  return tiles.reduce((best, tile) => (cost(tile) < cost(best) ? tile : best));
}

export function tileDefines(tile: Tile): Defines {
  const rows = tileRows(tile);
  const columns = tileColumns(tile);
  return {
    ACROSS: tile.across,
    DOWN: tile.down,
    THREADS: tile.across * tile.down,
    ROWS4: tile.rows4,
    COLUMNS4: tile.columns4,
    SUMS: tileSums(tile),
    TILEROWS: rows,
    TILECOLUMNS: columns,
    DEPTH: depth,
    // One more than needed: threads that write neighbouring terms then meet different banks.
    LEFTSTRIDE: rows / 4 + 1,
    LEFTSIZE: depth * (rows / 4 + 1),
    RIGHTSTRIDE: columns / 4,
    RIGHTSIZE: depth * (columns / 4),
  };
}

/** Loads of four numbers that fill the rows' (or columns') side of a tile with `depth` terms. */
export function tileLoads(size: number): number {
  return (depth * size) / 4;
}

/** Fours of sums that a thread keeps in registers. */
export function tileSums({ rows4, columns4 }: Tile): number {
  return 4 * rows4 * columns4;
}
