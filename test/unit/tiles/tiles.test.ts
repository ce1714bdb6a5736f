import { describe, expect, test } from 'vitest';
import { decodeHalf } from '../../../src/core/dtype.ts';
import { keysToEvict } from '../../../src/tiles/cache.ts';
import { levelCount, levelSize, tileOnCpu, tileRectangle, tileSize } from '../../../src/tiles/pyramid.ts';

describe('the pyramid', () => {
  test.each([
    [1, 1, 1],
    [256, 256, 1],
    [257, 10, 2],
    [512, 513, 3],
    [4096, 4096, 5],
    [5760, 4092, 6],
  ])('of %i × %i has %i levels, the last one a single tile', (width, height, levels) => {
    expect(levelCount(width, height)).toBe(levels);
    const last = levelSize(width, height, levels - 1);
    expect(Math.max(last.width, last.height)).toBeLessThanOrEqual(tileSize);
    if (levels > 1) {
      const before = levelSize(width, height, levels - 2);
      expect(Math.max(before.width, before.height)).toBeGreaterThan(tileSize);
    }
  });

  test('tiles cover a level, cut at its right and lower edge', () => {
    expect(tileRectangle(1001, 700, 1, 1, 1)).toEqual({ x: 256, y: 256, width: 245, height: 94 });
    expect(tileRectangle(1001, 700, 0, 3, 2)).toEqual({ x: 768, y: 512, width: 233, height: 188 });
  });

  test.each([0, 1, 2, 3])('a tile by the CPU at level %i is the plain mean of squares', (level) => {
    const [width, height] = [597, 301];
    const data = Float32Array.from(
      { length: width * height },
      (_, i) => Math.sin(i * 1.7) + (i % width) / 300,
    );
    const { width: w, height: h } = levelSize(width, height, level);
    const column = Math.floor((w - 1) / tileSize);
    const row = Math.floor((h - 1) / tileSize);
    const tile = tileOnCpu({ data, width, height }, level, column, row);
    expect([tile.width, tile.height]).toEqual([w - column * tileSize, h - row * tileSize]);
    const step = 2 ** level;
    for (const [x, y] of [
      [0, 0],
      [tile.width - 1, 0],
      [3, tile.height - 1],
      [tile.width - 1, tile.height - 1],
    ] as const) {
      const values: number[] = [];
      for (let v = (row * tileSize + y) * step; v < Math.min(height, (row * tileSize + y + 1) * step); v++) {
        for (
          let u = (column * tileSize + x) * step;
          u < Math.min(width, (column * tileSize + x + 1) * step);
          u++
        ) {
          values.push(data[v * width + u] ?? Number.NaN);
        }
      }
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      // Half precision: 11 bits.
      const found = decodeHalf(tile.data[y * tile.width + x] ?? 0);
      expect(Math.abs(found - mean)).toBeLessThanOrEqual(Math.abs(mean) * 2 ** -11 + 1e-7);
    }
  });

  test('values that no half holds end at the largest', () => {
    const tile = tileOnCpu({ data: Float32Array.of(1e6, -1e6, 3), width: 3, height: 1 }, 0, 0, 0);
    expect([...tile.data].map(decodeHalf)).toEqual([65504, -65504, 3]);
  });
});

describe('keysToEvict', () => {
  const entries = [5, 1, 4, 2, 3].map((usedAt) => ({ key: `k${usedAt}`, bytes: 10, usedAt }));

  test('drops nothing while the budget holds', () => {
    expect(keysToEvict(entries, 50)).toEqual([]);
    expect(keysToEvict([], 0)).toEqual([]);
  });

  test('drops the longest unused until nine tenths are left', () => {
    expect(keysToEvict(entries, 49)).toEqual(['k1']);
    expect(keysToEvict(entries, 40)).toEqual(['k1', 'k2']);
    expect(keysToEvict(entries, 0)).toEqual(['k1', 'k2', 'k3', 'k4', 'k5']);
  });
});
