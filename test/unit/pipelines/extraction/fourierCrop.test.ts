import { describe, expect, test } from 'vitest';
import { FourierCrop } from '../../../../src/pipelines/extraction/fourierCrop.ts';

/** A sum of waves that a picture of `side` samples holds exactly, at the same places whatever the side. */
function waves(side: number, cycles: readonly (readonly [number, number, number])[]): Float32Array {
  return Float32Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [(i % side) / side, Math.floor(i / side) / side];
    return cycles.reduce(
      (sum, [kx, ky, phase]) => sum + Math.cos(2 * Math.PI * (kx * x + ky * y) + phase),
      2,
    );
  });
}

describe('FourierCrop', () => {
  const low = [
    [3, 2, 0.3],
    [0, 4, 1],
    [4, -4, 2],
    [1, -1, -1],
  ] as const;

  test.each([
    [30, 10],
    [24, 12],
    [14, 10],
    [44, 22],
  ])(
    'of %i px to %i px keeps low waves where they were, with their mean, and drops the others',
    (side, small) => {
      const high = [...low, [small / 2 + 1, 1, 0.5], [2, -(side / 2 - 1), 0]] as const;
      const found = new FourierCrop(side, small).run(waves(side, high));
      const expected = waves(small, low);
      found.forEach((value, i) => {
        expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(2e-6);
      });
    },
  );

  test('weighs frequencies', () => {
    const half = new FourierCrop(20, 10, (frequency) => (Math.abs(frequency - 0.5) < 1e-9 ? 0 : 0.5));
    const found = half.run(waves(20, low.slice(0, 2)));
    const expected = waves(10, low.slice(0, 2));
    found.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] ?? Number.NaN) / 2)).toBeLessThan(2e-6);
    });
  });
});
