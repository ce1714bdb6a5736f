/**
 * What two halves of a movie tell of a denoiser. X₁ = S + N₁ and X₂ = S + N₂ are sums of the even and the odd frames, whose
 * noise is independent; D₁ and D₂ are made of them by the same denoiser, each for itself.
 *
 * FRC(D₁, D₂) is an upper bound only: a denoiser that invents the same thing twice is in agreement with itself. But
 * D₁ knows nothing of N₂, so ⟨D₁·X₂*⟩ = ⟨D₁·S*⟩ holds the true signal alone, whatever the denoiser does. With
 * ⟨X₁·X₂*⟩ = ⟨|S|²⟩ it follows that
 *
 *   part of the signal kept:     ⟨D₁·X₂*⟩ / ⟨X₁·X₂*⟩
 *   likeness of D₁ to the signal: ⟨D₁·S*⟩ / √(⟨|D₁|²⟩·⟨|S|²⟩) = FRC(D₁, X₂) / √FRC(X₁, X₂)
 *   likeness of X₁ to the signal: √FRC(X₁, X₂)
 *
 * A filter by frequency alone leaves the likeness of each ring as it was. What both halves have in common and is no
 * signal (a gain reference's faults, hot pixels, drift) counts as signal.
 */
import type { RingProducts } from '../../fft/rings.ts';
import type { GpuContext } from '../../gpu/context.ts';
import type { Plane } from '../../gpu/plane.ts';
import { type Crossing, correlationOf, crossingOf, usualThresholds, withSpectra } from '../frc.ts';
import { ringsOf, type TrustBandName, trustBands } from './bands.ts';

/** Sums over rings; both ways round are added, so that each half counts the same. */
export interface HalvesProducts {
  readonly raw: RingProducts;
  readonly denoised: RingProducts;
  /** A denoised half with the other raw one. */
  readonly across: RingProducts;
}

export interface HalvesBand {
  readonly name: TrustBandName;
  readonly fromAngstrom: number;
  readonly toAngstrom: number;
  readonly rawFrc: number;
  readonly denoisedFrc: number;
  readonly acrossFrc: number;
  /** The rest is undefined where the raw halves have too little in common to tell. */
  readonly signalKept: number | undefined;
  readonly rawLikeness: number | undefined;
  readonly denoisedLikeness: number | undefined;
}

export interface HalvesJudgement {
  readonly bands: readonly HalvesBand[];
  /** Correlations, ring by ring. */
  readonly rawFrc: readonly number[];
  readonly denoisedFrc: readonly number[];
  readonly acrossFrc: readonly number[];
  readonly rawCrossings: readonly Crossing[];
  readonly denoisedCrossings: readonly Crossing[];
  readonly nyquistAngstrom: number;
}

/** Standard errors of a band's correlation that count as more than chance. */
const leastErrors = 3;

export function judgeHalves(
  { raw, denoised, across }: HalvesProducts,
  pixelSizeAngstrom: number,
  diameterAngstrom: number,
): HalvesJudgement {
  const { frequencies } = raw;
  const rings = frequencies.length;
  const curves = {
    raw: correlationOf(raw),
    denoised: correlationOf(denoised),
    across: correlationOf(across),
  };
  const crossings = (curve: ArrayLike<number>): Crossing[] =>
    usualThresholds.map((threshold) => crossingOf(curve, frequencies, pixelSizeAngstrom, threshold));
  const longest = 2 * (rings - 1) * pixelSizeAngstrom;
  const bands = trustBands(diameterAngstrom, pixelSizeAngstrom, longest).map((band): HalvesBand => {
    const over = ringsOf(band, rings, pixelSizeAngstrom);
    const total = (values: ArrayLike<number>): number => over.reduce((all, q) => all + (values[q] ?? 0), 0);
    const frcOf = ({ cross, first, second }: RingProducts): number => {
      const whole = Math.sqrt(total(first) * total(second));
      return whole > 0 ? total(cross) / whole : 0;
    };
    const rawFrc = frcOf(raw);
    const acrossFrc = frcOf(across);
    // Half of the frequencies are the other half's partners.
    const isSignal = rawFrc > leastErrors * Math.sqrt(2 / Math.max(1, total(frequencies)));
    const rawLikeness = isSignal ? Math.sqrt(rawFrc) : undefined;
    return {
      ...band,
      rawFrc,
      denoisedFrc: frcOf(denoised),
      acrossFrc,
      signalKept: isSignal ? total(across.cross) / total(raw.cross) : undefined,
      rawLikeness,
      denoisedLikeness: rawLikeness && Math.min(1, acrossFrc / rawLikeness),
    };
  });
  return {
    bands,
    rawFrc: [...curves.raw],
    denoisedFrc: [...curves.denoised],
    acrossFrc: [...curves.across],
    rawCrossings: crossings(curves.raw),
    denoisedCrossings: crossings(curves.denoised),
    nyquistAngstrom: 2 * pixelSizeAngstrom,
  };
}

/** Planes of one size, in one standardisation: halves of a movie, and the same denoised each for itself. */
export interface Halves {
  readonly raw: readonly [Plane, Plane];
  readonly denoised: readonly [Plane, Plane];
}

/** @throws UsageError for planes of less than 16 px. */
export async function compareHalves(
  context: GpuContext,
  { raw, denoised }: Halves,
  pixelSizeAngstrom: number,
  diameterAngstrom: number,
): Promise<HalvesJudgement> {
  return await withSpectra(context, [...raw, ...denoised], async ({ compare }) => {
    const products = {
      raw: await compare(0, 1),
      denoised: await compare(2, 3),
      across: together(await compare(2, 1), await compare(3, 0)),
    };
    return judgeHalves(products, pixelSizeAngstrom, diameterAngstrom);
  });
}

/** Means of two, so that what is of one pair can be held against it. */
function together(a: RingProducts, b: RingProducts): RingProducts {
  const mean = (first: Float32Array, second: Float32Array): Float32Array<ArrayBuffer> =>
    Float32Array.from(first, (value, q) => (value + (second[q] ?? 0)) / 2);
  return {
    cross: mean(a.cross, b.cross),
    first: mean(a.first, b.first),
    second: mean(a.second, b.second),
    frequencies: a.frequencies.slice(),
  };
}
