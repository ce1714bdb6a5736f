import type { JobOptions } from '../core/progress.ts';
import type { GpuContext } from '../gpu/context.ts';
import type { Plane } from '../gpu/plane.ts';
import { type BandPass, bandPassPlane, checkBandPass, describeBandPass } from '../pipelines/denoise.ts';
import type { LoadedPlane } from '../pipelines/load.ts';

/** One way to make a filtered picture of the raw one, as often as it is wanted: planes come and go. */
export interface PictureFilter {
  /** Tells its pictures from those of all others. */
  readonly version: string;
  /** What it does, in ASCII: for the label of an MRC file. */
  readonly description: string;
  /** As the user says; undefined where the filter does not want it. */
  readonly pixelSizeAngstrom: number | undefined;
  /** @returns a plane in the units of the loaded one, which the caller frees. */
  apply(context: GpuContext, loaded: LoadedPlane, options: JobOptions): Promise<Plane>;
}

/** @throws UsageError when the cut-offs make no sense. */
export function bandPassFilter(band: BandPass): PictureFilter {
  checkBandPass(band);
  const { pixelSizeAngstrom, lowpassAngstrom, highpassAngstrom } = band;
  return {
    version: `filtered-${pixelSizeAngstrom}-${lowpassAngstrom}-${highpassAngstrom}`,
    description: describeBandPass(band),
    pixelSizeAngstrom,
    apply: (context, loaded) => bandPassPlane(context, loaded, band),
  };
}
