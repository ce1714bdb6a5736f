import { expect, test } from 'vitest';
import { placesOf } from '../../../../../src/pipelines/picking/arrangement/places.ts';

const width = 40;
const density = (...spots: [x: number, y: number, chance: number][]): Float64Array => {
  const cells = new Float64Array(width * 30);
  for (const [x, y, chance] of spots) cells[y * width + x] = chance;
  return cells;
};

test('chances within the radius add up, and the place is their middle', () => {
  const found = placesOf(density([10, 10, 0.3], [11, 10, 0.3], [10, 12, 0.2]), width, 2.2, 6);
  expect(found).toHaveLength(1);
  expect(found[0]?.score).toBeCloseTo(0.8, 12);
  expect(found[0]?.x).toBeCloseTo(10.375, 12);
  expect(found[0]?.y).toBeCloseTo(10.5, 12);
});

test('what one place holds is spent, and places keep their distance', () => {
  const cells = density([10, 10, 0.6], [15, 10, 0.3], [20, 10, 0.2], [0, 29, 0.5]);
  const places = (separation: number) => placesOf(cells, width, 2.2, separation).map(({ x, y }) => [x, y]);
  expect(places(3)).toEqual([
    [10, 10],
    [0, 29],
    [15, 10],
    [20, 10],
  ]);
  expect(places(6)).toEqual([
    [10, 10],
    [0, 29],
    [20, 10],
  ]);
});

test('nothing comes of next to no chance', () => {
  expect(placesOf(density([10, 10, 0.004]), width, 2.2, 6)).toEqual([]);
});
