import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { median, StageClock } from '../../bench/measure.ts';

describe('StageClock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const wait = (milliseconds: number): void => void vi.advanceTimersByTime(milliseconds);

  it('gives the median of each stage over the runs that count, in order', () => {
    const clock = new StageClock();
    const run = (first: number, second: number): void => {
      clock.start();
      // Before the first word of a stage it has begun.
      wait(first / 2);
      clock.onProgress({ stage: 'Preparing', done: 0, total: 1 });
      wait(first / 2);
      clock.onProgress({ stage: 'Picking', done: 0, total: 2 });
      wait(second / 2);
      clock.onProgress({ stage: 'Picking', done: 1, total: 2 });
      wait(second / 2);
      clock.stop();
      wait(500);
    };
    run(9000, 9000);
    run(10, 20);
    run(30, 40);
    run(20, 90);
    const medians = clock.medians();
    expect(Object.keys(medians)).toEqual(['Preparing', 'Picking']);
    expect(medians.Preparing).toBeCloseTo(0.02, 9);
    expect(medians.Picking).toBeCloseTo(0.04, 9);
  });
});

describe('median', () => {
  it('is the middle one, or the mean of the two', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2.5, Number.NaN]);
  });
});
