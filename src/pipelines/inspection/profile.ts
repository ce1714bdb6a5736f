/** Values of a picture along a line, averaged across it. */

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Which pixels make the profile, and by how much: four taps for each point across the line at each sample. */
export interface ProfilePlan {
  readonly samples: number;
  /** Distance of two samples, px. */
  readonly stepPx: number;
  /** Indices of pixels, sample by sample. */
  readonly places: Uint32Array<ArrayBuffer>;
  /** What each of them counts; 0 outside the picture. */
  readonly weights: Float32Array<ArrayBuffer>;
}

/** Samples of a profile: more can't be seen on a screen. */
const mostSamples = 4096;
export const mostProfileWidthPx = 128;

/**
 * Plans a profile with a sample a pixel, between pixels by bilinear interpolation; longer lines have their samples farther
 * apart.
 * @param from pixel coordinates: the centre of the first pixel is (0, 0).
 * @param widthPx how many lines beside each other are averaged, cut to 1…128.
 */
export function planProfile(
  from: Point,
  to: Point,
  widthPx: number,
  { width, height }: { readonly width: number; readonly height: number },
): ProfilePlan {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const samples = Math.min(mostSamples, Math.max(2, Math.round(length) + 1));
  const across = Math.min(mostProfileWidthPx, Math.max(1, Math.round(widthPx)));
  const stepPx = length / (samples - 1);
  const along = length > 0 ? { x: (to.x - from.x) / length, y: (to.y - from.y) / length } : { x: 1, y: 0 };
  const places = new Uint32Array(4 * samples * across);
  const weights = new Float32Array(4 * samples * across);
  let at = 0;
  for (let sample = 0; sample < samples; sample++) {
    for (let line = 0; line < across; line++) {
      const aside = line - (across - 1) / 2;
      const x = from.x + along.x * sample * stepPx - along.y * aside;
      const y = from.y + along.y * sample * stepPx + along.x * aside;
      const [left, top] = [Math.floor(x), Math.floor(y)];
      for (const [dx, dy] of taps) {
        const [column, row] = [left + dx, top + dy];
        const weight = (1 - Math.abs(x - column)) * (1 - Math.abs(y - row));
        const isInside = column >= 0 && row >= 0 && column < width && row < height;
        if (isInside) {
          places[at] = row * width + column;
          weights[at] = weight;
        }
        at++;
      }
    }
  }
  return { samples, stepPx, places, weights };
}

const taps = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;

/** The profile, from the values at the plan's places; NaN where the line is outside the picture. */
export function profileOf(plan: ProfilePlan, values: Float32Array): Float32Array<ArrayBuffer> {
  const perSample = plan.places.length / plan.samples;
  return Float32Array.from({ length: plan.samples }, (_, sample) => {
    let sum = 0;
    let weight = 0;
    for (let i = sample * perSample; i < (sample + 1) * perSample; i++) {
      const share = plan.weights[i] ?? 0;
      if (share === 0) continue;
      sum += share * (values[i] ?? 0);
      weight += share;
    }
    // A point at the border with next to nothing of it inside would be noise.
    return weight > 0.25 ? sum / weight : Number.NaN;
  });
}
