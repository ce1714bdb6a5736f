import { contrastTransfer, type Optics } from '../simulation/optics.ts';
import { fitSpectralModel, type RadialSpectrum, type SpectralModel } from './spectralModel.ts';

/** What of the optics does not change from one micrograph to the next. */
export type Microscope = Omit<Optics, 'defocusAngstrom' | 'envelopeAngstromSquared'>;

/** What most micrographs are taken with. */
export const usualMicroscope: Microscope = {
  voltageKilovolt: 300,
  sphericalAberrationMm: 2.7,
  amplitudeContrast: 0.1,
};

export interface DefocusFit {
  /** Underfocus is positive; astigmatism is averaged over. */
  readonly defocusAngstrom: number;
  /** By how much rings of this defocus explain the spectrum better than none do: less deviance, for each unit of dispersion. */
  readonly evidence: number;
  readonly model: SpectralModel;
}

/** Evidence that chance does not often reach, though it may choose the defocus: of eighty spectra without rings two did. */
export const sureEvidence = 10;

const lowestAngstrom = 3000;
const highestAngstrom = 60000;
/** From one defocus that is tried to the next, and where halving the step ends. */
const coarseRatio = 1.025;
const fineRatio = 1.001;
/** Fits between two looks at the abort signal. */
const triedAtOnce = 10;

/** C² of a defocus against cycles a pixel. The envelope is left to the signal's own curve. */
export function transferSquared(
  microscope: Microscope,
  defocusAngstrom: number,
  pixelSizeAngstrom: number,
): (cyclesPerPixel: number) => number {
  const transfer = contrastTransfer({ ...microscope, defocusAngstrom, envelopeAngstromSquared: 0 });
  return (k) => transfer(k / pixelSizeAngstrom) ** 2;
}

/**
 * Looks for the defocus with which a radial power spectrum is likeliest, from 0.3 to 6 µm: noise and signal are fitted
 * anew for each, so that no background has to be taken away first. Which it is says `evidence`.
 */
export async function fitDefocus(
  spectrum: RadialSpectrum,
  pixelSizeAngstrom: number,
  microscope: Microscope,
  signal?: AbortSignal,
): Promise<DefocusFit> {
  const without = fitSpectralModel(spectrum, () => 0.5);
  const at = (defocusAngstrom: number): Omit<DefocusFit, 'evidence'> => {
    const squared = transferSquared(microscope, defocusAngstrom, pixelSizeAngstrom);
    return { defocusAngstrom, model: fitSpectralModel(spectrum, squared, without) };
  };
  let best = at(lowestAngstrom);
  const look = (defocusAngstrom: number): void => {
    const next = at(defocusAngstrom);
    if (next.model.deviance < best.model.deviance) best = next;
  };
  for (let d = lowestAngstrom * coarseRatio, tried = 1; d <= highestAngstrom; d *= coarseRatio, tried++) {
    // A second or so in all: a waiting cancel is heard in between.
    if (tried % triedAtOnce === 0) await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    look(d);
  }
  for (let ratio = Math.sqrt(coarseRatio); ratio > fineRatio; ratio = Math.sqrt(ratio)) {
    const middle = best.defocusAngstrom;
    look(middle / ratio);
    look(middle * ratio);
  }
  // A spectrum that no model explains makes all differences larger.
  const excess = Math.max(1, best.model.dispersion);
  return { ...best, evidence: (without.deviance - best.model.deviance) / excess };
}
