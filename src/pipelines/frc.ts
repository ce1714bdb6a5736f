/**
 * Fourier ring correlation of pictures of one size: Σ Re(A·B*) / √(Σ|A|²·Σ|B|²) over rings of the spatial frequency (van
 * Heel, Ultramicroscopy 21, 95–100, 1987; Saxton and Baumeister, J. Microsc. 127, 127–138, 1982).
 */
import { UsageError } from '../core/errors.ts';
import { type RingProducts, ringCount, ringProducts } from '../fft/rings.ts';
import { nextFastSize } from '../fft/sizes.ts';
import type { Release, Spectrum } from '../fft/spectrum.ts';
import { FourierTransforms } from '../fft/transform.ts';
import type { GpuContext } from '../gpu/context.ts';
import type { Plane } from '../gpu/plane.ts';
import { groups, Recorder, u32 } from '../gpu/recorder.ts';

/** 256 rings and the mean's: narrow enough for Thon rings, wide enough that chance is small in each. */
export const mostRings = 257;

/** Part of a side over which a picture fades at each edge: opposite edges do not meet, and that is no common signal. */
const taperedPart = 0.06;

/** Below 0.143 two halves of a data set hold little signal (Rosenthal and Henderson 2003); 0.5 is the older, stricter rule. */
export const usualThresholds = [0.5, 0.143] as const;

/** One curve over rings 0 … n − 1; ring q lies around q / (2 · (n − 1)) cycles a pixel, the last one at Nyquist. */
export type RingCurve = ArrayLike<number>;

/** Correlation of each ring; 0 where it is empty or has no power. */
export function correlationOf({ cross, first, second }: RingProducts): Float32Array<ArrayBuffer> {
  return cross.map((sum, q) => {
    const whole = Math.sqrt((first[q] ?? 0) * (second[q] ?? 0));
    return whole > 0 ? sum / whole : 0;
  });
}

/** Where a curve of correlations meets a threshold, Å. */
export interface Crossing {
  readonly threshold: number;
  /** Where it falls below the threshold for the first time, from coarse to fine; undefined where it never does. */
  readonly firstBelowAngstrom: number | undefined;
  /**
   * The finest resolution at which it is above. In a single micrograph the curve goes down to 0 at every zero of the
   * contrast transfer function and comes back: there the first crossing tells of the defocus. Undefined where none is.
   */
  readonly lastAboveAngstrom: number | undefined;
}

/**
 * Crossings between rings are interpolated linearly in frequency. The mean's ring does not count, nor does one of fewer
 * than `leastFrequencies` frequencies, in which chance is large.
 */
export function crossingOf(
  curve: RingCurve,
  frequencies: ArrayLike<number>,
  pixelSizeAngstrom: number,
  threshold: number,
): Crossing {
  const angstromOf = (ring: number): number => (2 * (curve.length - 1) * pixelSizeAngstrom) / ring;
  const rings = Array.from({ length: curve.length }, (_, q) => q).filter(
    (q) => q > 0 && (frequencies[q] ?? 0) >= leastFrequencies,
  );
  const at = (ring: number): number => curve[ring] ?? 0;
  const between = (above: number, below: number): number =>
    angstromOf(above + ((at(above) - threshold) / (at(above) - at(below))) * (below - above));
  const first = rings.findIndex((ring) => at(ring) < threshold);
  const last = rings.findLastIndex((ring) => at(ring) >= threshold);
  const [before, below] = [rings[first - 1], rings[first]];
  const [above, after] = [rings[last], rings[last + 1]];
  return {
    threshold,
    firstBelowAngstrom:
      below === undefined ? undefined : before === undefined ? angstromOf(below) : between(before, below),
    lastAboveAngstrom:
      above === undefined ? undefined : after === undefined ? angstromOf(above) : between(above, after),
  };
}

/** A ring of 20 frequencies, of which half are independent, has a chance correlation of 0.3. */
const leastFrequencies = 20;

/** Spectra of pictures that are to be compared, two by two. */
export interface ComparedSpectra {
  readonly rings: number;
  /** What pictures i and j have in common, by their places in the list. */
  compare(i: number, j: number): Promise<RingProducts>;
}

/**
 * Runs `work` with the spectra of planes: their edges fade, what is added to reach a fast size is 0. Two comparisons are
 * not made at once.
 * @throws UsageError when the planes are not of one size, or smaller than 16 px.
 */
export async function withSpectra<T>(
  context: GpuContext,
  planes: readonly Plane[],
  work: (spectra: ComparedSpectra) => Promise<T>,
): Promise<T> {
  const [{ width, height } = { width: 0, height: 0 }] = planes;
  const other = planes.find((plane) => plane.width !== width || plane.height !== height);
  if (other) {
    throw new UsageError(
      `Pictures of ${width} × ${height} and ${other.width} × ${other.height} can't be compared ring by ring: they must be of one size.`,
    );
  }
  if (Math.min(width, height) < 16)
    throw new UsageError(`Pictures of ${width} × ${height} are too small to be compared: 16 px each way.`);
  const transforms = new FourierTransforms(context);
  const kept: GPUBuffer[] = [];
  try {
    const spectra: Spectrum[] = [];
    for (const plane of planes) {
      const spectrum = await taperedSpectrum(context, transforms, plane);
      kept.push(spectrum.buffer);
      spectra.push(spectrum);
    }
    const rings = Math.min(mostRings, ringCount(width, height));
    return await work({
      rings,
      compare: async (i, j) => {
        const [a, b] = [spectra[i], spectra[j]];
        if (!a || !b) throw new Error('There is no such picture.');
        return await ringProducts(context, a, b, rings);
      },
    });
  } finally {
    context.free(...kept);
    transforms.destroy();
  }
}

async function taperedSpectrum(
  context: GpuContext,
  transforms: FourierTransforms,
  { buffer, width, height }: Plane,
): Promise<Spectrum> {
  const [paddedWidth, paddedHeight] = [nextFastSize(width), nextFastSize(height)];
  const weights = context.upload('ring correlation', Float32Array.from([...taper(width), ...taper(height)]));
  const padded = context.buffer('ring correlation', paddedWidth * paddedHeight * 4);
  const spent: GPUBuffer[] = [weights, padded];
  const release: Release = (...buffers) => void spent.push(...buffers);
  try {
    const recorder = new Recorder(context);
    recorder.dispatch(
      await context.pipeline('fft/taper.wgsl'),
      [width, height, paddedWidth, paddedHeight].map(u32),
      [buffer, padded, weights],
      [groups(paddedWidth, 64), paddedHeight, 1],
    );
    const plane = { buffer: padded, width: paddedWidth, height: paddedHeight };
    const spectrum = await transforms.forward(recorder, plane, release);
    recorder.submit();
    return spectrum;
  } finally {
    context.free(...spent);
  }
}

/** Weights along a side: a raised cosine at either end, 1 between. */
export function taper(length: number): number[] {
  const edge = Math.max(1, Math.round(taperedPart * length));
  return Array.from({ length }, (_, i) => {
    const inside = Math.min(i, length - 1 - i);
    return inside >= edge ? 1 : Math.sin((Math.PI / 2) * ((inside + 0.5) / edge)) ** 2;
  });
}
