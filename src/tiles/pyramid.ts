import { encodeHalf } from '../core/dtype.ts';

/** Edge of a pyramid tile, px. 256² halves are 128 KiB: a good size for IndexedDB and for one texture upload. */
export const tileSize = 256;

/** Beyond it halves are infinite. */
const largestHalf = 65504;

/** Levels from the full picture down to one that fits a single tile. */
export function levelCount(width: number, height: number): number {
  let levels = 1;
  for (let edge = Math.max(width, height); edge > tileSize; edge = Math.ceil(edge / 2)) levels++;
  return levels;
}

/** Size of level L: each pixel is the mean of 2^L × 2^L picture pixels; fewer at the right and lower edge. */
export function levelSize(width: number, height: number, level: number): { width: number; height: number } {
  return { width: Math.ceil(width / 2 ** level), height: Math.ceil(height / 2 ** level) };
}

/** The part of a level that a tile covers, px of the level. */
export function tileRectangle(
  width: number,
  height: number,
  level: number,
  column: number,
  row: number,
): { x: number; y: number; width: number; height: number } {
  const size = levelSize(width, height, level);
  const x = column * tileSize;
  const y = row * tileSize;
  return { x, y, width: Math.min(tileSize, size.width - x), height: Math.min(tileSize, size.height - y) };
}

/** One tile by the CPU, for machines without WebGPU: means of 2^level squares as halves. */
export function tileOnCpu(
  image: { readonly data: Float32Array; readonly width: number; readonly height: number },
  level: number,
  column: number,
  row: number,
): { readonly width: number; readonly height: number; readonly data: Uint16Array<ArrayBuffer> } {
  const tile = tileRectangle(image.width, image.height, level, column, row);
  const step = 2 ** level;
  const data = new Uint16Array(tile.width * tile.height);
  for (let y = 0; y < tile.height; y++) {
    const top = (tile.y + y) * step;
    const bottom = Math.min(image.height, top + step);
    for (let x = 0; x < tile.width; x++) {
      const left = (tile.x + x) * step;
      const right = Math.min(image.width, left + step);
      let sum = 0;
      for (let v = top; v < bottom; v++) {
        for (let u = left; u < right; u++) sum += image.data[v * image.width + u] ?? 0;
      }
      const mean = sum / ((right - left) * (bottom - top));
      data[y * tile.width + x] = encodeHalf(Math.min(largestHalf, Math.max(-largestHalf, mean)));
    }
  }
  return { width: tile.width, height: tile.height, data };
}
