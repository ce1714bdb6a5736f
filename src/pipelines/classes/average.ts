import type { GpuContext } from '../../gpu/context.ts';
import { groups, Recorder, u32 } from '../../gpu/recorder.ts';
import type { Pose } from './engine.ts';
import type { BoxStack } from './working.ts';

/** Pictures put on the GPU at a time: 32 MiB. */
const chunkBytes = 32 << 20;

/**
 * The mean of the boxes of each class, put into place at their full size; 0 for a class without any.
 * @param poses one a box, shifts in px of the boxes.
 * @returns class after class, side × side each.
 */
export async function averageByPose(
  context: GpuContext,
  { sidePx, pixels }: BoxStack,
  poses: readonly Pose[],
  classes: number,
): Promise<Float32Array<ArrayBuffer>> {
  const area = sidePx * sidePx;
  const spent: GPUBuffer[] = [];
  const sums = context.buffer('class averages', classes * area * 4);
  spent.push(sums);
  try {
    const pipeline = await context.pipeline('classes/average.wgsl');
    const atOnce = Math.max(1, Math.floor(chunkBytes / (area * 4)));
    for (let first = 0; first < poses.length; first += atOnce) {
      const some = poses.slice(first, first + atOnce);
      const boxes = context.upload(
        'class averages',
        pixels.slice(first * area, (first + some.length) * area),
      );
      const places = Float32Array.from(some.flatMap(({ class: k, x, y, angle }) => [k, x, y, angle]));
      const where = context.upload('class averages', places);
      const recorder = new Recorder(context);
      const fields = [u32(sidePx), u32(some.length)];
      recorder.dispatch(pipeline, fields, [boxes, where, sums], [groups(area, 64), classes, 1]);
      recorder.submit();
      context.free(boxes, where);
    }
    const averages = new Float32Array(await context.read(sums, classes * area * 4));
    const members = membersOf(poses, classes);
    return averages.map((sum, i) => sum / Math.max(1, members[Math.floor(i / area)] ?? 0));
  } finally {
    context.free(...spent);
  }
}

/** How many pictures are best explained by each class. */
export function membersOf(poses: readonly Pose[], classes: number): number[] {
  const members = new Array<number>(classes).fill(0);
  for (const pose of poses) members[pose.class] = (members[pose.class] ?? 0) + 1;
  return members;
}
