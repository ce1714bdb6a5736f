import { encodeHalf, halfTable } from '../core/dtype.ts';
import { UsageError } from '../core/errors.ts';
import type { PixelStatistics } from '../dataset/micrograph.ts';
import type { GpuContext } from '../gpu/context.ts';
import { automaticContrast } from '../pipelines/contrast.ts';
import type { Denoiser } from '../pipelines/denoising/denoiser.ts';
import type { FilteredBlock, TileBlock } from '../rpc/inspection.ts';
import type { CachedTile } from '../tiles/cache.ts';
import { levelCount, levelSize, tileSize } from '../tiles/pyramid.ts';

/** Sides of a part that is filtered for a look: more than a 4K screen at half of its pixels. */
const mostTiles = 12;
/** Tiles are standardised already. */
const standard: PixelStatistics = { min: -1, max: 1, mean: 0, standardDeviation: 1, nonFinite: 0 };

interface Floats {
  readonly data: Float32Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/** Puts tiles together. @throws UsageError for a block that is not on the picture, or too large for a look. */
export async function blockOf(
  picture: { readonly width: number; readonly height: number },
  { level, column, row, columns, rows }: TileBlock,
  tileAt: (level: number, column: number, row: number) => Promise<CachedTile>,
): Promise<Floats> {
  const whole = levelSize(picture.width, picture.height, level);
  const width = Math.min(columns * tileSize, whole.width - column * tileSize);
  const height = Math.min(rows * tileSize, whole.height - row * tileSize);
  const isWhole = [level, column, row, columns, rows].every((n) => Number.isInteger(n) && n >= 0);
  const isThere = level < levelCount(picture.width, picture.height) && width > 0 && height > 0;
  if (!isWhole || !isThere || columns > mostTiles || rows > mostTiles) {
    throw new UsageError(`There is no block of ${columns} × ${rows} tiles at level ${level} to filter.`);
  }
  const table = halfTable();
  const data = new Float32Array(width * height);
  const parts: Promise<void>[] = [];
  for (let y = 0; y * tileSize < height; y++) {
    for (let x = 0; x * tileSize < width; x++) {
      parts.push(
        tileAt(level, column + x, row + y).then((tile) => {
          for (let line = 0; line < tile.height; line++) {
            const start = (y * tileSize + line) * width + x * tileSize;
            for (let i = 0; i < tile.width; i++)
              data[start + i] = table[tile.data[line * tile.width + i] ?? 0] ?? 0;
          }
        }),
      );
    }
  }
  await Promise.all(parts);
  return { data, width, height };
}

/** Filters a part of a picture. @param denoiser one for the block's own pixel size. */
export async function filterBlock(
  context: GpuContext,
  { data, width, height }: Floats,
  denoiser: Denoiser,
): Promise<FilteredBlock> {
  const buffer = context.upload('filtered block', data);
  try {
    const plane = { buffer, width, height };
    const filtered = await denoiser.apply(context, { plane, bin: 1, statistics: standard }, {});
    try {
      const values = new Float32Array(await context.read(filtered.buffer, width * height * 4));
      return {
        width,
        height,
        data: Uint16Array.from(values, encodeHalf),
        contrast: automaticContrast(values),
      };
    } finally {
      context.free(filtered.buffer);
    }
  } finally {
    context.free(buffer);
  }
}
