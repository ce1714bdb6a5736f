/** A picture cut into tiles whose cores cover it without overlap. */
export interface Tile {
  /** The core, px of the picture. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Cores of nearly equal size, no edge longer than `largestCore`; all edges but the picture's own are multiples of
 * `alignment`, and so is every core's size (the last ones may reach beyond the picture).
 */
export function cutIntoTiles(width: number, height: number, largestCore: number, alignment: number): Tile[] {
  const columns = cutSide(width, largestCore, alignment);
  const rows = cutSide(height, largestCore, alignment);
  return rows.flatMap((row) =>
    columns.map((column) => ({ x: column.start, y: row.start, width: column.length, height: row.length })),
  );
}

function cutSide(
  length: number,
  largestCore: number,
  alignment: number,
): { start: number; length: number }[] {
  const largest = Math.max(alignment, Math.floor(largestCore / alignment) * alignment);
  const count = Math.ceil(length / largest);
  const core = Math.ceil(length / count / alignment) * alignment;
  return Array.from({ length: Math.ceil(length / core) }, (_, i) => ({ start: i * core, length: core }));
}

/** Index `i` of a line of `length` that goes on as its own mirror image beyond both ends: … 1 0 | 0 1 2 … */
export function mirrorIndex(i: number, length: number): number {
  const period = 2 * length;
  const folded = ((i % period) + period) % period;
  return folded < length ? folded : period - 1 - folded;
}

/** The pixels of a tile with `halo` more on every side, the picture mirrored beyond its edges. */
export function extractTile(
  image: { readonly data: Float32Array; readonly width: number; readonly height: number },
  tile: Tile,
  halo: number,
): { readonly data: Float32Array<ArrayBuffer>; readonly width: number; readonly height: number } {
  const width = tile.width + 2 * halo;
  const height = tile.height + 2 * halo;
  const columns = Uint32Array.from({ length: width }, (_, x) => mirrorIndex(tile.x - halo + x, image.width));
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = mirrorIndex(tile.y - halo + y, image.height) * image.width;
    for (let x = 0; x < width; x++) data[y * width + x] = image.data[row + (columns[x] ?? 0)] ?? 0;
  }
  return { data, width, height };
}
