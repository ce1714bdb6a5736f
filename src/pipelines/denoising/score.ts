/** How much of the truth a denoised picture shows, where it matters: within the particles. */
import type { Size } from '../../nn/sizes.ts';
import type { PlacedParticle } from '../simulation/placement.ts';

/** Pixels within a radius of the centres: 1 there, 0 elsewhere. */
export function particleArea(
  { width, height }: Size,
  centres: readonly PlacedParticle[],
  radiusPx: number,
): Uint8Array<ArrayBuffer> {
  const area = new Uint8Array(width * height);
  for (const { x, y } of centres)
    for (let v = Math.max(0, Math.ceil(y - radiusPx)); v <= Math.min(height - 1, y + radiusPx); v++)
      for (let u = Math.max(0, Math.ceil(x - radiusPx)); u <= Math.min(width - 1, x + radiusPx); u++)
        if ((u - x) ** 2 + (v - y) ** 2 <= radiusPx ** 2) area[v * width + u] = 1;
  return area;
}

/**
 * −10·log₁₀(1 − cc²), dB: by how much the best affine match a·picture + b of a picture explains the clean one within an
 * area, cc being their correlation there. 0 for a picture that tells nothing; a picture of signal-to-noise ratio r before any
 * denoising has 10·log₁₀(1 + r). Brightness and contrast of the picture don't matter.
 * @param clean what the microscope would show without noise, the transfer function included.
 */
export function restoredDecibels(
  clean: ArrayLike<number>,
  picture: ArrayLike<number>,
  area: Uint8Array,
): number {
  const { signal, other, product } = areaMoments(clean, picture, area);
  if (!(signal > 0 && other > 0)) return 0;
  return -10 * Math.log10(1 - (product * product) / (signal * other));
}

/** The variance of a picture within an area. */
export function areaVariance(picture: ArrayLike<number>, area: Uint8Array): number {
  return areaMoments(picture, picture, area).signal;
}

/** Variances and covariance of two pictures within an area; 0 where it is empty. */
function areaMoments(a: ArrayLike<number>, b: ArrayLike<number>, area: Uint8Array) {
  let [count, sumA, sumB] = [0, 0, 0];
  for (let i = 0; i < area.length; i++) {
    if (area[i] !== 1) continue;
    count++;
    sumA += a[i] ?? 0;
    sumB += b[i] ?? 0;
  }
  // Two passes: a picture in electrons has a mean that is large against its signal.
  const meanA = sumA / Math.max(1, count);
  const meanB = sumB / Math.max(1, count);
  let [signal, other, product] = [0, 0, 0];
  for (let i = 0; i < area.length; i++) {
    if (area[i] !== 1) continue;
    const x = (a[i] ?? 0) - meanA;
    const y = (b[i] ?? 0) - meanB;
    signal += x * x;
    other += y * y;
    product += x * y;
  }
  const n = Math.max(1, count);
  return { signal: signal / n, other: other / n, product: product / n };
}
