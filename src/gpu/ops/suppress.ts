import type { GpuContext } from '../context.ts';
import type { Plane } from '../plane.ts';
import { f32, groups, Recorder, u32 } from '../recorder.ts';
import { byValue, type Peak, type Rectangle } from './peaks.ts';

/** Where the shaders' list starts, and the bytes of one entry: x, y (u32) and value (f32). */
const headerBytes = 4;
const entryBytes = 12;

/** Rounds between two looks at how many there are. */
const roundsAtOnce = 8;
/** Workgroups that share the work of taking out what was found. */
const mostGroups = 256;

/**
 * The most points of which no two are within `radius` of each other: discs of half the radius around them don't overlap,
 * and no packing of discs covers more than π/√12 of the plane (Groemer, Mathematische Zeitschrift 73, 285, 1960).
 */
export function mostApart(width: number, height: number, radius: number): number {
  if (radius < 1) return width * height;
  return Math.min(
    width * height,
    Math.ceil(((2 / Math.sqrt(3)) * (width + radius) * (height + radius)) / radius ** 2),
  );
}

/**
 * Greedy non-maximum suppression on whole pixels, where the scores lie: the highest score above `floor` inside `core`
 * is taken, all scores with dx² + dy² ≤ radius² around it are dropped, and so on; of equal scores the first in reading
 * order. As Topaz's does, it also takes what lies on the slope of a higher score beyond the radius. The scores are used up.
 * @param radius whole number of pixels.
 * @returns best first; only they are read back, and 4 bytes for every 8 rounds.
 */
export async function suppressScores(
  context: GpuContext,
  scores: Plane,
  core: Rectangle,
  radius: number,
  floor: number,
): Promise<Peak[]> {
  if (core.width <= 0 || core.height <= 0) return [];
  const capacity = mostApart(core.width, core.height, radius);
  const found = context.buffer('picks', headerBytes + capacity * entryBytes);
  try {
    const [dominant, suppress] = await Promise.all([
      context.pipeline('image/dominant.wgsl'),
      context.pipeline('image/suppress.wgsl'),
    ]);
    const fields = [
      ...[scores.width, scores.height, core.x, core.y, core.width, core.height, capacity, radius].map(u32),
      f32(floor),
    ];
    let count = 0;
    for (;;) {
      const recorder = new Recorder(context);
      for (let round = 0; round < roundsAtOnce; round++) {
        const grid = [groups(core.width, 8), groups(core.height, 8), 1] as const;
        recorder.dispatch(dominant, fields, [scores.buffer, found], grid);
        const spread = Math.min(mostGroups, capacity);
        recorder.dispatch(suppress, fields, [scores.buffer, found], [spread, 1, 1]);
      }
      recorder.submit();
      const [now = 0] = new Uint32Array(await context.read(found, 4));
      if (now === count) break;
      count = now;
    }
    if (count === 0) return [];
    const list = new DataView(await context.read(found, Math.min(count, capacity) * entryBytes, headerBytes));
    const picks: Peak[] = [];
    for (let at = 0; at < list.byteLength; at += entryBytes) {
      picks.push({
        x: list.getUint32(at, true),
        y: list.getUint32(at + 4, true),
        value: list.getFloat32(at + 8, true),
      });
    }
    return picks.sort(byValue);
  } finally {
    context.free(found);
  }
}
