import { createRandom } from '../../core/random.ts';
import { FourierCrop } from '../extraction/fourierCrop.ts';
import { BackgroundNormaliser } from '../extraction/normalise.ts';
import { ANGLES, type PoseGrid } from './grid.ts';

/** Boxes of particles of one size. */
export interface BoxStack {
  /** Side, px; even. */
  readonly sidePx: number;
  /** Box after box, row-major; bright or dark particles, but all alike. */
  readonly pixels: Float32Array<ArrayBuffer>;
}

/** Boxes first … first + count − 1, binned as the grid wants them, their background of mean 0 and deviation 1. */
export function workingPictures(
  { sidePx, pixels }: BoxStack,
  { workingPx, rings }: PoseGrid,
  first: number,
  count: number,
): Float32Array<ArrayBuffer> {
  const crop = workingPx < sidePx ? new FourierCrop(sidePx, workingPx) : undefined;
  const normaliser = new BackgroundNormaliser(workingPx, Math.min(rings, workingPx / 2));
  const area = workingPx * workingPx;
  const result = new Float32Array(count * area);
  for (let i = 0; i < count; i++) {
    const box = pixels.slice((first + i) * sidePx * sidePx, (first + i + 1) * sidePx * sidePx);
    const picture = crop ? crop.run(box) : box;
    normaliser.run(picture);
    result.set(picture, i * area);
  }
  return result;
}

/**
 * Weights to begin with: each picture belongs to one class, turned by a random angle and unshifted, the classes as large as each other. So
 * the first references are nearly alike, and what is different in them grows.
 * @returns as `shaders/classes/posterior.wgsl` leaves weights, for each of the chunks of pictures.
 */
export function firstWeights(
  chunks: readonly number[],
  { shifts }: PoseGrid,
  classes: number,
  seed: number,
): Float32Array<ArrayBuffer>[] {
  const random = createRandom(seed);
  const unshifted = shifts.findIndex(({ x, y }) => x === 0 && y === 0);
  const count = chunks.reduce((sum, size) => sum + size, 0);
  const owner = Array.from({ length: count }, (_, i) => i % classes);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [owner[i], owner[j]] = [owner[j] ?? 0, owner[i] ?? 0];
  }
  let picture = 0;
  return chunks.map((size) => {
    const weights = new Float32Array(size * classes * shifts.length * ANGLES);
    for (let i = 0; i < size; i++) {
      const k = owner[picture++] ?? 0;
      const place = (i * classes + k) * shifts.length + unshifted;
      weights[place * ANGLES + random.integer(ANGLES)] = 1;
    }
    return weights;
  });
}
