import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samplingOf, samplings } from '../../../src/ui/state/look.ts';
import {
  ancestor,
  children,
  levelFor,
  levelSize,
  placeTile,
  planTiles,
  type TileAddress,
  tileKey,
  tilesInRect,
} from '../../../src/ui/viewer/tileGrid.ts';
import { visibleRect } from '../../../src/ui/viewer/transform.ts';

const image = { width: 1001, height: 700 };
const pyramid = { tileSize: 256, levels: 3 };
const whole = { x: 0, y: 0, ...image };

describe('tiles of a pyramid', () => {
  it('chooses the level whose pixels are nearest to device pixels', () => {
    expect([4, 1, 0.75, 0.5, 0.25, 0.01].map((scale) => levelFor(scale, pyramid))).toEqual([
      0, 0, 0, 1, 2, 2,
    ]);
  });

  it('covers every pixel of the image exactly once on every level', () => {
    for (let level = 0; level < pyramid.levels; level++) {
      const placements = tilesInRect(whole, level, image, pyramid).map((at) => placeTile(at, image, pyramid));
      const area = placements.reduce((sum, { rect }) => sum + rect.width * rect.height, 0);
      expect(area).toBe(image.width * image.height);
      expect(Math.max(...placements.map(({ rect }) => rect.x + rect.width))).toBe(image.width);
      expect(Math.max(...placements.map(({ rect }) => rect.y + rect.height))).toBe(image.height);
    }
  });

  it('cuts the texture where an odd level reaches over the border', () => {
    // Level 2 is 251 px wide for 1001 / 4 = 250.25: three quarters of its last pixel lie outside.
    expect(levelSize(image, 2)).toEqual({ width: 251, height: 175 });
    const { rect, uMax, vMax } = placeTile({ level: 2, column: 0, row: 0 }, image, pyramid);
    expect(rect.width).toBe(1001);
    expect(uMax).toBeCloseTo(1001 / 1004);
    expect(vMax).toBe(1);
  });

  it('reads at most two texels for a pixel of the screen, four where pixels are exact, of a picture of any size', () => {
    const large = { width: 11520, height: 8184 };
    const deep = { tileSize: 256, levels: 7 };
    const screen = { width: 3840, height: 2160 };
    const views = fc.record({
      u: fc.double({ min: 0, max: large.width, noNaN: true }),
      v: fc.double({ min: 0, max: large.height, noNaN: true }),
      // Device pixels per pixel of the file, from the whole picture on.
      scale: fc.double({ min: 0.25, max: 48, noNaN: true }),
      sampling: fc.constantFrom(...samplings),
    });
    fc.assert(
      fc.property(views, ({ u, v, scale, sampling }) => {
        const part = visibleRect({ u, v, scale }, screen);
        const plan = planTiles(part, samplingOf(sampling, scale).detail, large, deep, () => true);
        let [seen, read] = [0, 0];
        for (const tile of plan.draw) {
          const { rect } = placeTile(tile, large, deep);
          const width = Math.min(rect.x + rect.width, part.x + part.width) - Math.max(rect.x, part.x);
          const height = Math.min(rect.y + rect.height, part.y + part.height) - Math.max(rect.y, part.y);
          // None is drawn out of sight.
          expect(Math.min(width, height)).toBeGreaterThan(0);
          seen += width * height * scale ** 2;
          read += (width * height) / 4 ** tile.level;
        }
        expect(read).toBeLessThanOrEqual((sampling === 'exact' ? 4 : 2) * seen * (1 + 1e-9));
      }),
    );
  });

  it('lists tiles from the middle of the view outwards, and none outside the image', () => {
    const part = { x: 300, y: 300, width: 200, height: 200 };
    expect(tilesInRect(part, 0, image, pyramid)[0]).toEqual({ level: 0, column: 1, row: 1 });
    expect(tilesInRect({ x: 2000, y: 0, width: 10, height: 10 }, 0, image, pyramid)).toEqual([]);
    const far = tilesInRect({ x: -5000, y: -5000, width: 20000, height: 20000 }, 0, image, pyramid);
    expect(far).toHaveLength(4 * 3);
  });

  it('finds every tile that a part of the image touches', () => {
    const within = fc.record({
      x: fc.double({ min: -300, max: 1100, noNaN: true }),
      y: fc.double({ min: -300, max: 800, noNaN: true }),
      width: fc.double({ min: 1, max: 900, noNaN: true }),
      height: fc.double({ min: 1, max: 900, noNaN: true }),
    });
    fc.assert(
      fc.property(within, fc.integer({ min: 0, max: 2 }), (part, level) => {
        const found = new Set(tilesInRect(part, level, image, pyramid).map(tileKey));
        for (const address of tilesInRect(whole, level, image, pyramid)) {
          const { rect } = placeTile(address, image, pyramid);
          const touches =
            rect.x < part.x + part.width &&
            part.x < rect.x + rect.width &&
            rect.y < part.y + part.height &&
            part.y < rect.y + rect.height;
          expect(found.has(tileKey(address))).toBe(touches);
        }
      }),
    );
  });

  it('is the child of its ancestor', () => {
    const tile = { level: 0, column: 3, row: 2 };
    expect(children(ancestor(tile, 1), image, pyramid)).toContainEqual(tile);
    expect(children({ level: 1, column: 1, row: 1 }, image, pyramid)).toHaveLength(2);
    expect(ancestor(tile, 2)).toEqual({ level: 2, column: 0, row: 0 });
  });
});

describe('the plan of a frame', () => {
  const plan = (there: readonly TileAddress[], failed: readonly TileAddress[] = []) => {
    const has = new Set(there.map(tileKey));
    const broken = new Set(failed.map(tileKey));
    return planTiles(
      { x: 0, y: 0, width: 400, height: 400 },
      1,
      image,
      pyramid,
      (at) => has.has(tileKey(at)),
      (at) => broken.has(tileKey(at)),
    );
  };
  const top = { level: 2, column: 0, row: 0 };
  const fine = tilesInRect({ x: 0, y: 0, width: 400, height: 400 }, 0, image, pyramid);

  it('asks for the coarsest level first, then for the view, then for a ring around it', () => {
    const { wanted, draw, missing } = plan([]);
    expect(draw).toEqual([]);
    expect(missing).toBe(4);
    expect(wanted[0]).toEqual(top);
    expect(wanted.slice(1, 5).map(tileKey).sort()).toEqual(fine.map(tileKey).sort());
    expect(wanted.length).toBeGreaterThan(5);
  });

  it('draws the coarse tile under what is there of the fine ones', () => {
    const first = { level: 0, column: 0, row: 0 };
    const { draw, missing } = plan([top, first]);
    expect(draw).toEqual([top, first]);
    expect(missing).toBe(3);
  });

  it('draws no coarse tile when all fine ones are there', () => {
    const { draw, missing } = plan([top, ...fine]);
    expect(draw.map(tileKey).sort()).toEqual(fine.map(tileKey).sort());
    expect(missing).toBe(0);
  });

  it('does not wait for a tile that can not be had', () => {
    expect(plan([top, ...fine.slice(1)], fine.slice(0, 1)).missing).toBe(0);
  });

  it('fills in from finer tiles after zooming out', () => {
    const below = children(top, image, pyramid);
    const has = new Set(below.map(tileKey));
    const { draw, missing } = planTiles(whole, 0.25, image, pyramid, (at) => has.has(tileKey(at)));
    expect(missing).toBe(1);
    expect(draw.map(tileKey).sort()).toEqual(below.map(tileKey).sort());
  });
});
