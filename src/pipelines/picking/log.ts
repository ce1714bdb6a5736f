import type { JobOptions } from '../../core/progress.ts';
import { laplacianOfGaussian } from '../../fft/transfer.ts';
import { FourierTransforms } from '../../fft/transform.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { findPeaks } from '../../gpu/ops/peaks.ts';
import type { LoadedPlane } from '../load.ts';
import { type Candidate, suppressNeighbours } from './candidates.ts';
import { resampleForPicking, robustMoments, toFilePosition, type WorkingScale } from './workingImage.ts';

/** Sizes looked for, relative to the user's diameter. */
const relativeSizes = [0.8, 1, 1.2];
/** σ above the median from which a response is a candidate. */
const lowestScore = 1;
/** Suggested σ: where responses to pure noise have become rare. */
export const suggestedLogThreshold = 3;
/** Picks are never nearer than this many diameters. */
const separationDiameters = 0.7;

/**
 * Picks with the Laplacian of Gaussian at three sizes about the diameter; scores are robust σ above the median of
 * the response.
 * @returns candidates in pixels of the file, best first.
 */
export async function pickWithLog(
  context: GpuContext,
  loaded: LoadedPlane,
  scale: WorkingScale,
  brightParticles: boolean,
  { signal, onProgress }: JobOptions = {},
): Promise<Candidate[]> {
  const transforms = new FourierTransforms(context);
  const candidates: Candidate[] = [];
  try {
    for (const [index, size] of relativeSizes.entries()) {
      signal?.throwIfAborted();
      onProgress?.({ stage: 'Picking particles', done: index, total: relativeSizes.length });
      const sign = brightParticles ? -1 : 1;
      const response = await resampleForPicking(context, transforms, loaded, scale, (diameterPx) => {
        const transfer = laplacianOfGaussian(size * diameterPx);
        return (k) => sign * transfer(k);
      });
      try {
        const { width, height, buffer } = response;
        const { median, deviation } = robustMoments(
          new Float32Array(await context.read(buffer, width * height * 4)),
        );
        if (!(deviation > 0)) continue;
        const core = { x: 0, y: 0, width, height };
        const peaks = await findPeaks(context, response, core, median + lowestScore * deviation);
        const toFile = toFilePosition(response, loaded.bin);
        candidates.push(
          ...peaks.map((peak) => ({ ...toFile(peak), score: (peak.value - median) / deviation })),
        );
      } finally {
        context.free(response.buffer);
      }
    }
    onProgress?.({ stage: 'Picking particles', done: relativeSizes.length, total: relativeSizes.length });
    return suppressNeighbours(candidates, separationDiameters * scale.diameterPx);
  } finally {
    transforms.destroy();
  }
}
