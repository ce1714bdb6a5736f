/** Noise that a frame and the average which it is a part of have in common: without it they are a pair to learn from. */
import { complexField } from '../../../fft/cpuField.ts';
import { Fourier2d } from '../../../fft/cpuFourier.ts';
import { TrainingError } from '../../../nn/train/errors.ts';
import type { Half } from './pairs.ts';

/** Cycles a pixel between which nothing but noise is looked at: finer than all that a micrograph shows, and short of Nyquist. */
const noiseAlone = { low: 0.25, high: 0.48 } as const;
const bandCount = 4;
/** By how many standard errors, and by how much at least, what is left of the correlation in one band may differ from 0, and a shift, px. */
const tolerance = { errors: 4.5, correlation: 0.01, shiftPx: 0.05 } as const;

/** What is left of a correlation between two frequencies, cycles a pixel. */
export interface BandCorrelation {
  readonly from: number;
  readonly to: number;
  readonly left: number;
  /** Standard error of a correlation that is 0. */
  readonly error: number;
}

export interface SharedNoise {
  /** What the average has of the frame, in the units of both. */
  readonly part: number;
  /** Correlation of their noise before anything is taken away: 1/√N of a frame and the mean of N alike. */
  readonly correlation: number;
  readonly bands: readonly BandCorrelation[];
  /** By how much what is shared lies elsewhere in the average, along x and y, by the slope of the phases; and its standard error. */
  readonly shiftPx: readonly [number, number];
  readonly shiftError: number;
}

/**
 * How much of the frame there is in the average, by least squares over the frequencies at which both are noise. Brightness and contrast
 * of either don't matter; whether the frames were as many as somebody said does not, either.
 * @param frame of factors 2, 3 and 5, as is `average`.
 */
export function sharedNoise(frame: Half, average: Half): SharedNoise {
  const { width, height } = frame;
  const field = complexField(width * height);
  const [frameMean, averageMean] = [meanOf(frame.data), meanOf(average.data)];
  for (let i = 0; i < field.re.length; i++) {
    field.re[i] = (frame.data[i] ?? 0) - frameMean;
    field.im[i] = (average.data[i] ?? 0) - averageMean;
  }
  new Fourier2d(width, height).forward(field);
  const sums = Array.from({ length: bandCount }, () => ({ frame: 0, average: 0, shared: 0, count: 0 }));
  const { low, high } = noiseAlone;
  const slopes = { x: 0, y: 0, xx: 0, yy: 0 };
  let spread = 0;
  // What lies on the axes is the picture's edges.
  for (let u = 2; u <= width - 2; u++)
    for (let v = 2; v <= height - 2; v++) {
      const [x, y] = [(u < width / 2 ? u : u - width) / width, (v < height / 2 ? v : v - height) / height];
      const k = Math.hypot(x, y);
      const band = sums[Math.floor(((k - low) / (high - low)) * bandCount)];
      if (k < low || !band) continue;
      const at = u * height + v;
      const mirrored = (width - u) * height + height - v;
      const [re, im] = [field.re[at] ?? 0, field.im[at] ?? 0];
      const [re2, im2] = [field.re[mirrored] ?? 0, field.im[mirrored] ?? 0];
      // Two real pictures in one transform: the frame's is half of the sum with the mirrored conjugate, the average's of the difference.
      const [a, b, c, d] = [re + re2, im - im2, im + im2, re2 - re];
      band.frame += a * a + b * b;
      band.average += c * c + d * d;
      const [real, imaginary] = [a * c + b * d, a * d - b * c];
      band.shared += real;
      band.count++;
      slopes.x += imaginary * x;
      slopes.y += imaginary * y;
      slopes.xx += real * x * x;
      slopes.yy += real * y * y;
      spread += x * x;
    }
  const all = sums.reduce((total, one) => ({
    frame: total.frame + one.frame,
    average: total.average + one.average,
    shared: total.shared + one.shared,
    count: total.count + one.count,
  }));
  const part = all.frame > 0 ? all.shared / all.frame : 0;
  const bands = sums.map((one, i): BandCorrelation => {
    const rest = one.average - 2 * part * one.shared + part * part * one.frame;
    const [from, to] = [i, i + 1].map((edge) => low + ((high - low) * edge) / bandCount);
    return {
      from: from ?? low,
      to: to ?? high,
      left: (one.shared - part * one.frame) / (Math.sqrt(one.frame * rest) || 1),
      // Every value is there twice, as its own conjugate, and has two parts.
      error: 1 / Math.sqrt(Math.max(1, one.count)),
    };
  });
  const correlation = all.shared / (Math.sqrt(all.frame * all.average) || 1);
  const shift = (slope: number, square: number): number => -slope / (2 * Math.PI * square || 1);
  return {
    part,
    correlation,
    bands,
    shiftPx: [shift(slopes.x, slopes.xx), shift(slopes.y, slopes.yy)],
    shiftError: 1 / (2 * Math.PI * Math.max(1e-6, Math.abs(correlation)) * Math.sqrt(spread || 1)),
  };
}

/** @throws TrainingError where what is shared is no part of the frame that is the same at all frequencies. */
export function checkSharedNoise({ bands, shiftPx, shiftError }: SharedNoise): void {
  const worst = bands.find(
    ({ left, error }) => Math.abs(left) > Math.max(tolerance.correlation, tolerance.errors * error),
  );
  if (worst)
    throw new TrainingError(
      `The noise of frame and average can't be told apart: between ${worst.from.toFixed(2)} and ${worst.to.toFixed(2)} cycles a pixel they stay correlated by ${worst.left.toFixed(3)}. Give frames as they were summed, without shift or filter, or learn from movies.`,
    );
  const far = Math.max(...shiftPx.map(Math.abs));
  if (far > Math.max(tolerance.shiftPx, tolerance.errors * shiftError))
    throw new TrainingError(
      `The frame lies ${far.toFixed(2)} px beside its place in the average: give it as it was summed, or learn from movies.`,
    );
}

/** The average of all other frames, but for a factor and the mean. */
export function withoutFrame(frame: Half, average: Half, part: number): Half {
  return { ...average, data: average.data.map((value, i) => value - part * (frame.data[i] ?? 0)) };
}

function meanOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / Math.max(1, values.length);
}
