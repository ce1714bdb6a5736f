/** The Wiener filter of a micrograph by its own spectrum: nothing has to be known but the pixel size. */
import { UsageError } from '../../core/errors.ts';
import { periodogram } from '../../fft/periodogram.ts';
import { FourierTransforms, type RadialTransfer } from '../../fft/transform.ts';
import type { GpuContext } from '../../gpu/context.ts';
import type { Plane } from '../../gpu/plane.ts';
import type { LoadedPlane } from '../load.ts';
import { radialMeans, spectrumEdge } from '../powerSpectrum.ts';
import { contrastTransfer } from '../simulation/optics.ts';
import { fitDefocus, fitKnownDefocus, type Microscope, sureCertainty, sureEvidence } from './defocusFit.ts';
import { filterLoaded } from './filterLoaded.ts';
import { firstRing, type RadialSpectrum } from './ringBands.ts';
import type { SpectralModel } from './spectralEnsemble.ts';

export interface WienerSettings {
  readonly pixelSizeAngstrom: number;
  readonly microscope: Microscope;
  /** Underfocus, Å; undefined looks for it in the spectrum. */
  readonly defocusAngstrom?: number | undefined;
  /**
   * Turns the contrast of those frequencies that the microscope shows reversed, so that the picture is a faithful one of
   * the particle; without it the picture is that of the micrograph with less noise.
   */
  readonly flipPhases?: boolean | undefined;
}

/** What the filter is made of. */
export interface WienerEstimate {
  readonly spectrum: RadialSpectrum;
  readonly model: SpectralModel;
  /** Undefined where none was given and none is sure: then the model is the mean over all that are possible. */
  readonly defocusAngstrom: number | undefined;
  /** Of a defocus that was looked for: see `DefocusFit`. */
  readonly evidence: number | undefined;
  /** Variance of the signal over that of the noise, per pixel, over the whole picture. */
  readonly signalToNoise: number;
}

/** Phases without a defocus can't be known. */
const noDefocus =
  'Phases can be flipped only where the defocus is known: no rings were found in the spectrum, so give it in Å.';

/** @throws UsageError for settings that make no sense. */
export function checkWiener({ pixelSizeAngstrom, defocusAngstrom, microscope }: WienerSettings): void {
  if (!(pixelSizeAngstrom > 0 && Number.isFinite(pixelSizeAngstrom)))
    throw new UsageError('The pixel size is not known: give it in Å, so that the spectrum can have a scale.');
  if (defocusAngstrom !== undefined && !(Math.abs(defocusAngstrom) <= 200_000))
    throw new UsageError(`A defocus of ${defocusAngstrom} Å can't be: give it in Å, up to 200000.`);
  const { voltageKilovolt, sphericalAberrationMm, amplitudeContrast } = microscope;
  if (!(voltageKilovolt >= 20 && voltageKilovolt <= 1500))
    throw new UsageError(`A voltage of ${voltageKilovolt} kV can't be: give it in kV, from 20 to 1500.`);
  if (!(sphericalAberrationMm >= 0 && sphericalAberrationMm <= 20))
    throw new UsageError(`A spherical aberration of ${sphericalAberrationMm} mm can't be: give 0 to 20.`);
  if (!(amplitudeContrast >= 0 && amplitudeContrast <= 1))
    throw new UsageError(`An amplitude contrast of ${amplitudeContrast} can't be: give 0 to 1.`);
}

/** The radial power of a loaded micrograph, from squares that overlap by half (Welch 1967). */
export async function radialSpectrum(context: GpuContext, { plane }: LoadedPlane): Promise<RadialSpectrum> {
  const edge = spectrumEdge(plane);
  const transforms = new FourierTransforms(context);
  try {
    const { power } = await periodogram(context, transforms, plane, edge);
    const radial = radialMeans(power, edge);
    const step = 1 / edge;
    // Half of the frequencies of a real picture are the others' mirror images.
    const values = radial.map((_, ring) =>
      Math.max(1, Math.PI * ring * step * step * plane.width * plane.height),
    );
    return { step, power: radial, values };
  } finally {
    transforms.destroy();
  }
}

/** Noise and signal of a spectrum, with the defocus given, or found, or without. @throws UsageError as `checkWiener`. */
export async function estimateWiener(
  spectrum: RadialSpectrum,
  settings: WienerSettings,
  signal?: AbortSignal,
): Promise<WienerEstimate> {
  checkWiener(settings);
  const { pixelSizeAngstrom, microscope, defocusAngstrom: given } = settings;
  if (given !== undefined) {
    const model = fitKnownDefocus(spectrum, pixelSizeAngstrom, microscope, given);
    return estimate(spectrum, model, given, undefined);
  }
  const fit = await fitDefocus(spectrum, pixelSizeAngstrom, microscope, signal);
  const { model, defocusAngstrom, evidence, certainty } = fit;
  const isSure = evidence >= sureEvidence && certainty >= sureCertainty;
  if (!isSure && settings.flipPhases) throw new UsageError(noDefocus);
  return estimate(spectrum, model, isSure ? defocusAngstrom : undefined, evidence);
}

/** The gain S·C² / (S·C² + N) against cycles a pixel; the mean stays, and so does the phase unless asked otherwise. */
export function wienerTransfer(
  { spectrum: { step }, model: { noise, signal }, defocusAngstrom }: WienerEstimate,
  { pixelSizeAngstrom, microscope, flipPhases = false }: WienerSettings,
): RadialTransfer {
  const last = noise.length - 1;
  const gains = noise.map((value, ring) => {
    const above = signal[Math.max(ring, firstRing)] ?? 0;
    const below = ring < firstRing ? (noise[firstRing] ?? 0) : value;
    return above / (above + below || 1);
  });
  const transfer =
    flipPhases && defocusAngstrom !== undefined
      ? contrastTransfer({ ...microscope, defocusAngstrom, envelopeAngstromSquared: 0 })
      : undefined;
  return (k) => {
    if (k === 0) return 1;
    const at = Math.min(last, k / step);
    const ring = Math.floor(at);
    const here = gains[ring] ?? 0;
    const gain = here + (at - ring) * ((gains[Math.min(last, ring + 1)] ?? 0) - here);
    // Protein is dark where the transfer function is below 0, as it is at the lowest frequencies: that stays.
    return transfer && transfer(k / pixelSizeAngstrom) > 0 ? -gain : gain;
  };
}

/**
 * Denoises a loaded micrograph by its Wiener filter.
 * @param known of the same micrograph, made before.
 * @returns a new plane of the same size in the same units, which the caller frees.
 */
export async function wienerPlane(
  context: GpuContext,
  loaded: LoadedPlane,
  settings: WienerSettings,
  {
    known,
    signal,
  }: { readonly known?: WienerEstimate | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<{ readonly plane: Plane; readonly estimate: WienerEstimate }> {
  const made = known ?? (await estimateWiener(await radialSpectrum(context, loaded), settings, signal));
  return { plane: await filterLoaded(context, loaded, wienerTransfer(made, settings)), estimate: made };
}

function estimate(
  spectrum: RadialSpectrum,
  model: SpectralModel,
  defocusAngstrom: number | undefined,
  evidence: number | undefined,
): WienerEstimate {
  let [signal, noise] = [0, 0];
  for (let ring = firstRing; ring < model.noise.length; ring++) {
    signal += ring * (model.signal[ring] ?? 0);
    noise += ring * (model.noise[ring] ?? 0);
  }
  return { spectrum, model, defocusAngstrom, evidence, signalToNoise: noise > 0 ? signal / noise : 0 };
}
