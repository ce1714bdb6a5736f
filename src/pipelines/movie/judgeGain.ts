/** Which of the eight ways to lay a gain reference on a movie is right, judged by the fixed pattern in the raw sum. */
import { type GainOperation, type GainOrientation, gainOrientations } from '../../dataset/exposure.ts';
import { type Gain, gainFits, isGood, orientedSize, orientedSteps } from '../../dataset/gain.ts';
import type { GainJudgement, JudgedOrientation } from '../../dataset/gainJudgement.ts';
import { highPass, type RawSum, robustLimit, winsorise } from './highPass.ts';
import { thumbnailsOf } from './thumbnails.ts';

/** Edge of the part in the middle that is looked at, px: a million pixels with one electron each settle it. */
const lookedAt = 1024;

/** Rows and columns on either side over which a pattern's local mean is taken: picture and illumination are wider. */
const reach = 4;

/**
 * Standard errors that a correlation must have, for a reference is compared in eight ways and detectors spread counts
 * over neighbouring pixels, which makes fewer of them independent than are counted. Chance alone gives 2.7.
 */
const leastZ = 8;

/** How much larger than in any other orientation the correlation must be: tile borders are alike when mirrored. */
const leastLead = 1.5;

/** Robust standard deviations beyond which a value is a hot pixel, or dirt. */
const outliers = 5;

/** Counts that a hot pixel has more than its surroundings at least: an electron in a nearly empty frame is not hot. */
const hotCounts = 10;

/**
 * Compares the raw sum's pattern with the reference's in each orientation. Camera programs disagree about how a
 * reference lies on the frames, and no header tells; but the raw frames show its inverse, pixel by pixel.
 * @param withThumbnails false where nobody looks.
 */
export function judgeGain(raw: RawSum, gain: Gain, withThumbnails = true): GainJudgement {
  const part = centralPart(raw);
  leaveOutHotPixels(part);
  const compared = gainOrientations.map((orientation) => {
    if (!gainFits(gain, orientation, raw)) return undefined;
    const { width, height } = part;
    const turned = turnedPart(gain, orientation, part);
    // Dead pixels count nothing, which would look like a pattern all around them.
    const alive = part.pixels.map((value, i) => (isGood(turned[i] ?? 0) ? value : Number.NaN));
    const pattern = highPass(alive, width, height, reach, (value) => value >= 0);
    const reference = highPass(turned, width, height, reach, isGood);
    winsorise(pattern, robustLimit(pattern, outliers));
    winsorise(reference, robustLimit(reference, outliers));
    return { orientation, ...compare(pattern, reference) };
  });
  const operationOf = (correlation: number): GainOperation => (correlation > 0 ? 'divide' : 'multiply');
  const ways = compared.map((result) => result && { ...result, operation: operationOf(result.correlation) });
  const thumbnails = withThumbnails ? thumbnailsOf(raw, gain, ways) : [];
  const orientations = gainOrientations.map((orientation, i): JudgedOrientation => {
    const { width, height } = orientedSize(gain, orientation);
    const result = compared[i];
    const { correlation, z, residual } = result ?? {};
    return {
      orientation,
      width,
      height,
      fits: result !== undefined,
      correlation,
      z,
      residual,
      thumbnail: thumbnails[i],
    };
  });
  const ranked = compared
    .filter((result) => result !== undefined)
    .sort((a, b) => Math.abs(b.z) - Math.abs(a.z));
  const [best, second] = ranked;
  const stands =
    best !== undefined &&
    Math.abs(best.z) >= leastZ &&
    Math.abs(best.z) >= leastLead * Math.abs(second?.z ?? 0);
  const proposal = stands
    ? { orientation: best.orientation, operation: operationOf(best.correlation) }
    : undefined;
  return { orientations, proposal, verdict: verdictOf(raw, gain, ranked, proposal) };
}

interface Comparison {
  readonly correlation: number;
  readonly z: number;
  readonly residual: number;
}

