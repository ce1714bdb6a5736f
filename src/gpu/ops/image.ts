import type { GpuContext } from '../context.ts';
import type { Plane } from '../plane.ts';
import { f32, groups, Recorder, u32 } from '../recorder.ts';

/** The largest finite float32: nothing is cut. */
const unclipped = (2 - 2 ** -23) * 2 ** 127;

/**
 * In place: every value v becomes (v − mean) · scale, cut at ± clip, and 0 where it is not finite. Submitted, not awaited.
 */
export async function standardisePlane(
  context: GpuContext,
  plane: Plane,
  mean: number,
  scale: number,
  clip = unclipped,
): Promise<void> {
  const count = plane.width * plane.height;
  const columns = Math.min(groups(count, 256), 32768) * 256;
  const recorder = new Recorder(context);
  recorder.dispatch(
    await context.pipeline('image/standardise.wgsl'),
    [u32(count), u32(columns), f32(mean), f32(scale), f32(clip)],
    [plane.buffer],
    [columns / 256, groups(count, columns), 1],
  );
  recorder.submit();
}

/** A tile on its level: its first pixel and its size, px of the level. */
export interface LevelRectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Means of 2^level × 2^level pixels of the full picture as float16 bit patterns, row-major.
 * @param bin picture pixels along one side of a plane pixel (a power of two): 1 unless the plane was binned to fit.
 */
export async function readTile(
  context: GpuContext,
  plane: Plane,
  bin: number,
  level: number,
  rectangle: LevelRectangle,
  tileSize: number,
): Promise<Uint16Array<ArrayBuffer>> {
  const step = 2 ** level / bin;
  const tile = context.buffer('tile', tileSize * tileSize * 2);
  try {
    const { x, y, width, height } = rectangle;
    const recorder = new Recorder(context);
    recorder.dispatch(
      await context.pipeline('image/tile.wgsl', { TILE: tileSize }),
      [plane.width, plane.height, x, y, width, height, Math.max(1, step), Math.max(1, 1 / step)].map(u32),
      [plane.buffer, tile],
      [groups(tileSize / 2, 64), height, 1],
    );
    recorder.submit();
    const all = new Uint16Array(await context.read(tile, tileSize * height * 2));
    if (width === tileSize) return all;
    const cut = new Uint16Array(width * height);
    for (let row = 0; row < height; row++)
      cut.set(all.subarray(row * tileSize, row * tileSize + width), row * width);
    return cut;
  } finally {
    context.free(tile);
  }
}
