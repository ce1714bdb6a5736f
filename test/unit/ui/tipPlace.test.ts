import { expect, test } from 'vitest';
import { tipAnchor, tipPlace } from '../../../src/ui/controls/tipPlace.ts';

const window = { width: 800, height: 600 };
const tip = { width: 120, height: 30 };

test.each([
  [
    'below the middle of its control',
    { left: 300, top: 100, width: 40, height: 30 },
    { left: 260, top: 136 },
  ],
  [
    'above it at the foot of the window',
    { left: 300, top: 560, width: 40, height: 30 },
    { left: 260, top: 524 },
  ],
  ['within the window at the left', { left: 0, top: 100, width: 20, height: 30 }, { left: 6, top: 136 }],
  ['within the window at the right', { left: 780, top: 100, width: 20, height: 30 }, { left: 674, top: 136 }],
])('%s', (_, control, place) => expect(tipPlace(control, tip, window)).toEqual(place));

test('a tip wider than the window begins at its edge', () => {
  const control = { left: 20, top: 100, width: 40, height: 30 };
  expect(tipPlace(control, { width: 900, height: 30 }, window).left).toBe(6);
});

test('the tip of a large control is where the mouse points, else beside the control', () => {
  const [button, row] = [
    { left: 20, top: 100, width: 40, height: 30 },
    { left: 20, top: 100, width: 400, height: 30 },
  ];
  const pointer = { x: 120, y: 110 };
  expect(tipAnchor(button, pointer)).toBe(button);
  expect(tipAnchor(row, pointer)).toMatchObject({ left: 120, top: 110 });
  expect(tipAnchor(row)).toBe(row);
});
