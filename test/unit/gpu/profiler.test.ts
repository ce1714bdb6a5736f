import { expect, test } from 'vitest';
import { batchesOf, type PassWork } from '../../../src/gpu/profiler.ts';
import { dispatchesPerSubmit, flopsPerSubmit } from '../../../src/gpu/recorder.ts';

const places = (flops: readonly (number | undefined)[]): number[][] => {
  const works = flops.map(
    (one): PassWork => ({ record: () => {}, ...(one !== undefined && { flops: one }) }),
  );
  return batchesOf(works).map((batch) =>
    batch.map(([work, i]) => {
      expect(work).toBe(works[i]);
      return i;
    }),
  );
};

test('works share a submit until it has enough of them, or enough to do', () => {
  const heavy = flopsPerSubmit;
  expect(places([])).toEqual([]);
  expect(places([heavy, heavy, 1, heavy / 2, heavy / 2, 1])).toEqual([[0], [1], [2, 3, 4], [5]]);
  const light = places(Array.from({ length: dispatchesPerSubmit + 1 }, () => undefined));
  expect(light.map((batch) => batch.length)).toEqual([dispatchesPerSubmit, 1]);
});
