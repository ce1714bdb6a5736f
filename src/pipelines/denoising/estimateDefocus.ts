import { fitDefocus, type Microscope, sureCertainty, sureEvidence } from './defocusFit.ts';
import { firstRing, type RadialSpectrum } from './ringBands.ts';

/** A defocus that was looked for, and how far the spectrum agrees. */
export interface DefocusEstimate {
  /** The most probable underfocus, Å; astigmatism is averaged over. */
  readonly defocusAngstrom: number;
  /** Probability of the defoci that are within a tenth of it, 0 to 1. */
  readonly certainty: number;
  /** By how much rings explain the spectrum better than none do; chance seldom gives 10. */
  readonly evidence: number;
  /** Whether both are high enough to be relied on. */
  readonly isSure: boolean;
  /** Pearson's correlation of measured and fitted power over the fitted noise, from 40 Å to 4 Å or Nyquist. */
  readonly agreement: number;
  /** Fitted power over fitted noise ring by ring, from the mean to Nyquist. */
  readonly fitted: readonly number[];
  /** Fitted noise, in the units of the spectrum. */
  readonly noise: readonly number[];
}

/** Where rings are compared, Å: coarser is the particles' own shape, finer is noise. */
const comparedAngstrom = { coarsest: 40, finest: 4 } as const;

/**
 * Looks for the defocus in a radial spectrum.
 * @param pixelSizeAngstrom of the plane that the spectrum is of.
 */
export async function estimateDefocus(
  spectrum: RadialSpectrum,
  pixelSizeAngstrom: number,
  microscope: Microscope,
  signal?: AbortSignal,
): Promise<DefocusEstimate> {
  const fit = await fitDefocus(spectrum, pixelSizeAngstrom, microscope, signal);
  const { defocusAngstrom, certainty, evidence, model } = fit;
  const noise = Array.from(model.noise);
  const fitted = noise.map((value, ring) => 1 + (model.signal[ring] ?? 0) / Math.max(1e-30, value));
  const measured = noise.map((value, ring) => (spectrum.power[ring] ?? 0) / Math.max(1e-30, value));
  const perRing = spectrum.step / pixelSizeAngstrom;
  const from = Math.max(firstRing, Math.ceil(1 / comparedAngstrom.coarsest / perRing));
  const to = Math.min(noise.length, Math.floor(1 / comparedAngstrom.finest / perRing) + 1);
  return {
    defocusAngstrom,
    certainty,
    evidence,
    isSure: evidence >= sureEvidence && certainty >= sureCertainty,
    agreement: correlation(measured.slice(from, to), fitted.slice(from, to)),
    fitted,
    noise,
  };
}

/** Pearson's; 0 where either is constant. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const meanOf = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let [product, squareA, squareB] = [0, 0, 0];
  a.forEach((value, i) => {
    const other = (b[i] ?? 0) - meanB;
    product += (value - meanA) * other;
    squareA += (value - meanA) ** 2;
    squareB += other ** 2;
  });
  return squareA > 0 && squareB > 0 ? product / Math.sqrt(squareA * squareB) : 0;
}
