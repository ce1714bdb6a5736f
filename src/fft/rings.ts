import { UsageError } from '../core/errors.ts';
import type { GpuContext } from '../gpu/context.ts';
import { f32, Recorder, u32 } from '../gpu/recorder.ts';
import type { Spectrum } from './spectrum.ts';

/** Averages over rings of |k|: ring q lies around q / (2 · last) cycles a pixel, the last one at Nyquist. */
export interface RingAverages {
  /** Mean |F|² of each ring, unnormalised as the spectrum; float32. */
  readonly power: Float32Array<ArrayBuffer>;
  /** Frequencies in each ring, both halves of the spectrum counted; 0 where a small plane has none. */
  readonly frequencies: Float32Array<ArrayBuffer>;
}

/** Rings that are about one frequency of the longer side wide. */
export const ringCount = (width: number, height: number): number =>
  Math.floor(Math.max(width, height) / 2) + 1;

/**
 * Radial averages of the squared amplitudes of spectra; planes need not be square.
 * @returns one a plane of the stack.
 */
export async function radialAverages(
  context: GpuContext,
  spectrum: Spectrum,
  rings = ringCount(spectrum.width, spectrum.height),
): Promise<RingAverages[]> {
  const sums = await ringSums(context, spectrum, undefined, rings);
  return sums.map((values) => ({
    power: Float32Array.from({ length: rings }, (_, q) => ratio(values[4 * q + 1], values[4 * q + 3])),
    frequencies: Float32Array.from({ length: rings }, (_, q) => values[4 * q + 3] ?? 0),
  }));
}

/** Sums over the rings of two spectra; ring q as in `RingAverages`. */
export interface RingProducts {
  /** Σ Re(a·b*). */
  readonly cross: Float32Array<ArrayBuffer>;
  /** Σ|a|² and Σ|b|². */
  readonly first: Float32Array<ArrayBuffer>;
  readonly second: Float32Array<ArrayBuffer>;
  readonly frequencies: Float32Array<ArrayBuffer>;
}

/** What two single planes have in common, ring by ring; `ringCorrelations` is made of the same sums. */
export async function ringProducts(
  context: GpuContext,
  a: Spectrum,
  b: Spectrum,
  rings = ringCount(a.width, a.height),
): Promise<RingProducts> {
  const [values = new Float32Array(4 * rings)] = await ringSums(context, a, b, rings);
  const part = (which: number): Float32Array<ArrayBuffer> =>
    Float32Array.from({ length: rings }, (_, q) => values[4 * q + which] ?? 0);
  return { cross: part(0), first: part(1), second: part(2), frequencies: part(3) };
}

/**
 * Fourier ring correlation of two spectra (van Heel 1987): Σ Re(a·b*) / √(Σ|a|²·Σ|b|²) for each ring, 0 where a
 * ring is empty or has no power.
 * @returns one curve a plane of the stack.
 */
export async function ringCorrelations(
  context: GpuContext,
  a: Spectrum,
  b: Spectrum,
  rings = ringCount(a.width, a.height),
): Promise<Float32Array<ArrayBuffer>[]> {
  const sums = await ringSums(context, a, b, rings);
  return sums.map((values) =>
    Float32Array.from({ length: rings }, (_, q) =>
      ratio(values[4 * q], Math.sqrt((values[4 * q + 1] ?? 0) * (values[4 * q + 2] ?? 0))),
    ),
  );
}

const ratio = (value = 0, whole = 0): number => (whole > 0 ? value / whole : 0);

async function ringSums(
  context: GpuContext,
  a: Spectrum,
  b: Spectrum | undefined,
  rings: number,
): Promise<Float32Array<ArrayBuffer>[]> {
  const { width, height, count = 1 } = a;
  if (b && (b.width !== width || b.height !== height || (b.count ?? 1) !== count)) {
    throw new UsageError(
      `Rings of ${count} pictures of ${width} × ${height} can't be compared with ${b.count ?? 1} of ${b.width} × ${b.height}.`,
    );
  }
  const result = context.buffer('ring sums', rings * count * 16);
  try {
    const recorder = new Recorder(context);
    recorder.dispatch(
      await context.pipeline('fft/rings.wgsl', { PAIR: b !== undefined }),
      [u32(width), u32(height), u32(rings), f32(0.5 / Math.max(1, rings - 1))],
      [a.buffer, result, ...(b ? [b.buffer] : [])],
      [rings, count, 1],
    );
    recorder.submit();
    const all = new Float32Array(await context.read(result, rings * count * 16));
    return Array.from({ length: count }, (_, plane) => all.slice(plane * rings * 4, (plane + 1) * rings * 4));
  } finally {
    context.free(result);
  }
}
