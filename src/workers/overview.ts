import { halfTable } from '../core/dtype.ts';
import { overviewTiles } from '../pipelines/contrast.ts';
import type { Picture } from '../pipelines/readingScore.ts';
import type { CachedTile } from '../tiles/cache.ts';
import { levelSize, tileSize } from '../tiles/pyramid.ts';

/** A copy of a picture that is small enough for a screen, put together from its tiles. */
export async function overviewOf(
  { width, height }: { readonly width: number; readonly height: number },
  tileAt: (level: number, column: number, row: number) => Promise<CachedTile>,
): Promise<Picture> {
  const { level, tiles } = overviewTiles(width, height);
  const size = levelSize(width, height, level);
  const table = halfTable();
  const data = new Float32Array(size.width * size.height);
  await Promise.all(
    tiles.map(async ({ column, row }) => {
      const tile = await tileAt(level, column, row);
      for (let y = 0; y < tile.height; y++) {
        const start = (row * tileSize + y) * size.width + column * tileSize;
        for (let x = 0; x < tile.width; x++) data[start + x] = table[tile.data[y * tile.width + x] ?? 0] ?? 0;
      }
    }),
  );
  return { data, ...size, pixelsPerSample: 2 ** level };
}
