import { beforeAll, expect, test } from 'vitest';
import { GpuContext } from '../../../src/gpu/context.ts';
import type { Peak, Rectangle } from '../../../src/gpu/ops/peaks.ts';
import { mostApart, suppressScores } from '../../../src/gpu/ops/suppress.ts';
import { describeGpu } from '../../support/gpu.ts';
import { noise } from '../micrographs.ts';

/** By the definition: in order of falling score, whatever is near to none that was taken. */
function suppressSlowly(
  values: Float32Array,
  width: number,
  core: Rectangle,
  radius: number,
  floor: number,
): Peak[] {
  const all: Peak[] = [];
  for (let y = core.y; y < core.y + core.height; y++) {
    for (let x = core.x; x < core.x + core.width; x++) all.push({ x, y, value: values[y * width + x] ?? 0 });
  }
  const taken: Peak[] = [];
  for (const one of all.sort((a, b) => b.value - a.value || a.y - b.y || a.x - b.x)) {
    if (!(one.value > floor)) break;
    if (taken.every(({ x, y }) => (x - one.x) ** 2 + (y - one.y) ** 2 > radius ** 2)) taken.push(one);
  }
  return taken;
}

describeGpu('non-maximum suppression on the GPU', (gpu) => {
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });

  test.each([
    ['noise', 61, 47, 5, -0.5, (value: number) => value],
    ['noise, neighbours alone', 33, 20, 1, 0, (value: number) => value],
    ['equal scores', 40, 31, 3, -9, (value: number) => Math.round(value)],
    // One chain of picks, each of which waits for the one before: more rounds than are run at once.
    ['a slope', 90, 3, 4, -1, (_: number, i: number) => (i % 90) + 1],
    ['nothing above the floor', 20, 20, 3, 9, (value: number) => value],
  ])('of %s takes what the greedy definition takes', async (_, width, height, radius, floor, of) => {
    const values = noise(width * height, 11).map(of);
    const plane = { buffer: context.upload('test', values), width, height };
    const whole = { x: 0, y: 0, width, height };
    const before = context.bytesRead;
    const found = await suppressScores(context, plane, whole, radius, floor);
    const read = context.bytesRead - before;
    expect(found).toEqual(suppressSlowly(values, width, whole, radius, floor));
    expect(found.length).toBeLessThanOrEqual(mostApart(width, height, radius));
    // What was found, and counts.
    expect(read - 12 * found.length).toBeLessThan(100);
    const inner = { x: 4, y: 1, width: width - 9, height: height - 2 };
    context.device.queue.writeBuffer(plane.buffer, 0, values);
    const cut = await suppressScores(context, plane, inner, radius, floor);
    expect(cut).toEqual(suppressSlowly(values, width, inner, radius, floor));
    context.free(plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });

  test('the list is long enough for the densest packing of a grid', () => {
    // Every second pixel of every row, shifted by one from row to row.
    expect(mostApart(41, 41, 1)).toBeGreaterThanOrEqual(841);
    expect(mostApart(100, 1, 1)).toBe(100);
    expect(mostApart(1, 1, 20)).toBe(1);
    expect(mostApart(200, 200, 10)).toBeLessThan(600);
  });
});
