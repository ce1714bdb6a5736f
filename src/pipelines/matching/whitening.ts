import type { Periodogram } from '../../fft/periodogram.ts';
import type { RadialTransfer } from '../../fft/spectrum.ts';

/** Below this part of the highest power there is nothing but what a filter has left: it must not be drawn up. */
const leastPart = 1e-3;

/**
 * The filter that makes a picture's spectrum flat, 1/√P of its radial mean (as in the matched filter of Turin 1960, and in
 * template matching by Rickgauer et al. 2017): what is searched for is mostly below the noise, so that the picture's power stands for
 * the noise's.
 * @param applied what has been done to the picture already, and is to stay: a high-pass.
 * @param leastFrequency cycles a pixel, below which the power counts as that there: too few waves to tell.
 */
export function whiteningOf(
  { power, edge }: Periodogram,
  applied: RadialTransfer,
  leastFrequency: number,
): RadialTransfer {
  const rings = Math.ceil(edge * Math.SQRT1_2) + 1;
  const sums = new Float64Array(rings);
  const weights = new Float64Array(rings);
  for (let row = 0; row < edge; row++) {
    for (let column = 0; column < edge; column++) {
      const radius = Math.hypot(column - edge / 2, row - edge / 2);
      const ring = Math.floor(radius);
      const value = power[row * edge + column] ?? 0;
      for (const [at, share] of [
        [ring, 1 - (radius - ring)],
        [ring + 1, radius - ring],
      ] as const) {
        if (at >= rings) continue;
        sums[at] = (sums[at] ?? 0) + share * value;
        weights[at] = (weights[at] ?? 0) + share;
      }
    }
  }
  const first = Math.max(1, Math.ceil(leastFrequency * edge));
  const ground = Float64Array.from(sums, (sum, ring) => {
    const weight = weights[ring] ?? 0;
    const factor = applied(ring / edge);
    return weight > 0 && factor > 0 ? sum / weight / factor ** 2 : 0;
  });
  ground.fill(ground[first] ?? 0, 0, first);
  const least = leastPart * ground.reduce((a, b) => Math.max(a, b), 0);
  return (k) => {
    const place = Math.min(k * edge, rings - 1);
    const ring = Math.floor(place);
    const [a = 0, b = a] = [ground[ring], ground[ring + 1]];
    const value = Math.max(a + (b - a) * (place - ring), least);
    return value > 0 ? 1 / Math.sqrt(value) : 0;
  };
}
