/** Numbers about a whole plane, made where it lies: a few bytes come back. */
import type { GpuContext } from '../context.ts';
import type { Plane } from '../plane.ts';
import { f32, groups, Recorder, u32 } from '../recorder.ts';

/** A measure of a plane's middle, and of how far its values lie from it. */
export interface Moments {
  readonly centre: number;
  readonly deviation: number;
}

const threads = 256;
/** Of a workgroup: fewer would not be worth starting and emptying it. */
const leastValues = 16384;
/** Workgroups that share a plane: enough for any GPU. */
const mostGroups = 256;

/**
 * Mean and standard deviation (divided by n) of all values, to some 1e-6 of the deviation where the mean is no larger
 * than that, as in what was standardised before. Reads 8 bytes back.
 */
export async function meanMoments(context: GpuContext, plane: Plane): Promise<Moments> {
  const count = plane.width * plane.height;
  const parts = Math.min(mostGroups, groups(count, leastValues));
  const sums = context.buffer('sums', (parts + 1) * 8);
  const total = context.buffer('sums', 8);
  try {
    const [first, last] = await Promise.all(
      [false, true].map((LAST) => context.pipeline('image/sums.wgsl', { LAST })),
    );
    const recorder = new Recorder(context);
    if (first && last) {
      const stride = u32(parts * threads);
      recorder.dispatch(first, [u32(count), stride], [plane.buffer, sums], [parts, 1, 1]);
      recorder.dispatch(last, [u32(parts), u32(threads)], [sums, total], [1, 1, 1]);
    }
    recorder.submit();
    const [sum = 0, squares = 0] = new Float32Array(await context.read(total, 8));
    const mean = sum / count;
    return { centre: mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
  } finally {
    context.free(sums, total);
  }
}

/**
 * Median and 1.4826 · median absolute deviation: mean and σ of a normal ground that particles and ice don't move. The
 * median is exact; the deviation is off by rounding alone, 1e-7 of the values. Values must be finite. Reads 16 bytes back.
 */
export async function robustMoments(context: GpuContext, plane: Plane): Promise<Moments> {
  const centre = await medianOf(context, plane);
  return { centre, deviation: 1.4826 * (await medianOf(context, plane, centre)) };
}

/** The median of the values, or of their distances from `centre`. Between two in the middle, their mean. */
async function medianOf(context: GpuContext, plane: Plane, centre?: number): Promise<number> {
  const count = plane.width * plane.height;
  const parts = Math.min(mostGroups, groups(count, leastValues));
  const ranks = [Math.floor((count - 1) / 2), Math.ceil((count - 1) / 2)];
  const state = context.buffer('selection', 16);
  const counts = context.buffer('selection', 2 * 256 * 4);
  try {
    context.device.queue.writeBuffer(state, 0, Uint32Array.from([0, 0, ...ranks]));
    const ABSOLUTE = centre !== undefined;
    const counting = await context.pipeline('image/count_digits.wgsl', { ABSOLUTE });
    const narrowing = await context.pipeline('image/narrow_digits.wgsl');
    const recorder = new Recorder(context);
    for (const shift of [24, 16, 8, 0]) {
      const fields = [u32(count), u32(parts * threads), u32(shift), f32(centre ?? 0)];
      recorder.dispatch(counting, fields, [plane.buffer, state, counts], [parts, 1, 1]);
      recorder.dispatch(narrowing, [u32(shift)], [state, counts], [1, 1, 1]);
    }
    recorder.submit();
    const [low = 0, high = 0] = new Uint32Array(await context.read(state, 8));
    return (valueOfKey(low) + valueOfKey(high)) / 2;
  } finally {
    context.free(state, counts);
  }
}

/** Turns a key back into its float, as `count_digits.wgsl` made it: the sign bit is set where the float has none. */
function valueOfKey(key: number): number {
  const bits = key >= 0x80000000 ? key - 0x80000000 : ~key >>> 0;
  return new Float32Array(Uint32Array.of(bits).buffer)[0] ?? 0;
}
