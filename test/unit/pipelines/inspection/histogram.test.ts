import { expect, test } from 'vitest';
import { histogramOf } from '../../../../src/pipelines/inspection/histogram.ts';

test('counts every finite value once, hot ones in the last bin', () => {
  const values = Float32Array.from({ length: 20_001 }, (_, i) => i / 2000);
  const hot = new Float32Array([...values, 1e6, Number.NaN, Number.POSITIVE_INFINITY]);
  const { low, high, counts, mean } = histogramOf(hot, 50);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20_002);
  // The ends are those of nearly all values, with some room: not the hot pixel's.
  expect(low).toBeGreaterThan(-1);
  expect(low).toBeLessThan(0);
  expect(high).toBeGreaterThan(10);
  expect(high).toBeLessThan(11.2);
  expect(counts[49]).toBeGreaterThanOrEqual(1);
  expect(mean).toBeCloseTo(5 + 1e6 / 20_002, 1);
  // Bins are even: value 5 is in the bin that holds it.
  const bin = Math.floor(((5 - low) / (high - low)) * 50);
  expect(counts[bin]).toBeGreaterThan(200);
});

test.each([[[]], [[3, 3, 3]], [[Number.NaN]]])('has a width where there is none: %j', (values) => {
  const { low, high, counts, sigma } = histogramOf(Float32Array.from(values), 8);
  expect(high - low).toBeGreaterThanOrEqual(1);
  expect(sigma).toBe(0);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.filter(Number.isFinite).length);
});
