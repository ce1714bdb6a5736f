import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlaceIndex } from '../../../src/dataset/placeIndex.ts';
import { Stroke } from '../../../src/dataset/stroke.ts';

const none = new PlaceIndex([], 10);
const point = fc.record({ x: fc.integer({ min: -20, max: 220 }), y: fc.integer({ min: 0, max: 200 }) });

describe('a painted stroke', () => {
  it('lays a place at every diameter of a straight way, however the pointer comes', () => {
    for (const steps of [1, 7, 100]) {
      const stroke = new Stroke({ x: 0, y: 5 }, 10, none, () => true);
      for (let i = 1; i <= steps; i++) stroke.extend({ x: (45 * i) / steps, y: 5 });
      expect(stroke.places.map(({ x }) => Math.round(x * 1e6) / 1e6)).toEqual([0, 10, 20, 30, 40]);
    }
  });

  it('leaves out where picks are, and what lies outside', () => {
    const taken = new PlaceIndex([{ x: 21, y: 4 }], 10);
    const stroke = new Stroke({ x: 0, y: 5 }, 10, taken, ({ x }) => x < 35);
    stroke.extend({ x: 60, y: 5 });
    expect(stroke.places.map(({ x }) => Math.round(x))).toEqual([0, 10, 30]);
  });

  it('doubles nothing where it crosses itself, whatever its way', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 30 }), ([start, ...way]) => {
        if (!start) return;
        const stroke = new Stroke(start, 12, none, ({ x }) => x >= 0);
        for (const to of way) stroke.extend(to);
        const { places } = stroke;
        expect(places.every(({ x }) => x >= 0)).toBe(true);
        for (const [i, a] of places.entries()) {
          for (const b of places.slice(i + 1)) {
            expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThanOrEqual(0.75 * 12 - 1e-9);
          }
        }
      }),
    );
  });
});
