import { expect, test } from 'vitest';
import { counterNormals } from '../../../reference/counterNormals.ts';

/** What the GPU's noise is made of, which its own test compares with this. */
test('normals from a counter are normal, and none knows of its neighbours in pixel, stream, seed or scene', () => {
  const count = 20_000;
  const at = (pixel: number, step: readonly number[]): [number, number] => {
    const [a = 0, b = 0, c = 0, d = 0] = step;
    return counterNormals([pixel + a, b, 3 + c, 11 + d]);
  };
  const pixels = Array.from({ length: count }, (_, i) => i);
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const own = pixels.map((i) => at(i, []));
  // Four deviations of the means of so many.
  const few = 4 / Math.sqrt(count);
  for (const part of [0, 1] as const) {
    const values = own.map((pair) => pair[part]);
    expect(Math.abs(mean(values))).toBeLessThan(few);
    expect(Math.abs(mean(values.map((v) => v ** 2)) - 1)).toBeLessThan(Math.SQRT2 * few);
    expect(Math.abs(mean(values.map((v) => v ** 4)) - 3)).toBeLessThan(Math.sqrt(96) * few);
    expect(Math.abs(values.filter((v) => Math.abs(v) > 2).length / count - 0.0455)).toBeLessThan(0.21 * few);
  }
  const steps = [[1], [240], [57600], [0, 1], [0, 0, 1], [0, 0, 0, 1]];
  for (const step of steps) {
    const other = pixels.map((i) => at(i, step));
    for (const [a, b] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const)
      expect(Math.abs(mean(own.map((pair, i) => pair[a] * (other[i]?.[b] ?? 0))))).toBeLessThan(few);
  }
  expect(Math.abs(mean(own.map(([a, b]) => a * b)))).toBeLessThan(few);
});
