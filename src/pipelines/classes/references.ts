/** The half of a step of expectation maximisation that is small enough for the CPU: references from weighted sums. */
import { MODES, type PoseGrid } from './grid.ts';

export interface References {
  /** As `shaders/classes/score.wgsl` wants them. */
  readonly series: Float32Array<ArrayBuffer>;
  /** By class and shift: log-priors less half of the reference's square. */
  readonly levels: Float32Array<ArrayBuffer>;
  /** Expected number of pictures of each class. */
  readonly members: readonly number[];
}

/** Added to a class's members, so that an empty one has a reference of 0. */
const fewest = 1e-3;

/**
 * @param sums what all pictures give (`shaders/classes/gather.wgsl`), class by class.
 * @param pictures how many there are.
 */
export function referencesOf(
  sums: Float32Array,
  { rings, shifts, shiftDeviation }: PoseGrid,
  classes: number,
  pictures: number,
): References {
  const size = rings * MODES;
  const series = new Float32Array(classes * size * 2);
  const levels = new Float32Array(classes * shifts.length);
  const members: number[] = [];
  for (let k = 0; k < classes; k++) {
    const start = k * (size + 1) * 2;
    const count = sums[start + 2 * size] ?? 0;
    members.push(count);
    let square = 0;
    for (let i = 0; i < 2 * size; i++) {
      const value = (sums[start + i] ?? 0) / (count + fewest);
      series[k * size * 2 + i] = value;
      // Frequencies above 0 stand for their negatives, too.
      square += (Math.floor(i / 2) % MODES === 0 ? 1 : 2) * value * value;
    }
    const level = -square / 2 + Math.log((count + 1) / (pictures + classes));
    for (const [s, { x, y }] of shifts.entries()) {
      levels[k * shifts.length + s] = level - (x * x + y * y) / (2 * shiftDeviation ** 2);
    }
  }
  return { series, levels, members };
}
