/** All that makes a denoised or filtered picture of a micrograph, by one interface for terminal and page. */
import type { JobOptions } from '../../core/progress.ts';
import type { GpuContext } from '../../gpu/context.ts';
import type { Plane } from '../../gpu/plane.ts';
import type { LoadedPlane } from '../load.ts';
import { checkDenoiser, type DenoiseResume, denoiserLabels, denoiseWithNetwork } from '../models/denoise.ts';
import type { OpenedModel } from '../models/open.ts';
import {
  type BandPass,
  bandPassPlane,
  checkBandPass,
  describeBandPass,
  gaussianWavelength,
} from './bandPass.ts';
import { usualMicroscope } from './defocusFit.ts';
import { refineWithNetwork } from './network/refine.ts';
import { type RefinerSettings, refinerOf } from './network/settings.ts';
import { checkNonLocalMeans, type NonLocalMeansParameters, nonLocalMeansPlane } from './nonLocalMeans.ts';
import { checkWiener, type WienerEstimate, type WienerSettings, wienerPlane } from './wiener.ts';

/** What is known of how a micrograph was taken. */
export type KnownOptics = Pick<WienerSettings, 'microscope' | 'defocusAngstrom'>;

/** One way to make a picture of one micrograph, as often as it is wanted: after a lost device it is asked again. */
export interface Denoiser {
  /** Tells its pictures from those of all others. */
  readonly version: string;
  /** What is said while it works. */
  readonly stage: string;
  /** As the user says; undefined where that is not known. */
  readonly pixelSizeAngstrom: number | undefined;
  /** What it does, in ASCII, for the labels of an MRC file; all of it once it has been applied. */
  labels(): readonly string[];
  /** What it has found out about the micrograph; empty before it was applied. */
  findings(): DenoiserFindings;
  /** @returns a plane in the units of the loaded one, which the caller frees. */
  apply(context: GpuContext, loaded: LoadedPlane, options: JobOptions): Promise<Plane>;
}

export interface DenoiserFindings {
  /** Undefined where there is none: no rings in the spectrum, or a method that asks for none. */
  readonly defocusAngstrom?: number | undefined;
  /** How sure a defocus that was looked for is, in units of chance: see `DefocusFit`. */
  readonly evidence?: number | undefined;
  /** Variance of the signal over the noise's, per pixel, over the whole picture. */
  readonly signalToNoise?: number | undefined;
}

/** The last label of every file: `cryolite extract` takes no particles from it. */
export const displayOnly = 'Denoised for display only: not for reconstruction.';

const nothing = (): DenoiserFindings => ({});

function findingsOf(estimate: WienerEstimate | undefined): DenoiserFindings {
  if (!estimate) return {};
  const { defocusAngstrom, evidence, signalToNoise } = estimate;
  return { defocusAngstrom, evidence, signalToNoise };
}

/** @throws UsageError when the cut-offs make no sense. */
export function bandPassDenoiser(band: BandPass): Denoiser {
  checkBandPass(band);
  const { pixelSizeAngstrom, lowpassAngstrom, highpassAngstrom } = band;
  return {
    version: `filtered-${pixelSizeAngstrom}-${lowpassAngstrom}-${highpassAngstrom}`,
    stage: 'Filtering',
    pixelSizeAngstrom,
    labels: () => [describeBandPass(band), displayOnly],
    findings: nothing,
    apply: (context, loaded) => bandPassPlane(context, loaded, band),
  };
}

/** A Gaussian of a standard deviation in Å. @throws UsageError when it is none. */
export function gaussianDenoiser(pixelSizeAngstrom: number, sigmaAngstrom: number): Denoiser {
  const band = {
    pixelSizeAngstrom,
    lowpassAngstrom: gaussianWavelength(sigmaAngstrom),
    highpassAngstrom: undefined,
  };
  return {
    ...bandPassDenoiser(band),
    version: `gaussian-${pixelSizeAngstrom}-${sigmaAngstrom}`,
    labels: () => [`Gaussian low-pass, sigma ${sigmaAngstrom} A`, displayOnly],
  };
}

