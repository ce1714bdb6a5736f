import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { matchPicks } from '../../../../src/pipelines/evaluation/matching.ts';
import { NearestPoints, type Point } from '../../../../src/pipelines/evaluation/nearestPoints.ts';

/** From the definition: leftmost, then topmost, then first of the nearest. */
function nearestOf(points: readonly Point[], free: ReadonlySet<number>, to: Point, radius: number) {
  const square = ({ x, y }: Point): number => (x - to.x) ** 2 + (y - to.y) ** 2;
  return [...points.entries()]
    .filter(([i, point]) => free.has(i) && square(point) <= radius ** 2)
    .sort(([i, a], [j, b]) => square(a) - square(b) || a.x - b.x || a.y - b.y || i - j)[0]?.[0];
}

describe('the nearest of some points', () => {
  test('is what a look at all of them finds, until none is left; whole numbers make many equal', () => {
    const random = createRandom(3);
    const draw = (): Point => ({ x: random.integer(14), y: random.integer(9) });
    const points = Array.from({ length: 301 }, draw);
    const grid = new NearestPoints(points, 3);
    const free = new Set(points.keys());
    for (let i = 0; i < 900; i++) {
      const to = draw();
      const found = grid.nearest(to);
      expect(found?.index).toBe(nearestOf(points, free, to, 3));
      if (!found || i % 2 > 0) continue;
      grid.take(found.index);
      free.delete(found.index);
    }
    expect(free.size).toBeLessThan(30);
  });

  test('many at one place are taken in the order given', () => {
    const grid = new NearestPoints(new Array<Point>(5000).fill({ x: 7, y: 7 }), 1);
    grid.take(1);
    const taken = Array.from({ length: 3 }, () => {
      const index = grid.nearest({ x: 7, y: 7.5 })?.index ?? -1;
      grid.take(index);
      return index;
    });
    expect(taken).toEqual([0, 2, 3]);
  });

  test('a place beyond all whole numbers is found like any other', () => {
    const far = { x: 1e20, y: -1e20 };
    expect(matchPicks([far, { x: 0, y: 0 }], [far], 5).map(({ truth }) => truth)).toEqual([0, -1]);
  });
});
