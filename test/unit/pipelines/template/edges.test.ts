import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { crop, withoutSmears } from '../../../../src/pipelines/template/border.ts';
import {
  insidePart,
  insideSums,
  reachOf,
  templateInside,
} from '../../../../src/pipelines/template/inside.ts';
import { addParticle, emptySums, templateOf } from '../../../../src/pipelines/template/profile.ts';

const radiusPx = 5.4;
const reach = reachOf(radiusPx);

describe('what of a disc lies inside a picture', () => {
  test('is summed over its pixels there, whichever edges are near', () => {
    const value = (radius: number): number => 1 + radius ** 2;
    const sums = insideSums(radiusPx, value);
    expect(sums).toHaveLength((reach + 1) ** 2);
    for (const [dx, dy] of [
      [0, 0],
      [2, 0],
      [0, 3],
      [4, 1],
      [reach, 2],
      [reach, reach],
    ] as const) {
      let sum = 0;
      for (let y = -dy; y <= 20; y++) {
        for (let x = -dx; x <= 20; x++) {
          const radius = Math.hypot(x, y);
          if (radius < radiusPx) sum += value(radius);
        }
      }
      expect(sums[dy * (reach + 1) + dx]).toBeCloseTo(sum, 8);
    }
  });

  test('is all of it away from the edges', () => {
    expect(insidePart(radiusPx).at(-1)).toBe(1);
    expect(insidePart(radiusPx)[0]).toBeLessThan(0.5);
    const random = createRandom(2);
    const data = Float32Array.from({ length: 400 }, () => random.normal());
    const sums = emptySums(radiusPx);
    addParticle(sums, { data, width: 20, height: 20 }, { x: 10, y: 9 });
    const template = templateOf(sums);
    if (!template) throw new Error('There is no template.');
    const inside = templateInside(template);
    expect(inside.at(-2)).toBeCloseTo(0, 6);
    expect(inside.at(-1)).toBeCloseTo(1, 6);
    expect(inside[1]).toBeLessThan(0.6);
  });
});

describe('smeared edges', () => {
  const [width, height] = [90, 70];
  const random = createRandom(3);
  const data = Float32Array.from({ length: width * height }, () => random.normal());
  /** The line drawn outwards on the left and at the bottom. */
  const smeared = data.map((_, i) => {
    const [x, y] = [Math.max(i % width, 9), Math.min(Math.floor(i / width), height - 13)];
    return data[y * width + x] ?? 0;
  });

  test('are found, side by side', () => {
    const rectangle = withoutSmears({ data: smeared, width, height }, 6);
    expect(rectangle).toEqual({ left: 10, top: 0, right: width, bottom: height - 13 });
    const cut = crop({ data: smeared, width, height }, rectangle);
    expect([cut.width, cut.height]).toEqual([80, 57]);
    expect(cut.data[0]).toBe(smeared[10]);
    expect(cut.data.at(-1)).toBe(smeared[(height - 14) * width + width - 1]);
  });

  test('are none where pictures are noise, and short likeness is none', () => {
    const whole = { left: 0, top: 0, right: width, bottom: height };
    expect(withoutSmears({ data, width, height }, 6)).toEqual(whole);
    expect(withoutSmears({ data: smeared, width, height }, 14)).toEqual(whole);
    expect(withoutSmears({ data: new Float32Array(width * height), width, height }, 6)).toEqual(whole);
  });
});
