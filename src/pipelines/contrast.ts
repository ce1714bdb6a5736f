import { levelCount, levelSize, tileRectangle, tileSize } from '../tiles/pyramid.ts';
import { percentiles } from './statistics.ts';

/** The picture is judged at the finest level whose longer edge is at most this: what fills a screen. */
const overviewEdge = 1024;
/** Parts of the pixels that may be blacker than black and whiter than white. */
const darkest = 0.005;
const brightest = 0.995;

/** Level to judge contrast at, and its tiles. */
export function overviewTiles(
  width: number,
  height: number,
): { readonly level: number; readonly tiles: readonly { readonly column: number; readonly row: number }[] } {
  let level = 0;
  while (level < levelCount(width, height) - 1 && Math.max(width, height) / 2 ** level > overviewEdge)
    level++;
  const size = levelSize(width, height, level);
  const tiles = [];
  for (let row = 0; row * tileSize < size.height; row++) {
    for (let column = 0; column * tileSize < size.width; column++) {
      const { width: w, height: h } = tileRectangle(width, height, level, column, row);
      if (w > 0 && h > 0) tiles.push({ column, row });
    }
  }
  return { level, tiles };
}

/** The same for values whose middle is 0, and grey. */
export function symmetricContrast(values: Float32Array): { readonly black: number; readonly white: number } {
  const { black, white } = automaticContrast(values);
  const end = Math.max(-black, white);
  return { black: -end, white: end };
}

/** Black and white points from percentiles, never equal. */
export function automaticContrast(values: Float32Array): { readonly black: number; readonly white: number } {
  const [black = Number.NaN, white = Number.NaN] = percentiles(values, [darkest, brightest]);
  if (!Number.isFinite(black) || !Number.isFinite(white)) return { black: -1, white: 1 };
  return white > black ? { black, white } : { black: black - 1, white: black + 1 };
}
