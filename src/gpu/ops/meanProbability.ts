import type { GpuContext } from '../context.ts';
import { groups, Recorder, u32 } from '../recorder.ts';
import type { Rectangle } from './peaks.ts';

/** A plane among others in one buffer. */
export interface PlaneOf {
  readonly buffer: GPUBuffer;
  readonly width: number;
  readonly height: number;
  /** Planes of the same size before it. */
  readonly index: number;
}

/** A small grid of bytes, row-major. */
export interface ByteGrid {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/**
 * Reads log-odds back as probabilities of squares: means over pool × pool pixels, 255 is certain. A byte a square comes
 * back, rows rounded up to four.
 * @param region of the plane; squares begin at its first pixel and are cut at its far edges.
 */
export async function readMeanProbability(
  context: GpuContext,
  { buffer, width, height, index }: PlaneOf,
  region: Rectangle,
  pool: number,
): Promise<ByteGrid> {
  const columns = Math.ceil(region.width / pool);
  const rows = Math.ceil(region.height / pool);
  const words = Math.ceil(columns / 4);
  const means = context.buffer('probabilities', words * rows * 4);
  try {
    const recorder = new Recorder(context);
    const first = index * width * height + region.y * width + region.x;
    recorder.dispatch(
      await context.pipeline('image/mean_probability.wgsl'),
      [first, width, region.width, region.height, pool].map(u32),
      [buffer, means],
      [groups(words, 8), groups(rows, 8), 1],
    );
    recorder.submit();
    const padded = new Uint8Array(await context.read(means, words * rows * 4));
    const data = new Uint8Array(columns * rows);
    for (let row = 0; row < rows; row++) {
      data.set(padded.subarray(4 * words * row, 4 * words * row + columns), row * columns);
    }
    return { width: columns, height: rows, data };
  } finally {
    context.free(means);
  }
}
