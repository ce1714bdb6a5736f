import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { PeakRefiner } from '../../../../src/pipelines/matching/refine.ts';
import { turnedTemplate } from '../../../../src/pipelines/matching/templates.ts';
import { correlationWith } from '../../../reference/matching.ts';

const radiusPx = 9.4;
const reach = 10;
const fading = (radius: number): number => Math.min(1, Math.max(0, (radiusPx - radius) / (0.15 * radiusPx)));

/** No symmetry at all. */
const reference = {
  side: 64,
  pixelSizeAngstrom: 1,
  data: Float32Array.from({ length: 64 * 64 }, (_, i) => {
    const [x, y] = [(i % 64) - 32, Math.floor(i / 64) - 32];
    const ball = (cx: number, cy: number): number => Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 18);
    return 3 * ball(10, 2) - 2 * ball(-7, 7) + ball(-4, -9);
  }),
};

/** A picture with the reference at a place, as it is turned, among noise. */
function pictureWith(place: { x: number; y: number }, turn: number, mirrored: boolean, noise: number) {
  const [width, height] = [50, 41];
  const random = createRandom(11);
  const data = Float32Array.from({ length: width * height }, () => noise * random.normal());
  const { values } = turnedTemplate(reference, turn, 2, radiusPx);
  for (let y = -reach; y <= reach; y++)
    for (let x = -reach; x <= reach; x++) {
      const at = (place.y + y) * width + place.x + x;
      const own = values[((mirrored ? -y : y) + reach) * (2 * reach + 1) + x + reach] ?? 0;
      data[at] = (data[at] ?? 0) + 10 * own;
    }
  return { width, height, data };
}

describe('refining a peak', () => {
  const place = { x: 23, y: 18 };

  test.each([
    [62, 60, false],
    [118, 120, false],
    [226.5, 225, true],
  ])('a turn of %d° is found from %d°, mirrored %s, and a place a pixel off', (turn, found, mirrored) => {
    const picture = pictureWith(place, turn, mirrored, 0.1);
    const refiner = new PeakRefiner(picture, [reference], 2, radiusPx, 15);
    const lie = { reference: 0, turnDegrees: found, mirrored };
    const refined = refiner.refine({ x: place.x - 1, y: place.y }, lie, 1);
    // Finer turns are 1.875° apart.
    expect(Math.abs(refined.turnDegrees - turn)).toBeLessThan(1.9);
    expect(Math.hypot(refined.x - place.x, refined.y - place.y)).toBeLessThan(0.15);
    expect(refined.value).toBeGreaterThan(0.9);
    expect(refined).toMatchObject({ reference: 0, mirrored });
    // Of opposite contrast there is nothing here.
    expect(refiner.refine(place, lie, -1).value).toBeLessThan(0.5);
  });

  test('at an edge the value is that of the definition', () => {
    const picture = pictureWith(place, 30, false, 1);
    const refiner = new PeakRefiner(picture, [reference], 2, radiusPx, 15);
    for (const sign of [1, -1] as const) {
      const { x, y, turnDegrees, value } = refiner.refine(
        { x: 3, y: 38 },
        { reference: 0, turnDegrees: 45, mirrored: false },
        sign,
      );
      const { values } = turnedTemplate(reference, turnDegrees, 2, radiusPx);
      const [column, row] = [Math.round(x), Math.round(y)];
      const exact = sign * correlationWith(picture, values, 2 * reach + 1, fading, 0.05, column, row);
      // The top between the pixels is a little higher.
      expect(value).toBeGreaterThanOrEqual(exact - 1e-4);
      expect(value).toBeLessThan(exact + 0.1);
    }
  });
});