function verdictOf(
  raw: RawSum,
  gain: Gain,
  ranked: readonly ({ readonly orientation: GainOrientation } & Comparison)[],
  proposal: GainJudgement['proposal'],
): string {
  const [best, second] = ranked;
  if (!best) {
    return `${gain.name} is ${gain.width} × ${gain.height} px and fits frames of ${raw.width} × ${raw.height} px in no orientation.`;
  }
  const sigma = (z: number): string => `${Math.abs(z).toFixed(Math.abs(z) < 10 ? 1 : 0)} σ`;
  if (proposal) {
    const verb = proposal.operation === 'multiply' ? 'multiplying' : 'dividing';
    const others = second ? `, the next best by ${sigma(second.z)}` : '';
    return `Orientation ${proposal.orientation}, ${verb}, takes the detector's pattern out by ${sigma(best.z)}${others}.`;
  }
  if (Math.abs(best.z) >= leastZ) {
    return `Orientations ${best.orientation} and ${second?.orientation} fit about equally well (${sigma(best.z)} and ${sigma(second?.z ?? 0)}): look at the pictures.`;
  }
  return `The movie shows no trace of this reference's pattern (${sigma(best.z)} at most): it may have been corrected already, or the reference is another camera's.`;
}

interface Part extends RawSum {
  /** Its first pixel in the whole. */
  readonly x: number;
  readonly y: number;
  readonly pixels: Float32Array<ArrayBuffer>;
}

function centralPart(raw: RawSum): Part {
  const width = Math.min(raw.width, lookedAt);
  const height = Math.min(raw.height, lookedAt);
  const x = (raw.width - width) >> 1;
  const y = (raw.height - height) >> 1;
  const pixels = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * raw.width + x;
    pixels.set(raw.pixels.subarray(from, from + width), row * width);
  }
  return { x, y, width, height, pixels };
}

/** Makes hot pixels NaN: each would darken the pattern of all that are compared with it. */
function leaveOutHotPixels({ pixels, width, height }: Part): void {
  const pattern = highPass(pixels, width, height, reach, (value) => value >= 0);
  const limit = robustLimit(pattern, outliers);
  for (let i = 0; i < pixels.length; i++) {
    const [value, ratio] = [pixels[i] ?? 0, pattern[i] ?? 0];
    if (ratio > limit && value - value / (1 + ratio) > hotCounts) pixels[i] = Number.NaN;
  }
}

/** The part of the turned reference that lies on a part of the frames. */
function turnedPart(
  gain: Gain,
  orientation: GainOrientation,
  { x, y, width, height }: Part,
): Float32Array<ArrayBuffer> {
  const { start, across, down } = orientedSteps(gain, orientation);
  const pixels = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    let from = start + (y + row) * down + x * across;
    for (let to = row * width; to < (row + 1) * width; to++) {
      pixels[to] = gain.pixels[from] ?? 0;
      from += across;
    }
  }
  return pixels;
}

/** Correlation of two patterns over the pixels that both have. */
function compare(a: Float32Array, b: Float32Array): Comparison {
  let count = 0;
  let sumA = 0;
  let sumB = 0;
  let squaresA = 0;
  let squaresB = 0;
  let products = 0;
  for (let i = 0; i < a.length; i++) {
    const u = a[i] ?? Number.NaN;
    const v = b[i] ?? Number.NaN;
    if (Number.isNaN(u) || Number.isNaN(v)) continue;
    count++;
    sumA += u;
    sumB += v;
    squaresA += u * u;
    squaresB += v * v;
    products += u * v;
  }
  const varianceA = squaresA - (sumA * sumA) / count;
  const varianceB = squaresB - (sumB * sumB) / count;
  const covariance = products - (sumA * sumB) / count;
  // Without a pattern on either side nothing can be said.
  if (!(varianceA > 0 && varianceB > 0)) return { correlation: 0, z: 0, residual: 1 };
  const correlation = covariance / Math.sqrt(varianceA * varianceB);
  const residual = (varianceA + varianceB - 2 * Math.abs(covariance)) / varianceA;
  return { correlation, z: correlation * Math.sqrt(count), residual };
}
