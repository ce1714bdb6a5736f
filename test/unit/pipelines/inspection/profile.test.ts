import { describe, expect, test } from 'vitest';
import { planProfile, profileOf } from '../../../../src/pipelines/inspection/profile.ts';

const size = { width: 40, height: 30 };
/** A plane: bilinear interpolation is exact on it. */
const slope = Float32Array.from({ length: 1200 }, (_, i) => 2 * (i % 40) - 3 * Math.floor(i / 40));

function profile(
  from: { x: number; y: number },
  to: { x: number; y: number },
  widthPx = 1,
): { readonly values: Float32Array; readonly stepPx: number } {
  const plan = planProfile(from, to, widthPx, size);
  const values = Float32Array.from(plan.places, (place) => slope[place] ?? Number.NaN);
  return { values: profileOf(plan, values), stepPx: plan.stepPx };
}

describe('a line profile', () => {
  test.each([1, 5])('interpolates along a slanted line %i px wide', (widthPx) => {
    const { values, stepPx } = profile({ x: 6.5, y: 5 }, { x: 30.25, y: 22.5 }, widthPx);
    expect(stepPx * (values.length - 1)).toBeCloseTo(Math.hypot(23.75, 17.5));
    expect(stepPx).toBeCloseTo(1, 1);
    for (const share of [0, 0.5, 1]) {
      const at = Math.round(share * (values.length - 1));
      const part = at / (values.length - 1);
      expect(values[at]).toBeCloseTo(2 * (6.5 + 23.75 * part) - 3 * (5 + 17.5 * part), 3);
    }
  });

  test('averages across the line', () => {
    // Along a row, 3 px wide: rows 9, 10 and 11 of a picture that is 1 in row 11 alone.
    const plan = planProfile({ x: 3, y: 10 }, { x: 8, y: 10 }, 3, size);
    const values = Float32Array.from(plan.places, (place) => (Math.floor(place / 40) === 11 ? 1 : 0));
    expect([...profileOf(plan, values)]).toEqual(Array.from({ length: 6 }, () => expect.closeTo(1 / 3, 6)));
  });

  test('has no values outside the picture, and true ones up to its border', () => {
    const { values } = profile({ x: -10, y: 4 }, { x: 50, y: 4 });
    expect(values[5]).toBeNaN();
    expect(values[10]).toBeCloseTo(-12);
    expect(values[49]).toBeCloseTo(66);
    expect(values[55]).toBeNaN();
  });

  test('of a very long line has its samples farther apart', () => {
    const plan = planProfile({ x: 0, y: 0 }, { x: 12_000, y: 0 }, 1, { width: 12_001, height: 1 });
    expect(plan.samples).toBe(4096);
    expect(plan.stepPx).toBeCloseTo(12_000 / 4095);
  });
});
