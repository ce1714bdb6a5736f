import { expect, test } from 'vitest';
import { planeBytes, residentBudgetBytes, residentCount } from '../../../src/tiles/resident.ts';

const small = { width: 4096, height: 4096 };
/** 377 MB. */
const large = { width: 11520, height: 8184 };

test('small pictures stay as long as they fit the budget together, large ones two at a time', () => {
  const fit = Math.floor(residentBudgetBytes / planeBytes(small));
  expect(fit).toBeGreaterThanOrEqual(6);
  expect(residentCount(Array(fit).fill(small))).toBe(fit);
  expect(residentCount(Array(fit + 5).fill(small))).toBe(fit);
  expect(residentCount([large, large, large])).toBe(2);
  // What is used now counts, not what is smallest.
  expect(residentCount([large, large, small])).toBe(2);
  // Raw, filtered and denoised are three planes.
  const threefold = { ...small, planes: 3 };
  expect(residentCount(Array(fit).fill(threefold))).toBe(Math.floor(fit / 3));
  expect(residentCount([])).toBe(0);
});
