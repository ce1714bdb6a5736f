/** A quick look at what was picked: boxes sorted into a few classes, turned and shifted onto each other, and averaged. */
import { UsageError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { averageByPose, membersOf } from './average.ts';
import { ClassEngine, chunksOf, type Pose } from './engine.ts';
import { type PoseGrid, poseGrid } from './grid.ts';
import { referencesOf } from './references.ts';
import { type BoxStack, firstPoses, weightsOf, workingPictures } from './working.ts';

export type { Pose } from './engine.ts';
export type { BoxStack } from './working.ts';

export interface ClassOptions extends JobOptions {
  /** Default 5. */
  readonly classes?: number | undefined;
  /** Default 10. */
  readonly iterations?: number | undefined;
  /** Of the circle that holds a particle, px of the boxes; default 85 % of the box. */
  readonly maskDiameterPx?: number | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
}

export interface ClassAverages {
  readonly sidePx: number;
  /** Class after class, the largest first, side × side each; in the units of the boxes. */
  readonly averages: Float32Array<ArrayBuffer>;
  /** Boxes of each class. */
  readonly members: readonly number[];
  /** One a box, shifts in px of the boxes: turned back and shifted back by these, the box lies as the average does. */
  readonly poses: readonly Pose[];
}

const usualClasses = 5;
const usualIterations = 10;
const usualMask = 0.85;
const mostClasses = 50;

/**
 * Maximum-likelihood classification (Sigworth 1998; with classes, Scheres et al. 2005) by expectation maximisation: white
 * noise, every angle and shift of a grid weighed by its posterior. Pictures are compared as rings in Fourier series over the
 * angle, so that all angles come at once. That is done at some 16, then 28 px across a particle; the averages are made of the full boxes by
 * each one's best pose. The same boxes and seed give the same bits on the same device.
 *
 * It is a check that picks are particles, no substitute for classification with CTF and a model of coloured noise.
 * @throws UsageError when the sizes or numbers make no sense.
 */
export async function classAverages(
  context: GpuContext,
  stack: BoxStack,
  options: ClassOptions = {},
): Promise<ClassAverages> {
  const { signal, onProgress, seed = 1 } = options;
  const { classes = usualClasses, iterations = usualIterations } = options;
  const { sidePx, pixels } = stack;
  const pictures = pixels.length / sidePx ** 2;
  checkNumbers(pictures, classes, iterations);
  const maskDiameterPx = options.maskDiameterPx ?? usualMask * sidePx;
  const grid = poseGrid(sidePx, maskDiameterPx);
  const coarse = poseGrid(sidePx, maskDiameterPx, true);
  const total = iterations + 1;
  let done = 0;
  /** With the classes' sizes, where they are known: they are seen to settle. */
  const report = (members: readonly number[] = []): void => {
    signal?.throwIfAborted();
    const sizes = [...members].sort((a, b) => b - a).map((size) => size.toFixed(0));
    onProgress?.({ stage: ['Classes', sizes.join(', ')].join(' ').trim(), done, total });
  };
  const improve = async (
    poses: readonly Pose[],
    on: PoseGrid,
    scale: number,
    steps: number,
  ): Promise<Pose[]> => {
    const chunks = chunksOf(pictures, on, classes);
    const engine = new ClassEngine(context, on, classes, Math.max(...chunks));
    try {
      let first = 0;
      for (const count of chunks) {
        report();
        await engine.add(workingPictures(stack, on, first, count));
        first += count;
      }
      const start = await engine.sumsOf(weightsOf(poses, chunks, on, classes, scale));
      let references = referencesOf(start, on, classes, pictures);
      for (let i = 0; i < steps; i++) {
        report(references.members);
        references = referencesOf(await engine.step(references), on, classes, pictures);
        done++;
      }
      report(references.members);
      return await engine.poses(references);
    } finally {
      engine.destroy();
    }
  };
  const coarseSteps = coarse.rings < grid.rings ? Math.floor(iterations / 2) : 0;
  let poses = firstPoses(pictures, classes, seed);
  if (coarseSteps > 0) poses = await improve(poses, coarse, 1, coarseSteps);
  poses = await improve(poses, grid, grid.workingPx / coarse.workingPx, iterations - coarseSteps);
  const ordered = largestFirst(poses, classes, sidePx / grid.workingPx);
  const averages = await averageByPose(context, stack, ordered, classes);
  onProgress?.({ stage: 'Classes', done: total, total });
  return { sidePx, averages, members: membersOf(ordered, classes), poses: ordered };
}

function checkNumbers(pictures: number, classes: number, iterations: number): void {
  if (!(Number.isInteger(classes) && classes >= 1 && classes <= mostClasses)) {
    throw new UsageError(`${classes} classes can't be made: choose 1 to ${mostClasses}.`);
  }
  if (!(Number.isInteger(iterations) && iterations >= 1)) {
    throw new UsageError(`${iterations} iterations can't be made: choose a whole number, 1 or more.`);
  }
  if (!(pictures >= 2 * classes)) {
    throw new UsageError(
      `${pictures} box${pictures === 1 ? '' : 'es'} can't be sorted into ${classes} classes: give at least ${2 * classes}.`,
    );
  }
}

/** Classes renamed by their size, shifts in px of the boxes. */
function largestFirst(poses: readonly Pose[], classes: number, scale: number): Pose[] {
  const order = [...membersOf(poses, classes).entries()].sort(([i, a], [j, b]) => b - a || i - j);
  const rank = new Map(order.map(([old], i) => [old, i]));
  return poses.map(({ class: k, x, y, angle }) => ({
    class: rank.get(k) ?? 0,
    x: x * scale,
    y: y * scale,
    angle,
  }));
}
