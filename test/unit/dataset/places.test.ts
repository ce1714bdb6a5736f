import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFreeOf } from '../../../src/dataset/places.ts';

const place = fc.record({
  x: fc.double({ min: -40, max: 40, noNaN: true }),
  y: fc.integer({ min: -40, max: 40 }),
});

test('a place is free when every taken one is at least the radius away', () => {
  fc.assert(
    fc.property(
      fc.array(place, { maxLength: 20 }),
      place,
      fc.integer({ min: 1, max: 15 }),
      (taken, at, radius) => {
        const free = taken.every(({ x, y }) => Math.hypot(x - at.x, y - at.y) >= radius);
        expect(isFreeOf(taken, radius)(at)).toBe(free);
      },
    ),
  );
});
