/**
 * What a residual tells of its denoising, from power spectra alone. Raw X, denoised D and residual R = X − D are
 * pictures of one place, so |X|² = |R|² + |D|² + 2 Re(R·D*) at each frequency, and three averaged spectra give the
 * cross-spectrum of residual and denoised picture without transforming them together.
 */
import { periodogram } from '../../fft/periodogram.ts';
import { FourierTransforms } from '../../fft/transform.ts';
import type { GpuContext } from '../../gpu/context.ts';
import type { Plane } from '../../gpu/plane.ts';
import { radialMeans, spectrumEdge } from '../powerSpectrum.ts';
import { ringsOf, type TrustBandName, trustBands } from './bands.ts';
import { residualPlane } from './residual.ts';

/** Mean power in rings one sample of the spectrum wide, from the mean to Nyquist; 1 for white noise of raw's own variance. */
export interface ResidualSpectra {
  readonly raw: ArrayLike<number>;
  readonly denoised: ArrayLike<number>;
  readonly residual: ArrayLike<number>;
}

export interface ResidualBand {
  readonly name: TrustBandName;
  readonly fromAngstrom: number;
  readonly toAngstrom: number;
  /** Power of the residual over the raw picture's. */
  readonly share: number;
  /**
   * Re Σ R·D* / √(Σ|R|²·Σ|D|²). 0 where what is left has nothing to do with what is shown, as when exactly the noise was
   * taken; above 0 where signal is shown weaker than it was or noise is left in the denoised picture; below 0 where more is shown than there was. A filter by
   * frequency alone has 1: it weakens signal and noise alike.
   */
  readonly coherence: number;
}

export interface ResidualJudgement {
  readonly bands: readonly ResidualBand[];
  /** Correlation as of the bands, ring by ring. */
  readonly coherence: readonly number[];
  /**
   * Of the raw power at the particle's scale that stands out of the raw picture's own fine noise, the part that is in
   * the residual: 0 where the residual is as flat as that noise, 1 where all of it was taken. Undefined where nothing
   * stands out.
   */
  readonly excessLeft: number | undefined;
}

/** Rings that the window and long waves spoil: nothing is judged there. */
const spoiltRings = 2;
/** The fine noise is measured here, in parts of Nyquist. */
const noisePart = { from: 0.5, to: 0.95 } as const;
/** What stands out by less of the noise is nothing to judge by. */
const leastExcess = 0.1;

/** @param spectra of equal length. */
export function judgeResidual(
  { raw, denoised, residual }: ResidualSpectra,
  pixelSizeAngstrom: number,
  diameterAngstrom: number,
): ResidualJudgement {
  const rings = raw.length;
  const longest = (2 * (rings - 1) * pixelSizeAngstrom) / spoiltRings;
  // A ring has as many frequencies as it is long.
  const sum = (values: ArrayLike<number>, over: readonly number[]): number =>
    over.reduce((all, ring) => all + ring * (values[ring] ?? 0), 0);
  const coherenceIn = (over: readonly number[]): number =>
    coherenceOf(sum(raw, over), sum(denoised, over), sum(residual, over));
  const bands = trustBands(diameterAngstrom, pixelSizeAngstrom, longest).map((band) => {
    const over = ringsOf(band, rings, pixelSizeAngstrom);
    const whole = sum(raw, over);
    return { ...band, share: whole > 0 ? sum(residual, over) / whole : 0, coherence: coherenceIn(over) };
  });
  const mean = (values: ArrayLike<number>, over: readonly number[]): number =>
    sum(values, over) / over.reduce((all, ring) => all + ring, 0);
  const particle = bands.find(({ name }) => name === 'particle');
  const over = particle ? ringsOf(particle, rings, pixelSizeAngstrom) : [];
  const noise = mean(raw, noiseRings(rings));
  const excess = mean(raw, over) - noise;
  const stands = particle !== undefined && excess > leastExcess * noise;
  return {
    bands,
    coherence: Array.from({ length: rings }, (_, ring) => (ring === 0 ? 0 : coherenceIn([ring]))),
    excessLeft: stands ? Math.min(1, Math.max(0, (mean(residual, over) - noise) / excess)) : undefined,
  };
}

/** Below this part of the raw power a picture's own power is rounding. */
const rounding = 1e-9;

function coherenceOf(raw: number, denoised: number, residual: number): number {
  if (!(denoised > rounding * raw && residual > rounding * raw)) return 0;
  const value = (raw - residual - denoised) / 2 / Math.sqrt(residual * denoised);
  return Math.min(1, Math.max(-1, value));
}

const noiseRings = (rings: number): number[] => {
  const first = Math.ceil(noisePart.from * (rings - 1));
  const last = Math.floor(noisePart.to * (rings - 1));
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
};

/** The spectra and what they tell. */
export interface MeasuredResidual extends ResidualJudgement, ResidualSpectra {
  /** Resolution at the last ring. */
  readonly nyquistAngstrom: number;
}

/**
 * Spectra over squares of 512 px that overlap by half, of raw, denoised and residual picture.
 * @param pixelSizeAngstrom of a pixel of the planes.
 * @throws UsageError for a picture of less than 32 px.
 */
export async function measureResidual(
  context: GpuContext,
  raw: Plane,
  denoised: Plane,
  pixelSizeAngstrom: number,
  diameterAngstrom: number,
): Promise<MeasuredResidual> {
  const edge = spectrumEdge(raw);
  const transforms = new FourierTransforms(context);
  const spectrumOf = async (plane: Plane): Promise<Float32Array<ArrayBuffer>> =>
    radialMeans((await periodogram(context, transforms, plane, edge)).power, edge);
  const residual = await residualPlane(context, raw, denoised);
  try {
    const spectra = {
      raw: await spectrumOf(raw),
      denoised: await spectrumOf(denoised),
      residual: await spectrumOf(residual),
    };
    const judgement = judgeResidual(spectra, pixelSizeAngstrom, diameterAngstrom);
    return { ...spectra, ...judgement, nyquistAngstrom: 2 * pixelSizeAngstrom };
  } finally {
    context.free(residual.buffer);
    transforms.destroy();
  }
}
