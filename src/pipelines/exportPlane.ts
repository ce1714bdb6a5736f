import type { ByteSink } from '../core/bytes.ts';
import type { JobOptions } from '../core/progress.ts';
import type { PixelStatistics } from '../dataset/micrograph.ts';
import { writeMrc } from '../formats/mrc/write.ts';
import type { GpuContext } from '../gpu/context.ts';
import type { Plane } from '../gpu/plane.ts';
import { readPlaneStrips } from './denoise.ts';
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
