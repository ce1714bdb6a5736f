import type { Centre } from './boxes.ts';
import type { Picture } from './picture.ts';

/**
 * How far each particle stands out: the mean of the ring from one to 1.4 radii around it (as many pixels as the disc has) less the
 * mean of its disc, in the picture's units; the other way round for bright particles. What lies outside the picture does
 * not count; 0 where nothing is left.
 */
export function pickContrasts(
  { data, width, height }: Picture,
  picks: readonly Centre[],
  radiusPx: number,
  brightParticles: boolean,
): Float32Array<ArrayBuffer> {
  const [inner, outer] = [radiusPx ** 2, 2 * radiusPx ** 2];
  const reach = Math.SQRT2 * radiusPx;
  return Float32Array.from(picks, ({ x, y }) => {
    let [disc, discCount, ring, ringCount] = [0, 0, 0, 0];
    const [left, right] = [Math.max(0, Math.ceil(x - reach)), Math.min(width - 1, Math.floor(x + reach))];
    const bottom = Math.min(height - 1, Math.floor(y + reach));
    for (let row = Math.max(0, Math.ceil(y - reach)); row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const square = (column - x) ** 2 + (row - y) ** 2;
        if (square > outer) continue;
        const value = data[row * width + column] ?? 0;
        if (square <= inner) {
          disc += value;
          discCount++;
        } else {
          ring += value;
          ringCount++;
        }
      }
    }
    if (discCount === 0 || ringCount === 0) return 0;
    const darker = ring / ringCount - disc / discCount;
    return brightParticles ? -darker : darker;
  });
}
