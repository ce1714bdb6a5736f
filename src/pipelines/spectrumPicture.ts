import { type Periodogram, periodogram, type Region } from '../fft/periodogram.ts';
import { FourierTransforms } from '../fft/transform.ts';
import type { GpuContext } from '../gpu/context.ts';
import type { Plane } from '../gpu/plane.ts';
import { defaultEdge, radialMeans, smoothBackground, spectrumEdge } from './powerSpectrum.ts';
import { percentiles } from './statistics.ts';

/** A power spectrum as it is looked at. */
export interface SpectrumPicture {
  /** Samples along a side; the zero frequency is at (edge/2, edge/2), Nyquist at its left and upper border. */
  readonly edge: number;
  /** Squares that were averaged. */
  readonly squares: number;
  /** edge × edge × 4 bytes, opaque greys: the logarithm of the amplitude over its smooth background. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  /** Mean power at each radius, 0 … edge/2 samples; 1 for white noise of the picture's standard deviation. */
  readonly radial: Float32Array<ArrayBuffer>;
  /** What of `radial` is smooth. */
  readonly background: Float32Array<ArrayBuffer>;
}

/** Parts of the samples that may be blacker than black and whiter than white: spots of ice are a few of many. */
const darkest = 0.02;
const brightest = 0.997;
/** Half of a small part would show nothing, px. */
const leastSquare = 64;
/** Rings in the middle that are the window's and the gradient's, as a part of the edge. */
const spoiltPart = 1 / 64;

/**
 * The power spectrum of a plane or a part of it: squares of 512 px where the part is large, else of half its shorter side,
 * so that there are nine to average; a single one is all speckle.
 * @param region plane px; it is cut to the plane.
 * @throws UsageError where less than 32 px each way are left.
 */
export async function spectrumPicture(
  context: GpuContext,
  plane: Plane,
  region: Region | undefined,
): Promise<SpectrumPicture> {
  const part = cutRegion(region, plane);
  const edge = squareEdge(part);
  const transforms = new FourierTransforms(context);
  try {
    return pictureOf(await periodogram(context, transforms, plane, edge, part));
  } finally {
    transforms.destroy();
  }
}

/** The part of a region that lies in a picture, in whole pixels. */
export function cutRegion(
  region: Region | undefined,
  { width, height }: { readonly width: number; readonly height: number },
): Region {
  if (!region) return { x: 0, y: 0, width, height };
  const x = Math.min(width, Math.max(0, Math.round(region.x)));
  const y = Math.min(height, Math.max(0, Math.round(region.y)));
  return {
    x,
    y,
    width: Math.max(0, Math.min(width, Math.round(region.x + region.width)) - x),
    height: Math.max(0, Math.min(height, Math.round(region.y + region.height)) - y),
  };
}

/** The edge of the squares that a region is cut into, px. */
export function squareEdge(region: { readonly width: number; readonly height: number }): number {
  const shortest = Math.min(region.width, region.height);
  const wanted = Math.min(defaultEdge, shortest, Math.max(leastSquare, Math.floor(shortest / 2)));
  // Lengths whose factors are small: a part of the picture may be any number of pixels wide.
  return spectrumEdge({ width: wanted, height: wanted }, Number.POSITIVE_INFINITY);
}

/** Greys and radial means of a periodogram. */
export function pictureOf({ power, edge, squares }: Periodogram): SpectrumPicture {
  const radial = radialMeans(power, edge);
  const background = smoothBackground(radial);
  const logarithms = new Float32Array(edge * edge);
  const inside: number[] = [];
  const spoilt = Math.max(3, edge * spoiltPart);
  for (let y = 0; y < edge; y++) {
    for (let x = 0; x < edge; x++) {
      const radius = Math.hypot(x - edge / 2, y - edge / 2);
      const at = y * edge + x;
      const smooth = background[Math.min(edge / 2, Math.round(radius))] ?? 1;
      const value = Math.log(Math.max(1e-12, power[at] ?? 0) / Math.max(1e-12, smooth));
      logarithms[at] = value;
      if (radius >= spoilt && radius <= edge / 2) inside.push(value);
    }
  }
  const [black = -1, white = 1] = percentiles(Float32Array.from(inside), [darkest, brightest]);
  const scale = 255 / Math.max(1e-6, white - black);
  const rgba = new Uint8ClampedArray(edge * edge * 4);
  logarithms.forEach((value, at) => {
    const grey = (value - black) * scale;
    rgba.set([grey, grey, grey, 255], 4 * at);
  });
  return { edge, squares, rgba, radial, background };
}
