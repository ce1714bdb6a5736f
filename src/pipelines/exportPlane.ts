import type { ByteSink } from '../core/bytes.ts';
import type { JobOptions } from '../core/progress.ts';
import type { PixelStatistics } from '../dataset/micrograph.ts';
import { writeMrc } from '../formats/mrc/write.ts';
import type { GpuContext } from '../gpu/context.ts';
import type { Plane } from '../gpu/plane.ts';
import { standardisation } from './load.ts';
import { createStatistics } from './statistics.ts';

/**
 * Writes a standardised plane as MRC, mode 2, in the units of the file it came from.
 * Its statistics stand in the header, so the plane is read twice. Closes the sink, or aborts it on any failure.
 */
export async function writePlaneAsMrc(
  context: GpuContext,
  plane: Plane,
  source: PixelStatistics,
  header: { readonly pixelSizeAngstrom: number | undefined; readonly labels: readonly string[] },
  sink: ByteSink,
  { signal, onProgress }: JobOptions = {},
): Promise<void> {
  const { mean, scale } = standardisation(source);
  const deviation = scale > 0 ? 1 / scale : 0;
  const toFileUnits = (value: number): number => value * deviation + mean;
  const statistics = createStatistics();
  try {
    for await (const strip of readPlaneStrips(context, plane, toFileUnits, signal)) statistics.add(strip);
  } catch (error) {
    await sink.abort();
    throw error;
  }
  const total = plane.width * plane.height;
  let done = 0;
  async function* strips(): AsyncGenerator<Float32Array> {
    for await (const strip of readPlaneStrips(context, plane, toFileUnits, signal)) {
      yield strip;
      done += strip.length;
      onProgress?.({ stage: 'Writing pixels', done, total });
    }
  }
  const { width, height } = plane;
  await writeMrc(sink, { width, height, ...header, statistics: statistics.result() }, strips());
}

/** Pixels copied back at a time: 8 MiB of floats. */
const stripPixels = 2 << 20;

/** The pixels of a plane, row strips in order, in units of the file again. */
export async function* readPlaneStrips(
  context: GpuContext,
  plane: Plane,
  toFileUnits: (value: number) => number,
  signal?: AbortSignal,
): AsyncGenerator<Float32Array<ArrayBuffer>> {
  const rowsAtOnce = Math.max(1, Math.floor(stripPixels / plane.width));
  for (let row = 0; row < plane.height; row += rowsAtOnce) {
    signal?.throwIfAborted();
    const rows = Math.min(rowsAtOnce, plane.height - row);
    const strip = new Float32Array(
      await context.read(plane.buffer, rows * plane.width * 4, row * plane.width * 4),
    );
    for (let i = 0; i < strip.length; i++) strip[i] = toFileUnits(strip[i] ?? 0);
    yield strip;
  }
}
