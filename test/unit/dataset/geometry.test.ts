import { describe, expect, it } from 'vitest';
import { picksAlong } from '../../../src/dataset/erase.ts';
import { histogram } from '../../../src/dataset/histogram.ts';

describe('the eraser', () => {
  const grid = Array.from({ length: 121 }, (_, i) => ({ x: i % 11, y: Math.floor(i / 11) }));

  it('touches the picks in a disc, its edge too', () => {
    expect(picksAlong(grid, { x: 5, y: 5 }, { x: 5, y: 5 }, 1)).toEqual([
      { x: 5, y: 4 },
      { x: 4, y: 5 },
      { x: 5, y: 5 },
      { x: 6, y: 5 },
      { x: 5, y: 6 },
    ]);
    expect(picksAlong(grid, { x: 5.5, y: 5 }, { x: 5.5, y: 5 }, 0.4)).toEqual([]);
  });

  it('misses nothing between two positions of the pointer, and nothing beyond them', () => {
    const row = picksAlong(grid, { x: 2, y: 3 }, { x: 8, y: 3 }, 0.5);
    expect(row.map(({ x }) => x)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    const diagonal = picksAlong(grid, { x: 0, y: 0 }, { x: 10, y: 10 }, 0.1);
    expect(diagonal.length).toBe(11);
  });
});

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
