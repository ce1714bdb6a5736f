import { expect, test } from 'vitest';
import { createTour, tourSteps } from '../../../src/ui/state/tour.ts';

function storage(): Pick<Storage, 'getItem' | 'setItem'> {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  };
}

test('five steps, each done on the way, and then it is over for good', () => {
  const browser = storage();
  const done: number[] = [];
  const tour = createTour((step) => done.push(step), browser);
  expect(tour.isNew()).toBe(true);
  tour.start();
  for (const _ of tourSteps) tour.next();
  expect(tourSteps.length).toBe(5);
  expect(done).toEqual([0, 1, 2, 3, 4]);
  expect(tour.at()).toBeUndefined();
  expect(createTour(() => undefined, browser).isNew()).toBe(false);
});

test('goes back without doing anything, and not before its beginning', () => {
  const done: number[] = [];
  const tour = createTour((step) => done.push(step), storage());
  tour.start();
  tour.next();
  tour.back();
  tour.back();
  expect(tour.at()).toBe(0);
  expect(done).toEqual([0]);
});

test('is not known to be seen while it is only begun', () => {
  const browser = storage();
  createTour(() => undefined, browser).start();
  expect(createTour(() => undefined, browser).isNew()).toBe(true);
});
