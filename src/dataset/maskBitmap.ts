/** A mask as it is in force: which cells of a micrograph are contaminated. */
import { type MaskGrid, type MicrographSize, sampleGrid } from './maskGrid.ts';
import type { Place } from './picks.ts';

export interface MaskBitmap {
  /** Cells. */
  readonly width: number;
  readonly height: number;
  /** Side of a cell, whole px of the micrograph; cell i covers i · cellPx … i · cellPx + cellPx − 1. */
  readonly cellPx: number;
  /** Row-major; 1 is contaminated. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Finer than a particle on any micrograph, and quick to draw: cells along the longest side at most. */
const mostCells = 1024;

export function maskCellPx({ width, height }: MicrographSize): number {
  return Math.max(1, Math.ceil(Math.max(width, height) / mostCells));
}

/** Nothing is contaminated. */
export function emptyBitmap(size: MicrographSize): MaskBitmap {
  const cellPx = maskCellPx(size);
  const [width, height] = [Math.ceil(size.width / cellPx), Math.ceil(size.height / cellPx)];
  return { width, height, cellPx, data: new Uint8Array(width * height) };
}

/** What has at least a value. @param threshold 0 to 1. */
export function bitmapOf(grid: MaskGrid, size: MicrographSize, threshold: number): MaskBitmap {
  const bitmap = emptyBitmap(size);
  const values = sampleGrid(grid, size, bitmap.cellPx);
  // At 0 all would be contaminated, also where a network is as sure as it can be that nothing is.
  const least = Math.max(1, Math.round(threshold * 255));
  for (let i = 0; i < values.length; i++) bitmap.data[i] = (values[i] ?? 0) >= least ? 1 : 0;
  return bitmap;
}

/** In place: all cells with their centre at most `radius` px from the line between two places become `value`. */
export function paintLine(bitmap: MaskBitmap, from: Place, to: Place, radius: number, value: 0 | 1): void {
  const { width, height, cellPx, data } = bitmap;
  const cell = (px: number): number => (px - (cellPx - 1) / 2) / cellPx;
  const range = (a: number, b: number, count: number): readonly [number, number] => [
    Math.max(0, Math.ceil(cell(Math.min(a, b) - radius))),
    Math.min(count - 1, Math.floor(cell(Math.max(a, b) + radius))),
  ];
  const [left, right] = range(from.x, to.x, width);
  const [top, bottom] = range(from.y, to.y, height);
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const lengthSquared = dx * dx + dy * dy;
  for (let row = top; row <= bottom; row++) {
    const y = row * cellPx + (cellPx - 1) / 2 - from.y;
    for (let column = left; column <= right; column++) {
      const x = column * cellPx + (cellPx - 1) / 2 - from.x;
      const along = lengthSquared === 0 ? 0 : Math.min(1, Math.max(0, (x * dx + y * dy) / lengthSquared));
      if ((x - along * dx) ** 2 + (y - along * dy) ** 2 <= radius * radius)
        data[row * width + column] = value;
    }
  }
}

/**
 * Whether a place lies in the mask.
 * @param marginPx or nearer to it than this.
 */
export function isCovered(bitmap: MaskBitmap, { x, y }: Place, marginPx = 0): boolean {
  const { width, height, cellPx, data } = bitmap;
  const cellOf = (px: number, count: number): number =>
    Math.min(count - 1, Math.max(0, Math.floor((px + 0.5) / cellPx)));
  if (data[cellOf(y, height) * width + cellOf(x, width)] === 1) return true;
  if (marginPx <= 0) return false;
  /** From a place to the nearest point of a cell. */
  const gap = (px: number, cell: number): number =>
    Math.max(0, cell * cellPx - 0.5 - px, px - (cell * cellPx + cellPx - 0.5));
  const [left, right] = [cellOf(x - marginPx, width), cellOf(x + marginPx, width)];
  for (let row = cellOf(y - marginPx, height); row <= cellOf(y + marginPx, height); row++) {
    for (let column = left; column <= right; column++) {
      if (data[row * width + column] === 1 && Math.hypot(gap(x, column), gap(y, row)) < marginPx) return true;
    }
  }
  return false;
}

/** The contaminated part of the picture, 0 to 1. */
export function coveredPart({ data }: MaskBitmap): number {
  let covered = 0;
  for (const value of data) covered += value;
  return data.length === 0 ? 0 : covered / data.length;
}
