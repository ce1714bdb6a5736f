import { createRandom } from '../../core/random.ts';
import { FourierCrop } from '../extraction/fourierCrop.ts';
import { BackgroundNormaliser } from '../extraction/normalise.ts';
import type { Pose } from './engine.ts';
import { ANGLES, type PoseGrid, type Shift } from './grid.ts';

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

/** Poses to begin with: each picture in one class, turned by a random angle and unshifted, the classes as large as each other. */
export function firstPoses(pictures: number, classes: number, seed: number): Pose[] {
  const random = createRandom(seed);
  const owner = Array.from({ length: pictures }, (_, i) => i % classes);
  for (let i = pictures - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [owner[i], owner[j]] = [owner[j] ?? 0, owner[i] ?? 0];
  }
  const turn = (2 * Math.PI) / ANGLES;
  return owner.map((k) => ({ class: k, x: 0, y: 0, angle: turn * random.integer(ANGLES) }));
}

/**
 * All of a picture's weight at the place of the grid that is nearest to its pose.
 * @param scale working px of this grid in one of the poses'.
 * @returns as `shaders/classes/posterior.wgsl` leaves weights, for each of the chunks of pictures.
 */
export function weightsOf(
  poses: readonly Pose[],
  chunks: readonly number[],
  { shifts }: PoseGrid,
  classes: number,
  scale = 1,
): Float32Array<ArrayBuffer>[] {
  let picture = 0;
  return chunks.map((size) => {
    const weights = new Float32Array(size * classes * shifts.length * ANGLES);
    for (let i = 0; i < size; i++) {
      const { class: k, x, y, angle } = poses[picture++] ?? { class: 0, x: 0, y: 0, angle: 0 };
      const place = (i * classes + k) * shifts.length + nearest(shifts, scale * x, scale * y);
      const step = Math.round((angle / (2 * Math.PI)) * ANGLES);
      weights[place * ANGLES + (((step % ANGLES) + ANGLES) % ANGLES)] = 1;
    }
    return weights;
  });
}

function nearest(shifts: readonly Shift[], x: number, y: number): number {
  const distance = (shift: Shift): number => (shift.x - x) ** 2 + (shift.y - y) ** 2;
  return shifts.reduce((best, shift, i) => {
    const known = shifts[best];
    return known && distance(known) <= distance(shift) ? best : i;
  }, 0);
}
