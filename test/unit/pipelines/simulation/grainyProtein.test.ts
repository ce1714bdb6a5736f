import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { drawProtein } from '../../../../src/pipelines/simulation/families.ts';
import { grainyProtein, grainyProteins } from '../../../../src/pipelines/simulation/grainyProtein.ts';
import { addProjection } from '../../../../src/pipelines/simulation/projection.ts';
import { VolumeProjector } from '../../../../src/pipelines/simulation/projector.ts';

const straight = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** Power of a projection's waves shorter than so many Å over that of all but the mean. */
function finePart(tile: { side: number; data: Float32Array }, pixel: number, shorterThan: number): number {
  const { side, data } = tile;
  let [fine, all] = [0, 0];
  for (let v = 0; v < side; v++)
    for (let u = 0; u < side; u++) {
      const [fu, fv] = [u, v].map((k) => (k > side / 2 ? k - side : k) / side / pixel);
      if (u === 0 && v === 0) continue;
      let [re, im] = [0, 0];
      for (let y = 0; y < side; y++)
        for (let x = 0; x < side; x++) {
          const angle = (-2 * Math.PI * (u * x + v * y)) / side;
          re += (data[y * side + x] ?? 0) * Math.cos(angle);
          im += (data[y * side + x] ?? 0) * Math.sin(angle);
        }
      const power = re * re + im * im;
      all += power;
      if (Math.hypot(fu ?? 0, fv ?? 0) > 1 / shorterThan) fine += power;
    }
  return fine / all;
}

describe('proteins with grain', () => {
  test('are as wide as they are said to be, about the middle of their cube', () => {
    const random = createRandom(3);
    for (const extent of [80, 160]) {
      const volume = grainyProtein(random, drawProtein(random, 'globule'), extent);
      expect(volume.diameterAngstrom).toBe(extent);
      const tile = new VolumeProjector(volume, 4).project(straight, { x: 0, y: 0 });
      const middle = -tile.left;
      let [inside, all, x, y] = [0, 0, 0, 0];
      for (let v = 0; v < tile.side; v++)
        for (let u = 0; u < tile.side; u++) {
          const value = tile.data[v * tile.side + u] ?? 0;
          all += value;
          x += value * (u - middle);
          y += value * (v - middle);
          if (Math.hypot(u - middle, v - middle) <= (0.55 * extent) / 4) inside += value;
        }
      expect(inside / all).toBeGreaterThan(0.97);
      expect(Math.hypot(x, y) / all).toBeLessThan((0.1 * extent) / 4);
    }
  });

  test('have finer detail than the blobs that they fill', () => {
    const random = createRandom(5);
    const blobs = drawProtein(random, 'ellipsoid');
    const tile = new VolumeProjector(grainyProtein(random, blobs, 150), 5).project(straight, { x: 0, y: 0 });
    const { side } = tile;
    const smooth = new Float32Array(side * side);
    const centre = { x: side / 2, y: side / 2 };
    addProjection({ data: smooth, width: side, height: side }, blobs, straight, centre, 150 / 5, 5);
    expect(finePart(tile, 5, 25)).toBeGreaterThan(3 * finePart({ side, data: smooth }, 5, 25));
  });

  test('are functions of the random numbers', () => {
    const [one, same, other] = [7, 7, 8].map(
      (seed) => grainyProteins(createRandom(seed), ['ring', 'rod'], 2)[1],
    );
    expect(same?.re).toEqual(one?.re);
    expect(other?.re).not.toEqual(one?.re);
  });
});
