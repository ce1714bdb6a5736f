import { describe, expect, it } from 'vitest';
import { histogram } from '../../../src/dataset/histogram.ts';

describe('histogram', () => {
  it('puts the largest value into the last bin', () => {
    expect(histogram([0, 0.24, 0.25, 0.5, 1, Number.NaN], 4, [0, 1]).counts).toEqual(
      Uint32Array.of(2, 1, 1, 1),
    );
  });

  it('leaves out what is outside a given range, and counts all in its own', () => {
    expect(histogram([-1, 0.5, 2], 2, [0, 1]).counts).toEqual(Uint32Array.of(0, 1));
    const own = histogram([3, -1, 7], 3);
    expect(own).toEqual({ min: -1, max: 7, counts: Uint32Array.of(1, 1, 1) });
  });

  it('takes no values and equal values', () => {
    expect(histogram([], 3)).toEqual({ min: 0, max: 1, counts: new Uint32Array(3) });
    expect(histogram([2, 2], 3).counts).toEqual(Uint32Array.of(2, 0, 0));
  });
});
