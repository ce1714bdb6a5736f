import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Comparison, comparePicks } from '../../../../src/pipelines/evaluation/comparison.ts';

type At = { readonly x: number; readonly y: number };
const at = (x: number, y = 0): At => ({ x, y });
const pairs = ({ both }: Comparison) => both.map(({ a, b }) => [a, b]);

/** All pairs within the radius, sorted by squared distance, taken while both are free. */
function nearestFirst(a: readonly At[], b: readonly At[], radius: number): number[][] {
  const all = a.flatMap((p, i) =>
    b
      .map((q, j) => ({ i, j, d: (p.x - q.x) ** 2 + (p.y - q.y) ** 2 }))
      .filter(({ d }) => d <= radius * radius),
  );
  const taken: number[][] = [];
  for (const { i, j } of all.sort((one, next) => one.d - next.d)) {
    if (!taken.some(([ti, tj]) => ti === i || tj === j)) taken.push([i, j]);
  }
  return taken.sort(([i = 0], [k = 0]) => i - k);
}

describe('comparing two sets of picks', () => {
  it('tells what both have, and what only one has', () => {
    const found = comparePicks([at(0), at(100), at(200)], [at(203), at(1), at(300)], 5);
    expect(found).toEqual({
      both: [
        { a: 0, b: 1, distancePx: 1 },
        { a: 2, b: 0, distancePx: 3 },
      ],
      onlyA: [1],
      onlyB: [2],
    });
  });

  it('pairs the nearest first, so that none is taken from a nearer one', () => {
    // In the order of the first set, 0 would take 4 and leave nothing for 5.
    expect(pairs(comparePicks([at(0), at(5)], [at(4)], 10))).toEqual([[1, 0]]);
    // A chain: each one's nearest is nearer to the next.
    const chain = comparePicks([at(0), at(13), at(22)], [at(7), at(18)], 10);
    expect(pairs(chain)).toEqual([
      [1, 0],
      [2, 1],
    ]);
    expect(chain.onlyA).toEqual([0]);
  });

  it('pairs as a search of all pairs does, and the same way round from the other side', () => {
    const coordinate = fc.integer({ min: -4e7, max: 4e7 }).map((n) => n / 1e6);
    const points = fc.array(fc.record({ x: coordinate, y: coordinate }), { maxLength: 60 });
    fc.assert(
      fc.property(points, points, fc.double({ min: 0.5, max: 40, noNaN: true }), (a, b, radius) => {
        const found = comparePicks(a, b, radius);
        expect(pairs(found)).toEqual(nearestFirst(a, b, radius));
        expect(found.both.length + found.onlyA.length).toBe(a.length);
        expect(found.both.length + found.onlyB.length).toBe(b.length);
        const mirrored = comparePicks(b, a, radius);
        expect(mirrored.onlyA).toEqual(found.onlyB);
        expect(mirrored.both.map((one) => [one.b, one.a]).sort(([i = 0], [k = 0]) => i - k)).toEqual(
          pairs(found),
        );
      }),
    );
  });

  it('takes equal distances and picks at one place', () => {
    const grid = Array.from({ length: 49 }, (_, i) => at(i % 7, Math.floor(i / 7)));
    const moved = grid.map(({ x, y }) => at(x + 0.5, y + 0.5));
    const forth = comparePicks(grid, moved, 1);
    const back = comparePicks(moved, grid, 1);
    expect(forth.both.length).toBe(back.both.length);
    expect(forth.both.length).toBeGreaterThan(40);
    const same = Array.from({ length: 30 }, () => at(3, 3));
    expect(comparePicks(same, same.slice(0, 20), 2)).toMatchObject({
      both: { length: 20 },
      onlyA: { length: 10 },
      onlyB: [],
    });
  });

  it('takes empty sets', () => {
    expect(comparePicks([], [at(0)], 5)).toEqual({ both: [], onlyA: [], onlyB: [0] });
    expect(comparePicks([at(0)], [], 5)).toEqual({ both: [], onlyA: [0], onlyB: [] });
  });
});
