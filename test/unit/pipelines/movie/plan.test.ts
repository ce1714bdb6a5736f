import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GpuLimitError } from '../../../../src/core/errors.ts';
import { planBands } from '../../../../src/pipelines/movie/bands.ts';
import { allows, planMove, rangeAfter, type SumOrder } from '../../../../src/pipelines/movie/plan.ts';

const ranges = fc
  .tuple(fc.nat(30), fc.nat(30))
  .map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }));
const orders = fc.constantFrom<SumOrder[]>('any', 'ascending', 'from-nothing');

test('a move ends at its target, over ranges only, with no more frames than a fresh sum', () => {
  fc.assert(
    fc.property(fc.option(ranges, { nil: undefined }), ranges, orders, (current, target, order) => {
      const { isFresh, steps, needs } = planMove(current, target, order);
      const held = new Set<number>();
      let range = isFresh ? undefined : current;
      for (let frame = range?.first ?? 1; frame <= (range?.last ?? 0); frame++) held.add(frame);
      for (const step of steps) {
        expect(held.has(step.frame)).toBe(step.weight === -1);
        if (step.weight === 1) held.add(step.frame);
        else held.delete(step.frame);
        range = rangeAfter(range, step);
        expect([held.size, Math.min(...held), Math.max(...held)]).toEqual([
          range.last - range.first + 1,
          range.first,
          range.last,
        ]);
      }
      expect(range).toEqual(target);
      expect(steps.length).toBeLessThanOrEqual(target.last - target.first + 1);
      expect(allows(order, needs)).toBe(true);
    }),
  );
});

test('takes the shorter way', () => {
  const from = { first: 3, last: 9 };
  const frames = (to: { first: number; last: number }, order: SumOrder): number[] =>
    planMove(from, to, order).steps.map(({ frame, weight }) => frame * weight);
  expect(frames({ first: 4, last: 11 }, 'any')).toEqual([10, 11, -3]);
  expect(frames({ first: 1, last: 8 }, 'any')).toEqual([2, 1, -9]);
  expect(frames({ first: 3, last: 10 }, 'ascending')).toEqual([10]);
  expect(frames({ first: 3, last: 10 }, 'from-nothing')).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  expect(frames({ first: 4, last: 9 }, 'ascending')).toEqual([4, 5, 6, 7, 8, 9]);
  expect(frames({ first: 8, last: 9 }, 'any')).toEqual([8, 9]);
  expect(frames(from, 'from-nothing')).toEqual([3, 4, 5, 6, 7, 8, 9]);
  expect(frames(from, 'ascending')).toEqual([]);
});

test('bands cover all rows once, and hold whole tiles beside them', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.nat(4000),
      (width, height, more) => {
        const most = (96 + more) * width * 4;
        const bands = planBands(width, height, most);
        let next = 0;
        for (const { firstRow, rowCount, heldFrom, heldRows } of bands) {
          expect(firstRow).toBe(next);
          next += rowCount;
          if (bands.length === 1) continue;
          expect(firstRow % 32).toBe(0);
          expect(heldFrom).toBe(Math.max(0, firstRow - 32));
          expect(heldFrom + heldRows).toBe(Math.min(height, next + 32));
          expect(heldRows * width * 4).toBeLessThanOrEqual(most);
        }
        expect(next).toBe(height);
      },
    ),
  );
});

test('a K3 frame in super-resolution takes three bands of 128 MiB; a row of a million pixels is refused', () => {
  expect(planBands(11520, 8184, 128 * 2 ** 20)).toHaveLength(3);
  expect(() => planBands(2 ** 20, 100, 128 * 2 ** 20)).toThrow(GpuLimitError);
});
