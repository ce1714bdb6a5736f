import { describe, expect, test } from 'vitest';
import type { PictureHistogram } from '../../../src/rpc/contract.ts';
import { quantileOf, windowOf } from '../../../src/ui/state/contrastRules.ts';

/** Values spread evenly from −2 to 6. */
const even: PictureHistogram = {
  low: -2,
  high: 6,
  counts: Uint32Array.from({ length: 64 }, () => 10),
  mean: 2,
  sigma: 8 / Math.sqrt(12),
};

describe('black and white by a rule', () => {
  test('quantiles lie inside of bins', () => {
    expect(quantileOf(even, 0.5)).toBeCloseTo(2, 10);
    expect(quantileOf(even, 0.1)).toBeCloseTo(-1.2, 10);
    const needle = { ...even, counts: Uint32Array.from([0, 0, 7, 0]) };
    expect(quantileOf(needle, 0)).toBe(2);
    expect(quantileOf(needle, 1)).toBe(4);
    expect(quantileOf({ ...even, counts: new Uint32Array(4) }, 0.5)).toBe(6);
  });

  test('a percentile cuts as much at both ends', () => {
    const window = windowOf(even, { by: 'percentile', percent: 5 });
    expect(window?.black).toBeCloseTo(-1.6, 10);
    expect(window?.white).toBeCloseTo(5.6, 10);
  });

  test('σ counts from the mean', () => {
    const window = windowOf(even, { by: 'sigma', sigmas: 2 });
    expect(window?.black).toBeCloseTo(2 - 16 / Math.sqrt(12), 10);
    expect(window?.white).toBeCloseTo(2 + 16 / Math.sqrt(12), 10);
  });

  test('of a residual is symmetric, of a flat picture has a width, and by hand is nobody’s', () => {
    const residual = windowOf(even, { by: 'percentile', percent: 0 }, true);
    expect(residual).toEqual({ black: -6, white: 6 });
    expect(windowOf({ ...even, sigma: 0 }, { by: 'sigma', sigmas: 3 })).toEqual({ black: 1, white: 3 });
    expect(windowOf(even, { by: 'hand' })).toBeUndefined();
  });
});
