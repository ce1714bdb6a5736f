import { describe, expect, test } from 'vitest';
import {
  captionHeight,
  gridGap,
  gridGeometry,
  gridInSight,
  gridMargin,
  gridPlace,
  gridScroll,
  rowsBetween,
  rowTops,
} from '../../../src/ui/panels/gridGeometry.ts';

describe('a grid of tiles', () => {
  const geometry = gridGeometry(5000, 176, 1000);
  const step = geometry.tileHeight + gridGap;

  test('takes as many columns as fit and shares what is left over', () => {
    expect(geometry.columns).toBe(5);
    expect(geometry.rows).toBe(1000);
    expect(5 * geometry.tileWidth + 4 * gridGap + 2 * gridMargin).toBeLessThanOrEqual(1000);
    expect(geometry.tileWidth).toBeGreaterThanOrEqual(176);
    expect(geometry.tileHeight).toBe(geometry.tileWidth + captionHeight);
    expect(gridGeometry(3, 400, 100)).toMatchObject({ columns: 1, rows: 3, tileWidth: 400 });
    expect(gridGeometry(0, 176, 1000).height).toBe(0);
  });

  test('tiles lie side by side, and the last ends with the grid', () => {
    expect(gridPlace(geometry, 0)).toEqual({ x: gridMargin, y: gridMargin });
    expect(gridPlace(geometry, 6)).toEqual({
      x: gridMargin + geometry.tileWidth + gridGap,
      y: gridMargin + step,
    });
    expect(gridPlace(geometry, 4999).y + geometry.tileHeight + gridMargin).toBe(geometry.height);
  });

  test('a few of five thousand are in sight', () => {
    expect(gridInSight(geometry, 5000, 0, 600)).toEqual({ first: 0, end: 15 });
    expect(gridInSight(geometry, 5000, 0, 600, 1)).toEqual({ first: 0, end: 20 });
    expect(gridInSight(geometry, 5000, 100 * step + gridMargin, step)).toEqual({ first: 500, end: 505 });
    expect(gridInSight(geometry, 5000, geometry.height, 600).end).toBe(5000);
    expect(gridInSight(geometry, 7, 0, 600)).toEqual({ first: 0, end: 7 });
  });

  test('scrolls no further than it must', () => {
    expect(gridScroll(geometry, 2, 0, 600)).toBe(0);
    expect(gridScroll(geometry, 0, 50, 600)).toBe(0);
    const down = gridScroll(geometry, 50, 0, 600);
    expect(gridPlace(geometry, 50).y + geometry.tileHeight + gridMargin).toBe(down + 600);
    expect(gridScroll(geometry, 50, down, 600)).toBe(down);
  });
});

describe('rows of different heights', () => {
  const tops = rowTops([40, 60, 40, 40]);
  test('are found between two heights', () => {
    expect([...tops]).toEqual([0, 40, 100, 140, 180]);
    expect(rowsBetween(tops, 0, 30)).toEqual({ first: 0, end: 1 });
    expect(rowsBetween(tops, 50, 120)).toEqual({ first: 1, end: 3 });
    expect(rowsBetween(tops, -100, 1000)).toEqual({ first: 0, end: 4 });
    expect(rowsBetween(rowTops([]), 0, 100)).toEqual({ first: 0, end: 0 });
  });
});
