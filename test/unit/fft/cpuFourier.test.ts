import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { complexField } from '../../../src/fft/cpuField.ts';
import { Fourier2d, transformCube } from '../../../src/fft/cpuFourier.ts';
import { transformLines } from '../../../src/fft/cpuLines.ts';
import { filterRadially } from '../../reference/fourier.ts';

const random = createRandom(2);

function noise(length: number) {
  const field = complexField(length);
  for (let i = 0; i < length; i++) {
    field.re[i] = random.normal();
    field.im[i] = random.normal();
  }
  return field;
}

/** One frequency by the definition. */
function at(data: { re: Float32Array; im: Float32Array }, phaseOf: (i: number) => number) {
  let [re, im] = [0, 0];
  for (let i = 0; i < data.re.length; i++) {
    const angle = -2 * Math.PI * phaseOf(i);
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    re += (data.re[i] ?? 0) * c - (data.im[i] ?? 0) * s;
    im += (data.re[i] ?? 0) * s + (data.im[i] ?? 0) * c;
  }
  return { re, im };
}

describe('lines', () => {
  test.each([
    [1, 3],
    [2, 1],
    [4, 5],
    [6, 2],
    [15, 3],
    [22, 1],
    [32, 3],
    [60, 2],
    [98, 2],
  ])('of %i values, %i at once, become the sum that defines it', (n, inner) => {
    const original = noise(n * inner);
    for (const sign of [1, -1] as const) {
      const field = { re: original.re.slice(), im: original.im.slice() };
      transformLines(field, complexField(n * inner), n, inner, sign);
      for (let line = 0; line < inner; line++) {
        const pick = (_: number, i: number): boolean => i % inner === line;
        const data = { re: original.re.filter(pick), im: original.im.filter(pick) };
        for (let k = 0; k < n; k++) {
          const expected = at(data, (i) => (-sign * i * k) / n);
          // 32 bits keep seven digits of values of about √n.
          expect(Math.abs((field.re[k * inner + line] ?? Number.NaN) - expected.re)).toBeLessThan(1e-5);
          expect(Math.abs((field.im[k * inner + line] ?? Number.NaN) - expected.im)).toBeLessThan(1e-5);
        }
      }
    }
  });
});

describe('a plane', () => {
  test.each([
    [12, 10],
    [16, 9],
    [1, 8],
    [30, 25],
    [14, 11],
  ])('of %i × %i has the spectrum of the definition, and comes back', (width, height) => {
    const field = noise(width * height);
    const original = { re: field.re.slice(), im: field.im.slice() };
    const fourier = new Fourier2d(width, height);
    fourier.forward(field);
    for (const [u, v] of [
      [0, 0],
      [1 % width, 3],
      [width - 1, 2],
      [width >> 1, height >> 1],
    ] as const) {
      const expected = at(original, (i) => (u * (i % width)) / width + (v * Math.floor(i / width)) / height);
      expect(field.re[u * height + v]).toBeCloseTo(expected.re, 3);
      expect(field.im[u * height + v]).toBeCloseTo(expected.im, 3);
    }
    fourier.backward(field);
    const n = width * height;
    expect(field.re.every((value, i) => Math.abs(value / n - (original.re[i] ?? 0)) < 1e-5)).toBe(true);
    expect(field.im.every((value, i) => Math.abs(value / n - (original.im[i] ?? 0)) < 1e-5)).toBe(true);
  });

  test('is filtered as the oracle does, and so is the other one that travels with it', () => {
    const [width, height] = [24, 20];
    const field = noise(width * height);
    const transfer = (k: number): number => Math.cos(9 * k) - 0.3;
    const expected = [field.re, field.im].map((data) => filterRadially(width, height, data, transfer));
    const fourier = new Fourier2d(width, height);
    fourier.filter(field, fourier.radialTable(transfer));
    for (const [part, data] of [field.re, field.im].entries())
      for (const [i, value] of data.entries()) expect(value).toBeCloseTo(expected[part]?.[i] ?? 0, 5);
  });
});

test('a cube has the spectrum of the definition', () => {
  const n = 10;
  const field = noise(n ** 3);
  const original = { re: field.re.slice(), im: field.im.slice() };
  transformCube(field, n, -1);
  for (const [x, y, z] of [
    [0, 0, 0],
    [1, 2, 3],
    [9, 5, 7],
  ] as const) {
    const expected = at(
      original,
      (i) => (x * (i % n) + y * (Math.floor(i / n) % n) + z * Math.floor(i / n / n)) / n,
    );
    expect(field.re[(z * n + y) * n + x]).toBeCloseTo(expected.re, 3);
    expect(field.im[(z * n + y) * n + x]).toBeCloseTo(expected.im, 3);
  }
});