/** @throws UsageError for settings that make no sense. */
export function wienerDenoiser(settings: WienerSettings): Denoiser {
  checkWiener(settings);
  const { pixelSizeAngstrom, defocusAngstrom: given, flipPhases = false, microscope } = settings;
  const { voltageKilovolt, sphericalAberrationMm, amplitudeContrast } = microscope;
  let estimate: WienerEstimate | undefined;
  const transfer = (): string => {
    if (given !== undefined) return `, defocus ${Math.round(given)} A given`;
    if (!estimate) return '';
    const { defocusAngstrom } = estimate;
    return defocusAngstrom === undefined
      ? ', no transfer function'
      : `, defocus ${Math.round(defocusAngstrom)} A fitted`;
  };
  return {
    version: `wiener-${[pixelSizeAngstrom, given, flipPhases, voltageKilovolt, sphericalAberrationMm, amplitudeContrast].join('-')}`,
    stage: 'Denoising',
    pixelSizeAngstrom,
    labels: () => [`denoised by Wiener filter${transfer()}${flipPhases ? ', flipped' : ''}`, displayOnly],
    findings: () => findingsOf(estimate),
    apply: async (context, loaded, { signal }) => {
      const made = await wienerPlane(context, loaded, settings, { known: estimate, signal });
      estimate = made.estimate;
      return made.plane;
    },
  };
}

/** @throws UsageError for parameters that make no sense. */
export function nonLocalMeansDenoiser(parameters: NonLocalMeansParameters): Denoiser {
  checkNonLocalMeans(parameters);
  const { pixelSizeAngstrom, detailAngstrom, strength } = parameters;
  return {
    version: `nlm-${pixelSizeAngstrom}-${detailAngstrom}-${strength}`,
    stage: 'Denoising',
    pixelSizeAngstrom,
    labels: () => [
      `denoised by non-local means, detail ${detailAngstrom} A, strength ${strength}`,
      displayOnly,
    ],
    findings: nothing,
    apply: (context, loaded, options) => nonLocalMeansPlane(context, loaded, parameters, options),
  };
}

/**
 * A network of ours that refines the Wiener filter's picture.
 * @throws UsageError without a pixel size; FormatError 'bad-weights' for a network that does not.
 */
function refinerDenoiser(
  model: OpenedModel,
  refiner: RefinerSettings,
  pixelSizeAngstrom: number | undefined,
  longestTile: number | undefined,
  optics: KnownOptics,
): Denoiser {
  const wiener = { ...optics, pixelSizeAngstrom: pixelSizeAngstrom ?? Number.NaN };
  checkWiener(wiener);
  const resume: DenoiseResume = new Map();
  let estimate: WienerEstimate | undefined;
  return {
    version: `refined-${model.hash}-${pixelSizeAngstrom}-${JSON.stringify(optics)}`,
    stage: 'Denoising',
    pixelSizeAngstrom,
    labels: () => denoiserLabels(model),
    findings: () => findingsOf(estimate),
    apply: async (context, loaded, options) => {
      const how = { ...options, longestTile, resume, known: estimate };
      const made = await refineWithNetwork(context, loaded, model, wiener, refiner, how);
      estimate = made.estimate;
      return made.plane;
    },
  };
}

/**
 * A network of the user's. What it has done is kept on the CPU, so that it goes on after a lost device, and the picture is
 * there at once when it had to make room on the GPU.
 * @param longestTile longest side of a tile, px: see `NetworkDenoiseOptions`.
 * @param optics for a network that refines the Wiener filter's picture; without a defocus it is looked for.
 * @throws FormatError 'bad-weights' when the network does not denoise.
 */
export function networkDenoiser(
  model: OpenedModel,
  pixelSizeAngstrom: number | undefined,
  longestTile?: number,
  optics: KnownOptics = { microscope: usualMicroscope },
): Denoiser {
  checkDenoiser(model);
  const refiner = refinerOf(model);
  if (refiner) return refinerDenoiser(model, refiner, pixelSizeAngstrom, longestTile, optics);
  const resume: DenoiseResume = new Map();
  return {
    version: `denoised-${model.hash}`,
    stage: 'Denoising',
    pixelSizeAngstrom,
    labels: () => denoiserLabels(model),
    findings: nothing,
    apply: (context, loaded, options) =>
      denoiseWithNetwork(context, loaded, model, { ...options, longestTile, resume }),
  };
}

/**
 * A network that is fetched when it is first wanted.
 * @param version tells its pictures from those of all others, at this pixel size and with these optics.
 * @throws UsageError without a pixel size.
 */
export function fetchedDenoiser(
  version: string,
  fetchModel: () => Promise<OpenedModel>,
  pixelSizeAngstrom: number,
  optics: KnownOptics,
): Denoiser {
  checkWiener({ pixelSizeAngstrom, ...optics });
  let made: Denoiser | undefined;
  return {
    version: `${version}-${pixelSizeAngstrom}-${JSON.stringify(optics)}`,
    stage: 'Denoising',
    pixelSizeAngstrom,
    labels: () => made?.labels() ?? [displayOnly],
    findings: () => made?.findings() ?? {},
    apply: async (context, loaded, options) => {
      made ??= networkDenoiser(await fetchModel(), pixelSizeAngstrom, undefined, optics);
      return await made.apply(context, loaded, options);
    },
  };
}
