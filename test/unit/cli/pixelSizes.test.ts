import { expect, test } from 'vitest';
import { commonPixelSize } from '../../../src/cli/pixelSizes.ts';

test('headers may round, but one radius in pixels does not suit micrographs of two pixel sizes', () => {
  expect(commonPixelSize([1.004, undefined, 1])).toBe(1);
  expect(commonPixelSize([undefined])).toBeUndefined();
  expect(() => commonPixelSize([1, 2, 1.5])).toThrow(
    'The micrographs have pixels of 1 to 2 Å: give those of one size at a time.',
  );
});
