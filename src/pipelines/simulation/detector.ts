import { createRandom, type Random } from '../../core/random.ts';

/** A camera's flaws: what it takes to make its frames flat, and pixels that count what is not there. */
export interface Detector {
  readonly width: number;
  readonly height: number;
  /**
   * What raw frames are multiplied with, as gain references of K2 and K3 are meant; 0 marks a defect. Undefined for a
   * perfect camera.
   */
  readonly gain: Float32Array<ArrayBuffer> | undefined;
  /** Indices of pixels that are far too bright and that no reference knows of. */
  readonly hotPixels: readonly number[];
}

/** Readout blocks side by side, as the eight of a K3. */
const blocks = 8;
const blockSpread = 0.03;
const columnSpread = 0.01;
const pixelSpread = 0.05;
/** Single dead pixels, one in so many. */
const pixelsPerDefect = 200_000;

/**
 * Draws a camera from a seed. Its gain is made of blocks, columns and pixels (deviations of 3 %, 1 % and 5 %), with one
 * dead column, one dead cluster and dead single pixels; its mean is 1.
 */
export function drawDetector(
  seed: number,
  width: number,
  height: number,
  { gain, hotPixels }: { readonly gain: boolean; readonly hotPixels: number },
): Detector {
  const random = createRandom(seed);
  const reference = gain ? drawGain(random, width, height) : undefined;
  const hot = new Set<number>();
  while (hot.size < hotPixels) {
    const pixel = random.integer(width * height);
    // A dead pixel is no hot one.
    if (reference?.[pixel] !== 0) hot.add(pixel);
  }
  return { width, height, gain: reference, hotPixels: [...hot].sort((a, b) => a - b) };
}

function drawGain(random: Random, width: number, height: number): Float32Array<ArrayBuffer> {
  const spread = (by: number): number => 1 + by * Math.max(-4, Math.min(4, random.normal()));
  const ofBlock = Array.from({ length: 2 * blocks }, () => spread(blockSpread));
  const ofColumn = Array.from({ length: width }, () => spread(columnSpread));
  const gain = new Float32Array(width * height);
  let sum = 0;
  for (let y = 0; y < height; y++) {
    const half = y < height / 2 ? 0 : blocks;
    for (let x = 0; x < width; x++) {
      const block = half + Math.floor((x * blocks) / width);
      const value = (ofBlock[block] ?? 1) * (ofColumn[x] ?? 1) * spread(pixelSpread);
      gain[y * width + x] = value;
      sum += value;
    }
  }
  const mean = sum / gain.length;
  for (let i = 0; i < gain.length; i++) gain[i] = (gain[i] ?? 0) / mean;
  const deadColumn = random.integer(width);
  for (let y = 0; y < height; y++) gain[y * width + deadColumn] = 0;
  const [clusterX, clusterY] = [random.integer(width - 3), random.integer(height - 3)];
  for (let y = 0; y < 3; y++)
    gain.fill(0, (clusterY + y) * width + clusterX, (clusterY + y) * width + clusterX + 3);
  const single = Math.ceil(gain.length / pixelsPerDefect);
  for (let i = 0; i < single; i++) gain[random.integer(gain.length)] = 0;
  return gain;
}

/** How much of what hits a pixel it counts: 1 / gain, and nothing where it is dead. */
export function sensitivityOf({ gain }: Detector): Float32Array<ArrayBuffer> | undefined {
  return gain?.map((factor) => (factor === 0 ? 0 : 1 / factor));
}
