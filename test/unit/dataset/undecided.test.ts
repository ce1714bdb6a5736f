import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pick, Place } from '../../../src/dataset/picks.ts';
import { isFound } from '../../../src/dataset/picks.ts';
import { Undecided } from '../../../src/dataset/undecided.ts';

const radius = 3;

/** From the definition. */
function slow(picks: readonly Pick[], rejected: readonly Place[], radiusPx: number): Pick[] {
  const decided = [...picks.filter(({ origin }) => origin === 'manual'), ...rejected];
  return picks.filter(
    (pick) => !isFound(pick) || decided.every(({ x, y }) => Math.hypot(x - pick.x, y - pick.y) >= radiusPx),
  );
}

describe('what nobody has decided', () => {
  it('is the same whatever was asked before: picks and places that come, go and come back', () => {
    const place = fc.record({ x: fc.integer({ min: 0, max: 20 }), y: fc.integer({ min: 0, max: 20 }) });
    const pool = fc.array(
      place.chain((at) =>
        fc
          .constantFrom('cnn' as const, 'manual' as const, 'imported' as const)
          .map((origin): Pick => ({ ...at, origin, score: 1 })),
      ),
      { minLength: 1, maxLength: 20 },
    );
    const ask = fc.record({
      picks: fc.array(fc.nat(), { maxLength: 20 }),
      places: fc.array(fc.nat(), { maxLength: 6 }),
      radius: fc.constantFrom(radius, radius, radius, 5),
    });
    fc.assert(
      fc.property(
        pool,
        fc.array(place, { minLength: 1, maxLength: 8 }),
        fc.array(ask, { maxLength: 12 }),
        (all, places, asks) => {
          const undecided = new Undecided();
          const some = <T>(from: readonly T[], numbers: readonly number[]): T[] => [
            ...new Set(numbers.flatMap((n) => from[n % from.length] ?? [])),
          ];
          for (const { picks, places: gone, radius: radiusPx } of asks) {
            const [list, rejected] = [some(all, picks), some(places, gone)];
            expect(undecided.of(list, rejected, radiusPx)).toEqual(slow(list, rejected, radiusPx));
          }
        },
      ),
    );
  });

  it('is the very list where nothing is left out', () => {
    const picks: Pick[] = [{ x: 1, y: 1, score: 0.5, origin: 'cnn' }];
    const undecided = new Undecided();
    expect(undecided.of(picks, [], radius)).toBe(picks);
    expect(undecided.of(picks, [{ x: 9, y: 9 }], radius)).toBe(picks);
    expect(undecided.of(picks, [{ x: 2, y: 1 }], radius)).toEqual([]);
  });
});
