import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clampView,
  fitView,
  panBy,
  scaleLimits,
  toImage,
  toPixel,
  toScreen,
  type View,
  visibleRect,
  wheelFactor,
  zoomTo,
} from '../../../src/ui/viewer/transform.ts';

const image = { width: 4096, height: 2048 };
const pane = { x: 100, y: 40, width: 800, height: 600 };

const views = fc.record({
  u: fc.double({ min: 0, max: 4096, noNaN: true }),
  v: fc.double({ min: 0, max: 2048, noNaN: true }),
  scale: fc.double({ min: 0.02, max: 48, noNaN: true }),
});
const points = fc.record({
  x: fc.double({ min: 100, max: 900, noNaN: true }),
  y: fc.double({ min: 40, max: 640, noNaN: true }),
});

describe('the view', () => {
  it('fits the longer side, margin included, and centres the picture', () => {
    const view = fitView(image, pane, 16);
    expect(view).toEqual({ u: 2048, v: 1024, scale: 768 / 4096 });
    expect(toScreen(view, pane, { x: 0, y: 0 }).x).toBeCloseTo(pane.x + 16);
    expect(toScreen(view, pane, { x: 4096, y: 0 }).x).toBeCloseTo(pane.x + pane.width - 16);
  });

  it('puts the centre of the first pixel half a pixel inside the picture', () => {
    const view: View = { u: 0, v: 0, scale: 10 };
    const centre = { x: pane.x + 400 + 5, y: pane.y + 300 + 5 };
    expect(toPixel(toImage(view, pane, centre))).toEqual({ x: 0, y: 0 });
  });

  it('takes a screen point to the image and back', () => {
    fc.assert(
      fc.property(views, points, (view, point) => {
        const back = toScreen(view, pane, toImage(view, pane, point));
        expect(back.x).toBeCloseTo(point.x, 6);
        expect(back.y).toBeCloseTo(point.y, 6);
      }),
    );
  });

  it('keeps the image point under the cursor while zooming', () => {
    fc.assert(
      fc.property(views, points, fc.double({ min: 0.02, max: 48, noNaN: true }), (view, anchor, scale) => {
        const before = toImage(view, pane, anchor);
        const after = toImage(zoomTo(view, pane, anchor, scale), pane, anchor);
        expect(after.x).toBeCloseTo(before.x, 5);
        expect(after.y).toBeCloseTo(before.y, 5);
      }),
    );
  });

  it('moves the picture with the pointer', () => {
    const view: View = { u: 500, v: 500, scale: 2 };
    const before = toScreen(view, pane, { x: 510, y: 520 });
    const after = toScreen(panBy(view, 30, -12), pane, { x: 510, y: 520 });
    expect([after.x - before.x, after.y - before.y]).toEqual([30, -12]);
  });

  it('never loses the picture nor the scale', () => {
    const { min, max } = scaleLimits(image, pane);
    expect(clampView({ u: -900, v: 9999, scale: 1e9 }, image, pane)).toEqual({ u: 0, v: 2048, scale: max });
    expect(clampView({ u: 5, v: 5, scale: 0 }, image, pane).scale).toBe(min);
    expect(min).toBeLessThan(fitView(image, pane).scale);
  });

  it('knows the part of the image that it shows', () => {
    expect(visibleRect({ u: 100, v: 50, scale: 4 }, pane)).toEqual({ x: 0, y: -25, width: 200, height: 150 });
  });

  it('zooms in on wheel up, the same way back, and not wildly on a coarse wheel', () => {
    const wheel = (deltaY: number, deltaMode = 0, ctrlKey = false) =>
      wheelFactor({ deltaY, deltaMode, ctrlKey });
    expect(wheel(-100)).toBeGreaterThan(1);
    expect(wheel(-100) * wheel(100)).toBeCloseTo(1);
    expect(wheel(-3, 1)).toBeCloseTo(wheel(-48));
    expect(wheel(-10, 0, true)).toBeGreaterThan(wheel(-10));
    expect(wheel(-1e6)).toBeLessThan(2);
  });
});

describe('a mirrored view', () => {
  const pane = { x: 30, y: 10, width: 401, height: 301 };
  const view = { u: 50, v: 40, scale: 2, flip: { x: true, y: false } };

  it('has right and left exchanged, and nothing else', () => {
    const plain = toScreen({ u: 50, v: 40, scale: 2 }, pane, { x: 60, y: 70 });
    const mirrored = toScreen(view, pane, { x: 60, y: 70 });
    expect(mirrored.x).toBe(2 * pane.x + pane.width - plain.x);
    expect(mirrored.y).toBe(plain.y);
  });

  it.each([
    { x: true, y: false },
    { x: false, y: true },
    { x: true, y: true },
  ])('finds the image point under a screen point, and zooms and pans around it: %j', (flip) => {
    const mirrored = { ...view, flip };
    const at = { x: 123, y: 77 };
    const point = toImage(mirrored, pane, at);
    expect(toScreen(mirrored, pane, point)).toEqual(at);
    const zoomed = zoomTo(mirrored, pane, at, 7);
    expect(toImage(zoomed, pane, at).x).toBeCloseTo(point.x, 9);
    expect(toImage(zoomed, pane, at).y).toBeCloseTo(point.y, 9);
    const panned = toScreen(panBy(mirrored, 5, -8), pane, point);
    expect(panned.x).toBeCloseTo(128, 9);
    expect(panned.y).toBeCloseTo(69, 9);
  });
});
