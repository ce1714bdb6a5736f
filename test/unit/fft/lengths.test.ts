import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseLengths } from '../../../src/fft/filter.ts';
import {
  factorise,
  hasButterflies,
  isSmooth,
  largestSmooth,
  nearestFastSize,
  nextFastSize,
  radices,
} from '../../../src/fft/sizes.ts';
import { highpass, laplacianOfGaussian, lowpass, product } from '../../../src/fft/transfer.ts';

/** All numbers up to 6000 that are products of 2, 3 and 5, made rather than tested. */
const smoothNumbers = new Set<number>();
for (let a = 1; a <= 6000; a *= 2)
  for (let b = a; b <= 6000; b *= 3) for (let c = b; c <= 6000; c *= 5) smoothNumbers.add(c);
const smooth = (n: number): boolean => smoothNumbers.has(n);

describe('sizes', () => {
  test('are smooth exactly when no prime above 5 divides them', () => {
    for (let n = 1; n < 700; n++) expect([n, isSmooth(n)]).toEqual([n, smooth(n)]);
    expect([0, -8, 1.5, Number.NaN].some(isSmooth)).toBe(false);
    expect([1, 7, 360, 383].map(largestSmooth)).toEqual([1, 6, 360, 375]);
  });

  test('factorise into as few radices as possible, whose product they are', () => {
    const fewest = new Map([[1, 0]]);
    for (let n = 1; n < 3000; n++) {
      for (const radix of radices) {
        const before = fewest.get(n / radix);
        if (before !== undefined) fewest.set(n, Math.min(fewest.get(n) ?? before + 1, before + 1));
      }
      expect([n, hasButterflies(n)]).toEqual([n, fewest.has(n)]);
      if (!fewest.has(n)) expect(() => factorise(n)).toThrow(`a transform of ${n} values`);
      else {
        expect(factorise(n).reduce((all, radix) => all * radix, 1)).toBe(n);
        expect(factorise(n)).toHaveLength(fewest.get(n) ?? 0);
      }
    }
    expect(factorise(4096)).toEqual([8, 8, 8, 8]);
    expect(factorise(2048)).toEqual([8, 8, 8, 4]);
    expect(factorise(16)).toEqual([4, 4]);
  });

  test('the next and the nearest fast size leave none between', () => {
    for (let n = 2; n < 2000; n += 7) {
      const even = Array.from({ length: 3000 }, (_, i) => 2 * (i + 1)).filter(smooth);
      expect(nextFastSize(n)).toBe(even.find((size) => size >= n));
      const nearest = Math.min(...even.map((size) => Math.abs(size - n)));
      expect(Math.abs(nearestFastSize(n) - n)).toBe(nearest);
    }
  });
});

describe('chooseLengths', () => {
  test('hits the scale of a usual micrograph to 0.5 %, and any from 48 samples on to 3.5 %', () => {
    for (const length of [3710, 3838, 4092, 4096, 5760, 7420, 11520]) {
      for (const scale of [0.1, 0.15, 0.2, 0.24, 0.3, 0.5]) {
        const { padded, resampled } = chooseLengths(length, scale);
        expect(Math.abs(resampled / padded / scale - 1)).toBeLessThan(0.005);
      }
    }
    const scales = fc.double({ min: 0.04, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 12000 }), scales, (length, scale) => {
        fc.pre(length * scale >= 48);
        const { padded, resampled } = chooseLengths(length, scale);
        expect(Math.abs(resampled / padded / scale - 1)).toBeLessThan(0.035);
        expect(padded).toBeGreaterThanOrEqual(length * 1.08);
        expect(padded).toBeLessThan(length * 1.08 * 1.25 + 100);
        for (const size of [padded, resampled]) expect([size % 2, isSmooth(size)]).toEqual([0, true]);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  test('keeps the grid where the scale is 1, and finds something for any length', () => {
    for (let length = 1; length < 300; length++) {
      const same = chooseLengths(length, 1);
      expect(same.padded).toBe(same.resampled);
      expect(same.padded).toBeGreaterThanOrEqual(length + 16);
      for (const scale of [0.02, 0.3, 6]) {
        const { padded, resampled } = chooseLengths(length, scale);
        expect(padded).toBeGreaterThanOrEqual(length + 16);
        expect(resampled).toBeGreaterThanOrEqual(2);
        expect(isSmooth(padded) && isSmooth(resampled)).toBe(true);
      }
    }
  });
});

describe('transfer functions', () => {
  test.each([2, 13.7, 400])('have half the amplitude at a cut-off of %f px', (wavelength) => {
    expect(lowpass(wavelength)(1 / wavelength)).toBeCloseTo(0.5, 12);
    expect(highpass(wavelength)(1 / wavelength)).toBeCloseTo(0.5, 12);
    expect(lowpass(wavelength)(0)).toBe(1);
    expect(highpass(wavelength)(0)).toBe(0);
  });

  test('of nothing is 1, of two their product', () => {
    expect(product()(0.2)).toBe(1);
    expect(product(lowpass(4), highpass(50))(0.1)).toBeCloseTo(lowpass(4)(0.1) * highpass(50)(0.1), 15);
  });

  test('the Laplacian of Gaussian is strongest at k = √2 / (2πσ), σ = diameter / √8, and no mean passes', () => {
    const diameter = 30;
    const log = laplacianOfGaussian(diameter);
    const strongest = Math.SQRT2 / (2 * Math.PI * (diameter / Math.sqrt(8)));
    expect(Math.abs(log(0))).toBe(0);
    expect(log(strongest)).toBeCloseTo(-2 * Math.exp(-1), 12);
    expect(log(strongest * 1.01)).toBeGreaterThan(log(strongest));
    expect(log(strongest * 0.99)).toBeGreaterThan(log(strongest));
  });
});
