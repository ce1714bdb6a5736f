import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { correlationAt } from '../../../../src/pipelines/template/correlation.ts';
import { besselJ0, discArea, discMean, templateTransfer } from '../../../../src/pipelines/template/hankel.ts';
import {
  addParticle,
  addSums,
  discWeight,
  emptySums,
  type Picture,
  ringArea,
  stepsPerPixel,
  templateAt,
  templateOf,
} from '../../../../src/pipelines/template/profile.ts';

/** A dark ring with a bright fringe, by distance in px. */
const ring = (radius: number): number =>
  Math.exp(-(((radius - 9) / 3) ** 2)) - 2 * Math.exp(-(((radius - 4) / 2.5) ** 2));

function draw(width: number, height: number, value: (x: number, y: number) => number): Picture {
  const data = Float32Array.from({ length: width * height }, (_, i) =>
    value(i % width, Math.floor(i / width)),
  );
  return { data, width, height };
}

const centre = { x: 31.3, y: 29.8 };
const one = draw(64, 64, (x, y) => ring(Math.hypot(x - centre.x, y - centre.y)));
const radiusPx = 14;

function templateFrom(picture: Picture, ...centres: { x: number; y: number }[]) {
  const sums = emptySums(radiusPx);
  for (const place of centres) addParticle(sums, picture, place);
  const template = templateOf(sums);
  if (!template) throw new Error('There is no template.');
  return template;
}

describe('a radial profile', () => {
  test('is the function that was drawn', () => {
    const sums = emptySums(radiusPx);
    addParticle(sums, one, centre);
    for (let i = 0; i < sums.weights.length - 1; i++) {
      const mean = (sums.totals[i] ?? 0) / (sums.weights[i] ?? 1);
      if ((sums.weights[i] ?? 0) > 2) expect(mean).toBeCloseTo(ring(i / stepsPerPixel), 1);
    }
  });

  test('of several particles is the sum of theirs, and one can be taken out again', () => {
    const other = { x: 20, y: 40.5 };
    const [both, first] = [emptySums(radiusPx), emptySums(radiusPx)];
    addParticle(first, one, centre);
    addSums(both, first);
    addParticle(both, one, other, 3);
    addParticle(both, one, other, -3);
    for (let i = 0; i < both.totals.length; i++) {
      expect(both.totals[i]).toBeCloseTo(first.totals[i] ?? Number.NaN, 10);
      expect(both.weights[i]).toBeCloseTo(first.weights[i] ?? Number.NaN, 10);
    }
  });

  test('leaves out what lies beyond the edge of the picture', () => {
    const sums = emptySums(radiusPx);
    addParticle(sums, one, { x: -20, y: 10 });
    expect(Math.max(...sums.weights)).toBe(0);
    addParticle(sums, one, { x: -8, y: 10 });
    expect(sums.weights[2]).toBe(0);
    expect(sums.weights[24]).toBeGreaterThan(0);
  });

  test('without pixels, or of a flat picture, gives no template', () => {
    expect(templateOf(emptySums(radiusPx))).toBeUndefined();
    const sums = emptySums(radiusPx);
    addParticle(
      sums,
      draw(64, 64, () => 5),
      centre,
    );
    expect(templateOf(sums)).toBeUndefined();
  });
});

test('a template has a mean of 0 and a norm of 1, whatever brightness and contrast it comes from', () => {
  const template = templateFrom(one, centre);
  let [sum, squares] = [0, 0];
  for (let i = 0; i < template.values.length; i++) {
    sum += ringArea(i) * (template.values[i] ?? 0);
    squares += ringArea(i) * (template.values[i] ?? 0) ** 2;
  }
  expect(sum).toBeCloseTo(0, 10);
  expect(squares).toBeCloseTo(1, 10);
  const brighter = { ...one, data: one.data.map((value) => 7 * value - 300) };
  const same = templateFrom(brighter, centre);
  same.values.forEach((value, i) => {
    expect(value).toBeCloseTo(template.values[i] ?? Number.NaN, 5);
  });
});

describe('J₀', () => {
  test.each([
    [0, 1],
    [1, 0.7651976865579666],
    [2.404825557695773, 0],
    [5, -0.1775967713143383],
    [25, 0.09626678327595811],
    [100, 0.01998585030422312],
  ])('of %f is %f', (x, value) => {
    expect(besselJ0(x)).toBeCloseTo(value, 6);
    expect(besselJ0(-x)).toBeCloseTo(value, 6);
  });
});

describe('the transform of a radial function', () => {
  /** The sum over the pixels of the plane, of a function drawn on them. */
  const drawn = (value: (radius: number) => number, kx: number, ky: number): number => {
    let sum = 0;
    for (let y = -40; y <= 40; y++)
      for (let x = -40; x <= 40; x++)
        sum += value(Math.hypot(x, y)) * Math.cos(2 * Math.PI * (kx * x + ky * y));
    return sum;
  };

  test.each([
    [0, 0],
    [0.01, 0],
    [0.03, 0.04],
    [0.12, -0.1],
    [0.2, 0.2],
  ])('is the sum over pixels at (%f, %f) cycles per px', (kx, ky) => {
    const template = templateFrom(one, centre);
    const k = Math.hypot(kx, ky);
    expect(templateTransfer(template)(k)).toBeCloseTo(
      drawn((r) => templateAt(template, r), kx, ky),
      1,
    );
    const area = discArea(radiusPx);
    expect(discMean(radiusPx)(k)).toBeCloseTo(drawn((r) => discWeight(r, radiusPx), kx, ky) / area, 2);
  });

  test('keeps the mean', () => {
    expect(discMean(radiusPx)(0)).toBeCloseTo(1, 12);
  });
});

describe('the correlation with a template', () => {
  const template = templateFrom(one, centre);

  test('is 1 where the particle is, whatever its contrast, and less beside it', () => {
    const faint = { ...one, data: one.data.map((value) => 0.9 * value + 12) };
    expect(correlationAt(faint, centre, template)).toBeGreaterThan(0.97);
    expect(correlationAt(faint, { x: centre.x + 3, y: centre.y }, template)).toBeLessThan(0.8);
  });

  test('is −1 for the opposite contrast', () => {
    const opposite = { ...one, data: one.data.map((value) => -value) };
    expect(correlationAt(opposite, centre, template)).toBeLessThan(-0.97);
  });

  test('is small in noise, and nothing where the picture is flat', () => {
    const random = createRandom(4);
    const noise = draw(64, 64, () => random.normal());
    expect(Math.abs(correlationAt(noise, centre, template))).toBeLessThan(0.2);
    expect(
      correlationAt(
        draw(64, 64, () => 3),
        centre,
        template,
      ),
    ).toBeCloseTo(0, 6);
  });

  test('far outside of the picture is 0', () => {
    expect(correlationAt(one, { x: -100, y: 5 }, template)).toBe(0);
  });
});
