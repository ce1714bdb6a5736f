import { UsageError } from '../core/errors.ts';
import { periodogram } from '../fft/periodogram.ts';
import { nextFastSize } from '../fft/sizes.ts';
import { FourierTransforms } from '../fft/transform.ts';
import type { GpuContext } from '../gpu/context.ts';
import type { LoadedPlane } from './load.ts';

/** A circle in the picture of an amplitude spectrum. */
export interface ResolutionRing {
  readonly resolutionAngstrom: number;
  /** Samples of the picture. */
  readonly radius: number;
}

/** What a user reads ice, drift and CTF from. */
export interface PowerSpectrum {
  /** Samples along a side; the zero frequency is at (edge/2, edge/2), Nyquist at its left and upper border. */
  readonly edge: number;
  /** edge × edge root mean square amplitudes; 1 for white noise of the picture's standard deviation. */
  readonly amplitude: Float32Array<ArrayBuffer>;
  /** Mean amplitude at each radius, 0 … edge/2 samples. */
  readonly radial: Float32Array<ArrayBuffer>;
  /** What of `radial` is smooth: the Thon rings are the rest. Take it from the amplitudes before showing them. */
  readonly background: Float32Array<ArrayBuffer>;
  readonly rings: readonly ResolutionRing[];
  /** Of one pixel of the plane that was transformed. */
  readonly pixelSizeAngstrom: number;
  /** Resolution at Nyquist. */
  readonly nyquistAngstrom: number;
}

/** Squares of 512 px are CTFFIND's and Gctf's custom: Thon rings to a few Å at usual defocus, and enough to average. */
export const defaultEdge = 512;
const leastEdge = 32;
const ringResolutions = [50, 30, 20, 15, 10, 8, 6, 5, 4, 3.7, 3, 2.5, 2, 1.5, 1] as const;

/**
 * The amplitude spectrum of a loaded micrograph, averaged over squares that overlap by half.
 * @param pixelSizeAngstrom of the file.
 * @throws UsageError when the pixel size is not known or the picture is smaller than 32 px.
 */
export async function powerSpectrum(
  context: GpuContext,
  loaded: LoadedPlane,
  pixelSizeAngstrom: number,
  edge = defaultEdge,
): Promise<PowerSpectrum> {
  if (!(pixelSizeAngstrom > 0 && Number.isFinite(pixelSizeAngstrom)))
    throw new UsageError('The pixel size is not known: give it in Å, so that the spectrum can have a scale.');
  const fitting = spectrumEdge(loaded.plane, edge);
  const transforms = new FourierTransforms(context);
  try {
    const { power } = await periodogram(context, transforms, loaded.plane, fitting);
    const amplitude = power.map(Math.sqrt);
    const radial = radialMeans(amplitude, fitting);
    const pixel = pixelSizeAngstrom * loaded.bin;
    return {
      edge: fitting,
      amplitude,
      radial,
      background: smoothBackground(radial),
      rings: resolutionRings(fitting, pixel),
      pixelSizeAngstrom: pixel,
      nyquistAngstrom: 2 * pixel,
    };
  } finally {
    transforms.destroy();
  }
}

/**
 * The edge of squares that fit into a picture, px: `wanted`, or less where it is smaller.
 * @throws UsageError for a picture of less than 32 px.
 */
export function spectrumEdge(
  { width, height }: { readonly width: number; readonly height: number },
  wanted = defaultEdge,
): number {
  const shortest = Math.min(width, height);
  if (shortest < leastEdge) {
    throw new UsageError(
      `A picture of ${width} × ${height} is too small for a power spectrum: it takes ${leastEdge} px each way.`,
    );
  }
  return wanted <= shortest ? wanted : fastSizeWithin(shortest);
}

/** The circles of usual resolutions between the inner tenth of the picture and Nyquist, coarse ones first. */
export function resolutionRings(edge: number, pixelSizeAngstrom: number): ResolutionRing[] {
  return ringResolutions
    .map((resolutionAngstrom) => ({
      resolutionAngstrom,
      radius: (edge * pixelSizeAngstrom) / resolutionAngstrom,
    }))
    .filter(({ radius }) => radius >= edge / 20 && radius <= edge / 2);
}

/** Means over rings one sample wide of a square picture with its centre at edge/2. */
export function radialMeans(values: ArrayLike<number>, edge: number): Float32Array<ArrayBuffer> {
  const rings = edge / 2 + 1;
  const sums = new Float64Array(rings);
  const counts = new Float64Array(rings);
  for (let y = 0; y < edge; y++) {
    for (let x = 0; x < edge; x++) {
      const ring = Math.round(Math.hypot(x - edge / 2, y - edge / 2));
      if (ring >= rings) continue;
      sums[ring] = (sums[ring] ?? 0) + (values[y * edge + x] ?? 0);
      counts[ring] = (counts[ring] ?? 0) + 1;
    }
  }
  return Float32Array.from(sums, (sum, ring) => sum / Math.max(1, counts[ring] ?? 0));
}

/** Degree of the polynomial; and the innermost part that the Hann window and long waves spoil. */
const backgroundDegree = 4;
const spoiltPart = 1 / 64;

/**
 * A polynomial in the radius through the logarithm of the radial amplitudes by least squares: smooth enough not to follow
 * Thon rings, and never below 0. Within the innermost part it keeps its value at that part's edge.
 */
export function smoothBackground(radial: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const last = radial.length - 1;
  const first = Math.min(last, Math.max(2, Math.ceil(2 * last * spoiltPart)));
  const terms = Math.min(backgroundDegree, Math.max(0, last - first)) + 1;
  const powersAt = (ring: number): number[] => {
    const x = (2 * (Math.max(ring, first) - first)) / Math.max(1, last - first) - 1;
    return Array.from({ length: terms }, (_, power) => x ** power);
  };
  const normal = Array.from({ length: terms }, () => new Float64Array(terms + 1));
  for (let ring = first; ring <= last; ring++) {
    const powers = powersAt(ring);
    const value = Math.log(Math.max(radial[ring] ?? 0, 1e-12));
    normal.forEach((row, i) => {
      powers.forEach((power, j) => {
        row[j] = (row[j] ?? 0) + (powers[i] ?? 0) * power;
      });
      row[terms] = (row[terms] ?? 0) + (powers[i] ?? 0) * value;
    });
  }
  const coefficients = solve(normal);
  return Float32Array.from({ length: last + 1 }, (_, ring) =>
    Math.exp(powersAt(ring).reduce((sum, power, i) => sum + power * (coefficients[i] ?? 0), 0)),
  );
}

/** Gaussian elimination with pivots; rows hold the right side as their last value. */
function solve(rows: Float64Array[]): number[] {
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    const rest = rows.splice(column).sort((a, b) => Math.abs(b[column] ?? 0) - Math.abs(a[column] ?? 0));
    rows.push(...rest);
    const pivot = rows[column];
    for (const row of rows) {
      if (!pivot || row === pivot) continue;
      const factor = (row[column] ?? 0) / (pivot[column] || 1);
      for (let i = column; i <= size; i++) row[i] = (row[i] ?? 0) - factor * (pivot[i] ?? 0);
    }
  }
  return rows.map((row, i) => (row[size] ?? 0) / (row[i] || 1));
}

/** The largest fast size that is not above `length`. */
function fastSizeWithin(length: number): number {
  let size = 2 * Math.floor(length / 2);
  while (nextFastSize(size) !== size) size -= 2;
  return size;
}
