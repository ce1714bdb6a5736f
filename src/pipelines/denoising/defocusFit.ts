import { contrastTransfer, type Optics } from '../simulation/optics.ts';
import type { RadialSpectrum } from './ringBands.ts';
import { type CorrectedModel, corrected } from './spectralCorrection.ts';
import {
  fitEnsemble,
  type SpectralEnsemble,
  type SpectralModel,
  type TransferHypothesis,
} from './spectralEnsemble.ts';

/** What of the optics does not change from one micrograph to the next. */
export type Microscope = Omit<Optics, 'defocusAngstrom' | 'envelopeAngstromSquared'>;

/** What most micrographs are taken with. */
export const usualMicroscope: Microscope = {
  voltageKilovolt: 300,
  sphericalAberrationMm: 2.7,
  amplitudeContrast: 0.1,
};

export interface DefocusFit {
  /** The most probable one. Underfocus is positive; astigmatism is averaged over. */
  readonly defocusAngstrom: number;
  /** By how much rings of some defocus explain the spectrum better than none do: less deviance, for each unit of dispersion. */
  readonly evidence: number;
  /** Probability of the defoci that are no more than a tenth away from it. */
  readonly certainty: number;
  /** The mean over all defoci, each as often as it is probable; of that one alone where it is sure. */
  readonly model: SpectralModel;
}

/** Evidence that chance does not often reach, though it may choose the defocus, and how certain it then has to be which it is. */
export const sureEvidence = 10;
export const sureCertainty = 0.8;

const lowestAngstrom = 3000;
const highestAngstrom = 60000;
const ratio = 1.035;
/** How micrographs are usually taken: the middle, and the deviation of its logarithm. */
const usualAngstrom = 17000;
const usualDeviation = 0.6;
/** How probable it is beforehand that there is nothing to be seen of a transfer function. */
const withoutRings = 0.02;
/** How far away, in the logarithm, a defocus is still about the same one, and in how many steps it is looked for again either way. */
const near = 0.1;
const finerSteps = 8;

/** C² of a defocus against cycles a pixel. The envelope is left to the signal's own curve. */
export function transferSquared(
  microscope: Microscope,
  defocusAngstrom: number,
  pixelSizeAngstrom: number,
): (cyclesPerPixel: number) => number {
  const transfer = contrastTransfer({ ...microscope, defocusAngstrom, envelopeAngstromSquared: 0 });
  return (k) => transfer(k / pixelSizeAngstrom) ** 2;
}

/** Noise and signal with one defocus. */
export function fitKnownDefocus(
  spectrum: RadialSpectrum,
  pixelSizeAngstrom: number,
  microscope: Microscope,
  defocusAngstrom: number,
): CorrectedModel {
  return corrected(spectrum, ensembleOf(spectrum, pixelSizeAngstrom, microscope, defocusAngstrom));
}

/**
 * Noise and signal without knowing the defocus: means over those from 0.3 to 6 µm and over none, each as often as it is probable. Where
 * a spectrum is weak that is better than any one of them: rings in the wrong places take signal away.
 */
export async function fitDefocus(
  spectrum: RadialSpectrum,
  pixelSizeAngstrom: number,
  microscope: Microscope,
  signal?: AbortSignal,
): Promise<DefocusFit> {
  // Half a second or so in all: a waiting cancel is heard before.
  await new Promise((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
  const coarse: number[] = [];
  for (let defocus = lowestAngstrom; defocus <= highestAngstrom; defocus *= ratio) coarse.push(defocus);
  const fitted = (defoci: readonly number[]) => {
    const hypotheses = defoci.map((defocus) => ofDefocus(spectrum, pixelSizeAngstrom, microscope, defocus));
    const all = hypotheses.reduce((sum, { prior }) => sum + Math.exp(prior), 0);
    const blank = {
      squared: new Float64Array(spectrum.power.length).fill(0.5),
      prior: Math.log(withoutRings * all),
    };
    return fitEnsemble(spectrum, pixelSizeAngstrom, [...hypotheses, blank]);
  };
  const ensemble = fitted(coarse);
  const peak = coarse[mostProbable(ensemble.probabilities, coarse.length)] ?? usualAngstrom;
  const without = ensemble.deviances.at(-1) ?? 0;
  const least = ensemble.deviances.subarray(0, -1).reduce((a, b) => Math.min(a, b));
  const evidence = (without - least) / Math.max(1, ensemble.dispersion);
  const certainty = coarse.reduce(
    (sum, defocus, i) =>
      Math.abs(Math.log(defocus / peak)) <= near ? sum + (ensemble.probabilities[i] ?? 0) : sum,
    0,
  );
  if (!(evidence >= sureEvidence && certainty >= sureCertainty))
    return { defocusAngstrom: peak, evidence, certainty, model: corrected(spectrum, ensemble) };
  // Which it is about is sure; exactly which tell the rings, when the curves under them are bent to the spectrum.
  let best: { readonly defocusAngstrom: number; readonly found: SpectralEnsemble } | undefined;
  let leastDeviance = Number.POSITIVE_INFINITY;
  for (let i = -finerSteps; i <= finerSteps; i++) {
    signal?.throwIfAborted();
    const defocusAngstrom = peak * Math.exp((i * near) / finerSteps);
    const found = ensembleOf(spectrum, pixelSizeAngstrom, microscope, defocusAngstrom);
    const { deviance } = corrected(spectrum, { ...found, ...found.plain });
    if (deviance < leastDeviance) [leastDeviance, best] = [deviance, { defocusAngstrom, found }];
  }
  const { defocusAngstrom, found } = best ?? { defocusAngstrom: peak, found: ensemble };
  return { defocusAngstrom, model: corrected(spectrum, found), evidence, certainty };
}

function ensembleOf(
  spectrum: RadialSpectrum,
  pixelSizeAngstrom: number,
  microscope: Microscope,
  defocusAngstrom: number,
): SpectralEnsemble {
  const hypothesis = ofDefocus(spectrum, pixelSizeAngstrom, microscope, defocusAngstrom);
  return fitEnsemble(spectrum, pixelSizeAngstrom, [hypothesis]);
}

function ofDefocus(
  { power, step }: RadialSpectrum,
  pixelSizeAngstrom: number,
  microscope: Microscope,
  defocusAngstrom: number,
): TransferHypothesis {
  const squared = transferSquared(microscope, defocusAngstrom, pixelSizeAngstrom);
  return {
    squared: Float64Array.from({ length: power.length }, (_, ring) => squared(ring * step)),
    prior: -0.5 * (Math.log(Math.max(1, defocusAngstrom) / usualAngstrom) / usualDeviation) ** 2,
  };
}

/** Among the first of them. */
function mostProbable(probabilities: Float64Array, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if ((probabilities[i] ?? 0) > (probabilities[best] ?? 0)) best = i;
  return best;
}
