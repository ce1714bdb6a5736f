import type { JobOptions } from '../../core/progress.ts';
import { checkRange, type FrameRange, frameCount } from '../../dataset/exposure.ts';
import { checkGainShape, type GainCorrection, gainFactors } from '../../dataset/gain.ts';
import type { Micrograph } from '../../dataset/micrograph.ts';
import { type StandardPixels, standardisation } from '../load.ts';
import { statisticsOf } from '../statistics.ts';

/** Rows read at a time: 8 MiB of floats. */
const stripPixels = 2 << 20;

/**
 * A movie's sum without a GPU, standardised as `loadPixels` does. Defects of the gain reference become 0, the mean; hot
 * pixels stay.
 * @throws UsageError when there are no such frames; FormatError when they can't be read or the reference does not fit.
 */
export async function sumOnCpu(
  micrograph: Micrograph,
  range: FrameRange,
  gain: GainCorrection | undefined,
  { signal, onProgress }: JobOptions = {},
): Promise<StandardPixels> {
  const { name, width, height, frames } = micrograph;
  checkRange(name, frames, range);
  if (gain) checkGainShape(gain.gain, gain.orientation, micrograph);
  const data = new Float32Array(width * height);
  const rowsAtOnce = Math.max(1, Math.floor(stripPixels / width));
  const total = frameCount(range);
  for (let frame = range.first; frame <= range.last; frame++) {
    onProgress?.({ stage: 'Summing frames', done: frame - range.first, total });
    for (let row = 0; row < height; row += rowsAtOnce) {
      signal?.throwIfAborted();
      const strip = await micrograph.readRows(frame, row, Math.min(rowsAtOnce, height - row));
      const start = row * width;
      for (let i = 0; i < strip.length; i++) data[start + i] = (data[start + i] ?? 0) + (strip[i] ?? 0);
    }
  }
  if (gain) {
    const factors = gainFactors(gain);
    for (let i = 0; i < data.length; i++) {
      const factor = factors[i] ?? 0;
      data[i] = factor > 0 ? (data[i] ?? 0) * factor : Number.NaN;
    }
  }
  const statistics = statisticsOf(data);
  const { mean, scale } = standardisation(statistics);
  for (let i = 0; i < data.length; i++) {
    const value = data[i] ?? 0;
    data[i] = Number.isFinite(value) ? (value - mean) * scale : 0;
  }
  return { data, statistics };
}
