import type { JobOptions } from '../core/progress.ts';
import type { GpuContext } from '../gpu/context.ts';
import type { Plane } from '../gpu/plane.ts';
import {
  type BandPass,
  bandPassPlane,
  checkBandPass,
  describeBandPass,
} from '../pipelines/denoising/bandPass.ts';
import type { LoadedPlane } from '../pipelines/load.ts';
import {
  checkDenoiser,
  type DenoiseResume,
  denoiserLabels,
  denoiseWithNetwork,
} from '../pipelines/models/denoise.ts';
import type { OpenedModel } from '../pipelines/models/open.ts';

/** One way to make a filtered picture of the raw one, as often as it is wanted: planes come and go. */
export interface PictureFilter {
  /** Tells its pictures from those of all others. */
  readonly version: string;
  /** What is said while it works. */
  readonly stage: string;
  /** What it does, in ASCII: for the labels of an MRC file. */
  readonly labels: readonly string[];
  /** As the user says; undefined where that is not known. */
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
    stage: 'Filtering',
    labels: [describeBandPass(band)],
    pixelSizeAngstrom,
    apply: (context, loaded) => bandPassPlane(context, loaded, band),
  };
}

/**
 * For one raw picture: what it has done is kept on the CPU, so that it goes on after a lost device, and the picture is
 * there at once when it had to make room on the GPU.
 * @throws FormatError 'bad-weights' when the network does not denoise.
 */
export function networkFilter(model: OpenedModel, pixelSizeAngstrom: number | undefined): PictureFilter {
  checkDenoiser(model);
  const resume: DenoiseResume = new Map();
  return {
    version: `denoised-${model.hash}`,
    stage: 'Denoising',
    labels: denoiserLabels(model),
    pixelSizeAngstrom,
    apply: (context, loaded, options) => denoiseWithNetwork(context, loaded, model, { ...options, resume }),
  };
}
