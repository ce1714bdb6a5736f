import type { GainOperation, GainOrientation } from '../../dataset/exposure.ts';
import { type Gain, isGood, orientedSteps } from '../../dataset/gain.ts';
import type { Thumbnail } from '../../dataset/gainJudgement.ts';
import { highPass, type RawSum } from './highPass.ts';

/** The longer side, px. */
const longestSide = 256;

/** Pixels of the frames that are averaged along one side of a thumbnail's pixel; more would only take longer. */
const samplesAcross = 8;

/** Rows and columns on either side of a thumbnail's pixel over which its local mean is taken. */
const reach = 8;

/** Standard deviations from middle grey to black or white. */
const contrast = 3;

interface Laid {
  readonly orientation: GainOrientation;
  readonly operation: GainOperation;
}

/**
 * The sum corrected by the reference in each of some ways, made small, its local mean taken out so that the detector's
 * pattern stands out, and all of them with the same grey levels. Undefined where a way is.
 */
export function thumbnailsOf(
  raw: RawSum,
  gain: Gain,
  ways: readonly (Laid | undefined)[],
): (Thumbnail | undefined)[] {
  const step = Math.max(1, Math.max(raw.width, raw.height) / longestSide);
  const width = Math.max(1, Math.floor(raw.width / step));
  const height = Math.max(1, Math.floor(raw.height / step));
  const pictures = ways.map(
    (way) => way && highPass(corrected(raw, gain, way, width, height), width, height, reach, Number.isFinite),
  );
  let squares = 0;
  let count = 0;
  for (const picture of pictures) {
    if (!picture) continue;
    for (let i = 0; i < picture.length; i++) {
      // No value is as grey as the mean.
      const value = picture[i] || 0;
      picture[i] = value;
      squares += value * value;
    }
    count += picture.length;
  }
  const deviation = Math.sqrt(squares / count) || 1;
  return pictures.map((picture) => {
    if (!picture) return undefined;
    const data = Uint8Array.from(picture, (value) =>
      Math.min(255, Math.max(0, Math.round(128 + (127 * value) / (contrast * deviation)))),
    );
    return { width, height, data };
  });
}

function corrected(
  raw: RawSum,
  gain: Gain,
  { orientation, operation }: Laid,
  width: number,
  height: number,
): Float32Array<ArrayBuffer> {
  const { start, across, down } = orientedSteps(gain, orientation);
  const [stepX, stepY] = [raw.width / width, raw.height / height];
  const skipX = Math.max(1, Math.floor(stepX / samplesAcross));
  const skipY = Math.max(1, Math.floor(stepY / samplesAcross));
  const picture = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const bottom = Math.floor((y + 1) * stepY);
    for (let x = 0; x < width; x++) {
      const right = Math.floor((x + 1) * stepX);
      let sum = 0;
      let count = 0;
      for (let v = Math.floor(y * stepY); v < bottom; v += skipY) {
        for (let u = Math.floor(x * stepX); u < right; u += skipX) {
          const value = raw.pixels[v * raw.width + u] ?? Number.NaN;
          const factor = gain.pixels[start + v * down + u * across] ?? 0;
          if (!isGood(factor) || !Number.isFinite(value)) continue;
          sum += operation === 'divide' ? value / factor : value * factor;
          count++;
        }
      }
      picture[y * width + x] = count > 0 ? sum / count : Number.NaN;
    }
  }
  return picture;
}
