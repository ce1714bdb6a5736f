import { describe, expect, test } from 'vitest';
import {
  placeAfterKey,
  scrollTo,
  tileAt,
  tileGap,
  tileGeometry,
  tileRect,
  tilesBetween,
  tilesInSight,
} from '../../../src/ui/panels/galleryGeometry.ts';

const count = 23;
const geometry = tileGeometry(count, 60, 400);
const step = 60 + tileGap;

describe('tiles of a gallery', () => {
  test('fill the width, in the middle, and none lies on another', () => {
    expect([geometry.columns, geometry.rows]).toEqual([6, 4]);
    const last = tileRect(geometry, 5);
    expect(Math.abs(geometry.left - (400 - (last.x + last.width)))).toBeLessThanOrEqual(1);
    expect(tileRect(geometry, 6)).toEqual({ ...tileRect(geometry, 0), y: tileRect(geometry, 0).y + step });
    expect(tileGeometry(5, 60, 10).columns).toBe(1);
    expect(tileGeometry(0, 60, 400).rows).toBe(0);
  });

  test('are found under a point, and nothing is between them or after the last', () => {
    for (let i = 0; i < count; i++) {
      const { x, y } = tileRect(geometry, i);
      expect(tileAt(geometry, count, { x: x + 59, y: y + 1 })).toBe(i);
      expect(tileAt(geometry, count, { x: x + 62, y: y + 1 })).toBeUndefined();
    }
    const { x, y } = tileRect(geometry, count);
    expect(tileAt(geometry, count, { x: x + 5, y: y + 5 })).toBeUndefined();
  });

  test('in sight are all that the window touches and no row more', () => {
    for (const scroll of [0, 30, 70, 130, 200]) {
      const { first, end } = tilesInSight(geometry, count, scroll, 100);
      for (let i = 0; i < count; i++) {
        const { y, height } = tileRect(geometry, i);
        const isSeen = y < scroll + 100 && y + height > scroll;
        expect([i, i >= first && i < end]).toEqual([i, isSeen]);
      }
    }
    const many = tileGeometry(100_000, 60, 400);
    const { first, end } = tilesInSight(many, 100_000, 500_000, 300);
    expect(end - first).toBeLessThan(50);
  });

  test('a rubber band takes what it touches, whichever way it was drawn', () => {
    const centre = (i: number) => {
      const { x, y } = tileRect(geometry, i);
      return { x: x + 30, y: y + 30 };
    };
    expect(tilesBetween(geometry, count, centre(1), centre(9))).toEqual([1, 2, 3, 7, 8, 9]);
    expect(tilesBetween(geometry, count, centre(9), centre(1))).toEqual([1, 2, 3, 7, 8, 9]);
    expect(tilesBetween(geometry, count, { x: 0, y: 0 }, { x: 999, y: 999 })).toHaveLength(count);
    expect(tilesBetween(geometry, count, centre(21), { x: 999, y: 999 })).toEqual([21, 22]);
    // Between two columns.
    const gap = { x: tileRect(geometry, 0).x + 61, y: tileRect(geometry, 0).y + 30 };
    expect(tilesBetween(geometry, count, gap, { x: gap.x + 2, y: gap.y })).toEqual([]);
  });

  test('scrolls no further than needed', () => {
    expect(scrollTo(geometry, 7, 0, 150)).toBe(0);
    const down = scrollTo(geometry, 20, 0, 150);
    expect(down + 150).toBeGreaterThanOrEqual(tileRect(geometry, 20).y + 60);
    expect(scrollTo(geometry, 20, down, 150)).toBe(down);
    expect(scrollTo(geometry, 0, down, 150)).toBe(0);
    // In a window lower than a tile it is asked for once, and stays.
    const low = scrollTo(geometry, 20, 0, 30);
    expect(low).toBe(tileRect(geometry, 20).y - 8);
    expect(scrollTo(geometry, 20, low, 30)).toBe(low);
  });

  test('keys move by one, a row, a page, and stop at the ends', () => {
    const to = (key: string, from: number) => placeAfterKey(key, from, count, 6, 3);
    expect(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].map((key) => to(key, 8))).toEqual([
      7, 9, 2, 14,
    ]);
    expect([to('PageDown', 2), to('PageUp', 3), to('Home', 9), to('End', 9)]).toEqual([14, 0, 0, 22]);
    expect(to('ArrowDown', 20)).toBe(22);
    expect(to('x', 3)).toBeUndefined();
  });
});
