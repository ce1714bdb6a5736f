import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { distanceToSegment } from '../../../src/dataset/filaments.ts';
import type { Place } from '../../../src/dataset/picks.ts';
import { isInOutline, PlaceIndex } from '../../../src/dataset/placeIndex.ts';

const place = fc.record({
  x: fc.double({ min: -50, max: 90, noNaN: true }),
  y: fc.integer({ min: -50, max: 50 }),
});
const places = fc.array(place, { maxLength: 40 });
const radius = fc.double({ min: 0.1, max: 60, noNaN: true });
const cell = fc.constantFrom(0.001, 1, 7.5, 400);
const sorted = (some: readonly Place[]) => [...some].sort((a, b) => a.x - b.x || a.y - b.y);
const distance = (a: Place, b: Place) => Math.hypot(a.x - b.x, a.y - b.y);

describe('the index of places', () => {
  it('finds what looking at every place finds', () => {
    fc.assert(
      fc.property(places, place, place, radius, cell, (all, at, to, reach, size) => {
        const index = new PlaceIndex(all, size);
        expect(index.hasWithin(at, reach)).toBe(all.some((one) => distance(one, at) < reach));
        const nearest = index.nearest(at, reach);
        const best = Math.min(...all.map((one) => distance(one, at)));
        if (nearest) expect(distance(nearest, at)).toBeCloseTo(best, 9);
        else expect(best).toBeGreaterThan(reach - 1e-9);
        expect(sorted(index.along(at, to, reach))).toEqual(
          sorted(all.filter((one) => squareTo(one, at, to) <= reach * reach)),
        );
        const outline = [at, to, { x: at.x, y: to.y + 30 }, { x: to.x - 20, y: at.y }];
        expect(sorted(index.inOutline(outline))).toEqual(
          sorted(all.filter((one) => isInOutline(one, outline))),
        );
        expect(sorted(index.inRectangle(at, to))).toEqual(
          sorted(
            all.filter(
              ({ x, y }) =>
                x >= Math.min(at.x, to.x) &&
                x <= Math.max(at.x, to.x) &&
                y >= Math.min(at.y, to.y) &&
                y <= Math.max(at.y, to.y),
            ),
          ),
        );
      }),
    );
  });

  it('measures few of 50,000 distances for a pointer', () => {
    const random = createRandom(5);
    let looks = 0;
    const all = Array.from({ length: 50_000 }, () => {
      const [x, y] = [random.between(0, 11_520), random.between(0, 8_184)];
      return {
        get x() {
          looks++;
          return x;
        },
        y,
      };
    });
    const index = new PlaceIndex(all, 40);
    expect(looks).toBe(50_000);
    looks = 0;
    for (let i = 0; i < 1000; i++) {
      index.nearest({ x: random.between(0, 11_520), y: random.between(0, 8_184) }, 20);
    }
    expect(looks).toBeLessThan(1000 * 20);
    expect(looks).toBeGreaterThan(1000);
  });

  it('touches what an eraser goes over, its edge too, and nothing beyond', () => {
    const grid = Array.from({ length: 121 }, (_, i) => ({ x: i % 11, y: Math.floor(i / 11) }));
    const index = new PlaceIndex(grid, 1);
    expect(index.along({ x: 5, y: 5 }, { x: 5, y: 5 }, 1).length).toBe(5);
    expect(index.along({ x: 5.5, y: 5 }, { x: 5.5, y: 5 }, 0.4)).toEqual([]);
    const row = index.along({ x: 2, y: 3 }, { x: 8, y: 3 }, 0.5);
    expect(row.map(({ x }) => x)).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });

  it('takes nothing, and places that are all one', () => {
    expect(new PlaceIndex([], 5).nearest({ x: 0, y: 0 }, 1e9)).toBeUndefined();
    const one = { x: 3, y: 4 };
    const index = new PlaceIndex([one, one], 0);
    expect(index.nearest({ x: 0, y: 0 }, 5)).toBe(one);
    expect(index.nearest({ x: 0, y: 0 }, 4.9)).toBeUndefined();
    expect(index.nearest({ x: 0, y: 0 }, 5, () => false)).toBeUndefined();
  });
});

function squareTo(at: Place, from: Place, to: Place): number {
  return distanceToSegment(at, from, to) ** 2;
}
