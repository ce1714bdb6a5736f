import type { GpuContext } from '../context.ts';
import type { Plane } from '../plane.ts';
import { f32, groups, Recorder, u32 } from '../recorder.ts';

/** A local maximum, in pixels of the plane (sub-pixel), and the plane's value there. */
export interface Peak {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Planes of the same buffer, counted from the one that is searched, with the log-odds of peaks' offsets. */
export interface OffsetPlanes {
  readonly x: number;
  readonly y: number;
  /** An offset is (p − ½) · span, px. */
  readonly span: number;
}

export interface PeakOptions {
  /** Where a network tells how far from its pixel a peak lies; without them a parabola does. */
  readonly offsets?: OffsetPlanes | undefined;
  /** What of the plane is a picture's: beyond it, as beyond the plane, nothing is as high as a peak. All without it. */
  readonly inside?: Rectangle | undefined;
}

/** Where the shader's list starts, and the bytes of one entry: x, y (u32), offsets and value (f32). */
const headerBytes = 4;
const entryBytes = 20;

/**
 * Finds the local maxima above `floor` inside `core`, best first; ties in reading order.
 */
export async function findPeaks(
  context: GpuContext,
  plane: Plane,
  core: Rectangle,
  floor: number,
  { offsets, inside = { x: 0, y: 0, width: plane.width, height: plane.height } }: PeakOptions = {},
): Promise<Peak[]> {
  // Strict maxima of 3 × 3 windows: at most one in each 2 × 2 block.
  const capacity = Math.ceil(core.width / 2 + 1) * Math.ceil(core.height / 2 + 1);
  const planeOf = (index: number | undefined): number => (index ?? 0) * plane.width * plane.height;
  const found = context.buffer('peaks', headerBytes + capacity * entryBytes);
  try {
    const recorder = new Recorder(context);
    recorder.dispatch(
      await context.pipeline('image/peaks.wgsl'),
      [
        ...[plane.width, plane.height, core.x, core.y, core.width, core.height, capacity].map(u32),
        ...[inside.x, inside.y, inside.x + inside.width, inside.y + inside.height].map(u32),
        ...[planeOf(offsets?.x), planeOf(offsets?.y)].map(u32),
        f32(offsets?.span ?? 0),
        f32(floor),
      ],
      [plane.buffer, found],
      [groups(core.width, 8), groups(core.height, 8), 1],
    );
    recorder.submit();
    const [count = 0] = new Uint32Array(await context.read(found, 4));
    if (count === 0) return [];
    const list = new DataView(await context.read(found, Math.min(count, capacity) * entryBytes, headerBytes));
    const peaks: Peak[] = [];
    for (let at = 0; at < list.byteLength; at += entryBytes) {
      peaks.push({
        x: list.getUint32(at, true) + list.getFloat32(at + 8, true),
        y: list.getUint32(at + 4, true) + list.getFloat32(at + 12, true),
        value: list.getFloat32(at + 16, true),
      });
    }
    return peaks.sort(byValue);
  } finally {
    context.free(found);
  }
}

/** Best first; equal values in reading order, so that the result does not depend on the order of the threads. */
export function byValue(a: Peak, b: Peak): number {
  return b.value - a.value || a.y - b.y || a.x - b.x;
}
