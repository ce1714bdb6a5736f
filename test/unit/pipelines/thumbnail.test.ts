import { describe, expect, test } from 'vitest';
import type { Micrograph } from '../../../src/dataset/micrograph.ts';
import { thumbnailOf, thumbnailPlan } from '../../../src/pipelines/thumbnail.ts';

/** A picture by a formula; remembers which rows were read. */
function picture(
  width: number,
  height: number,
  value: (x: number, y: number, frame: number) => number,
  frames = 1,
) {
  const read: (readonly [frame: number, first: number, count: number])[] = [];
  const micrograph: Micrograph = {
    ...{ name: 'a.mrc', width, height, frames, pixelSizeAngstrom: 1, description: '', warnings: [] },
    readRows: async (frame, first, count) => {
      read.push([frame, first, count]);
      return Float32Array.from({ length: width * count }, (_, i) =>
        value(i % width, first + Math.floor(i / width), frame),
      );
    },
  };
  return { micrograph, read, rows: () => read.reduce((sum, [, , count]) => sum + count, 0) };
}

describe('what is read for a thumbnail', () => {
  test.each([
    ['a usual picture', [4096, 4096, 1], false, { width: 256, height: 256, frames: [0], rowsPerRow: 16 }],
    ['one of odd sides', [959, 700, 1], false, { width: 256, height: 187, frames: [0], rowsPerRow: 4 }],
    ['a small one', [80, 60, 1], false, { width: 80, height: 60, frames: [0], rowsPerRow: 1 }],
    ['a very large one', [11520, 8184, 1], false, { width: 256, height: 182, frames: [0], rowsPerRow: 8 }],
    [
      'a movie',
      [1024, 1024, 40],
      true,
      { width: 256, height: 256, frames: [2, 7, 12, 17, 22, 27, 32, 37], rowsPerRow: 4 },
    ],
    [
      'a movie of large frames',
      [4096, 4096, 40],
      true,
      { width: 256, height: 256, frames: [20], rowsPerRow: 16 },
    ],
    ['a short movie', [64, 64, 3], true, { width: 64, height: 64, frames: [0, 1, 2], rowsPerRow: 1 }],
    ['a stack', [64, 64, 300], false, { width: 64, height: 64, frames: [0], rowsPerRow: 1 }],
  ] as const)('%s', (_, [width, height, frames], isSum, plan) => {
    expect(thumbnailPlan({ width, height, frames }, isSum)).toEqual(plan);
  });

  test('of a very large frame a part, and never more than 16 million pixels', async () => {
    const plan = thumbnailPlan({ width: 30000, height: 20000, frames: 1 }, false);
    expect(plan.rowsPerRow * plan.height * 30000).toBeLessThanOrEqual(2 ** 24);
    const { micrograph, rows } = picture(3, 1000, (x) => x);
    await thumbnailOf(micrograph, { width: 3, height: 100, frames: [0], rowsPerRow: 4 });
    expect(rows()).toBe(400);
  });
});

describe('a thumbnail', () => {
  test('has means of what falls together, from black to white', async () => {
    // 512 × 512: every second column of pixels is 2 brighter, which the mean evens out.
    const { micrograph } = picture(512, 512, (x, y) => Math.floor(y / 2) + (x % 2) * 2);
    const plan = thumbnailPlan(micrograph, false);
    const { width, height, data } = await thumbnailOf(micrograph, plan);
    expect([width, height]).toEqual([256, 256]);
    const at = (x: number, y: number): number => data[y * width + x] ?? -1;
    // 1 % of the rows, 2.55 of them, are cut at either end.
    expect([at(9, 0), at(200, 2), at(9, 255), at(0, 253)]).toEqual([0, 0, 255, 255]);
    expect(Math.abs(at(77, 128) - 128)).toBeLessThanOrEqual(1);
    expect(at(3, 100)).toBe(at(250, 100));
  });

  test('of odd sides puts every pixel somewhere', async () => {
    const { micrograph } = picture(301, 257, (x) => x);
    const plan = thumbnailPlan(micrograph, false);
    const { width, height, data } = await thumbnailOf(micrograph, plan);
    expect([width, height, data.length]).toEqual([256, 219, 256 * 219]);
    const row = [...data.subarray(0, width)];
    expect(row).toEqual(row.toSorted((a, b) => a - b));
    expect(new Set(data.filter((_, i) => i % width === 128)).size).toBe(1);
  });

  test('adds the frames of a movie', async () => {
    // Each frame alone has half of the pattern.
    const { micrograph, read } = picture(8, 8, (x, _, frame) => (x % 2 === frame ? 1 : 0) + x, 2);
    const { data } = await thumbnailOf(micrograph, thumbnailPlan(micrograph, true));
    expect(read.map(([frame]) => frame)).toEqual([0, 1]);
    expect([...data.subarray(0, 8)]).toEqual([0, 36, 73, 109, 146, 182, 219, 255]);
  });

  test('of what is no number, or of one value, is grey', async () => {
    const holes = picture(4, 4, (x, y) =>
      x === 1 && y === 1 ? Number.NaN : x === 2 ? Number.POSITIVE_INFINITY : x,
    );
    const { data } = await thumbnailOf(holes.micrograph, thumbnailPlan(holes.micrograph, false));
    expect([data[5], data[2], data[4], data[7]]).toEqual([128, 128, 0, 255]);
    const flat = picture(4, 4, () => 7);
    const even = await thumbnailOf(flat.micrograph, thumbnailPlan(flat.micrograph, false));
    expect(new Set(even.data)).toEqual(new Set([128]));
  });

  test('stops when nobody wants it any more', async () => {
    const controller = new AbortController();
    const { micrograph, read } = picture(2048, 2048, (x) => {
      if (x === 0) controller.abort();
      return x;
    });
    const plan = thumbnailPlan(micrograph, false);
    await expect(thumbnailOf(micrograph, plan, { signal: controller.signal })).rejects.toThrow('abort');
    expect(read).toHaveLength(1);
  });
});
