import { expect, test } from 'vitest';
import {
  imagePoint,
  placeAt,
  placeWords,
  regionAround,
  regionInSight,
  ringRadius,
} from '../../../src/ui/viewer/spectrumGeometry.ts';

const scale = { edge: 512, pixelSizeAngstrom: 1.5 };

test('a ring of 10 Å at 1.5 Å a pixel lies at 0.15 cycles a pixel', () => {
  expect(ringRadius(scale, 10)).toBeCloseTo(0.15 * 512, 9);
  expect(ringRadius(scale, 3)).toBe(256);
  expect(ringRadius({ ...scale, pixelSizeAngstrom: undefined }, 10)).toBeUndefined();
});

test('what is under the cursor is the wave’s length and direction', () => {
  const radius = ringRadius(scale, 10) ?? 0;
  const place = placeAt(scale, { x: radius * Math.SQRT1_2, y: -radius * Math.SQRT1_2 });
  expect(place.resolutionAngstrom).toBeCloseTo(10, 9);
  expect(place.angleDegrees).toBeCloseTo(45, 9);
  expect(placeWords(place)).toBe('10.0 Å, 0.100 1/Å, at 45°');
  // A wave and its mirror image are the same wave.
  expect(placeAt(scale, { x: -3, y: 3 }).angleDegrees).toBeCloseTo(45, 9);
  expect(placeAt(scale, { x: -3, y: 0 }).angleDegrees).toBeCloseTo(0, 9);
  expect(placeWords(placeAt(scale, { x: 0, y: 0 }))).toBe('the mean');
  expect(placeWords(placeAt({ edge: 512, pixelSizeAngstrom: undefined }, { x: 0, y: 128 }))).toBe(
    '4.00 px, at 90°',
  );
});

test('the box around the cursor stays inside the picture, and a small picture is taken whole', () => {
  const image = { width: 1000, height: 400 };
  expect(regionAround({ x: 500.4, y: 200 }, 256, image)).toEqual({ x: 372, y: 72, width: 256, height: 256 });
  expect(regionAround({ x: 3, y: 399 }, 256, image)).toEqual({ x: 0, y: 144, width: 256, height: 256 });
  expect(regionAround({ x: 999, y: 1 }, 512, image)).toEqual({ x: 488, y: 0, width: 512, height: 400 });
});

test('what is in sight is cut to the picture', () => {
  const image = { width: 1000, height: 400 };
  const pane = { width: 300, height: 200 };
  expect(regionInSight({ u: 500, v: 200, scale: 2 }, pane, image)).toEqual({
    x: 425,
    y: 150,
    width: 150,
    height: 100,
  });
  expect(regionInSight({ u: 10, v: 390, scale: 1 }, pane, image)).toEqual({
    x: 0,
    y: 290,
    width: 160,
    height: 110,
  });
  const rect = { x: 0, y: 0, ...pane };
  expect(imagePoint({ u: 10, v: 390, scale: 1 }, rect, { x: 150, y: 100 }, image)).toEqual({ x: 10, y: 390 });
  expect(imagePoint({ u: 10, v: 390, scale: 1 }, rect, { x: 100, y: 100 }, image)).toBeUndefined();
});
