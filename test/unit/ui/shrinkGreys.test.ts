import { expect, test } from 'vitest';
import { shrinkGreys } from '../../../src/ui/panels/shrinkGreys.ts';

test('as few pixels as fill what is needed, each the mean of its square', () => {
  const picture = { width: 5, height: 4, data: Uint8Array.from({ length: 20 }, (_, i) => 10 * i) };
  const shrunk = shrinkGreys(picture, 2.5);
  expect(shrunk).toEqual({ width: 2, height: 2, data: Uint8Array.of(30, 50, 130, 150) });
});

test('a picture that is not much larger stays as it is', () => {
  const picture = { width: 5, height: 4, data: new Uint8Array(20) };
  expect(shrinkGreys(picture, 3)).toBe(picture);
});

test('a narrow picture keeps a pixel', () => {
  const picture = { width: 9, height: 1, data: Uint8Array.of(0, 0, 9, 0, 0, 0, 3, 3, 3) };
  expect(shrinkGreys(picture, 3)).toEqual({ width: 3, height: 1, data: Uint8Array.of(3, 0, 3) });
});
