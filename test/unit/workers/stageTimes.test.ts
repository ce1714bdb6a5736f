import { expect, test } from 'vitest';
import type { ComputeApi } from '../../../src/rpc/contract.ts';
import { StageTimes, withStageTimes } from '../../../src/workers/stageTimes.ts';

/** A clock that goes on by what a stage is said to take, s. */
function clock() {
  let time = 5000;
  const times = new StageTimes(() => time);
  const take = (seconds: number, stage = 'Pick') =>
    times.measure(stage, async () => {
      time += seconds * 1000;
    });
  return { times, take };
}

test('tells the last time, the median and the longest of each stage, in the order of their first runs', async () => {
  const { times, take } = clock();
  await take(3);
  await take(1, 'Open a file');
  await take(9);
  await take(4);
  expect(times.report()).toEqual([
    { stage: 'Pick', runs: 3, failed: 0, lastSeconds: 4, medianSeconds: 4, longestSeconds: 9 },
    { stage: 'Open a file', runs: 1, failed: 0, lastSeconds: 1, medianSeconds: 1, longestSeconds: 1 },
  ]);
  await take(8);
  expect(times.report()[0]?.medianSeconds).toBe(6);
});

test('forgets what is older than 64 runs, but counts it', async () => {
  const { times, take } = clock();
  await take(1000);
  for (let run = 0; run < 64; run++) await take(2);
  expect(times.report()).toEqual([
    { stage: 'Pick', runs: 65, failed: 0, lastSeconds: 2, medianSeconds: 2, longestSeconds: 2 },
  ]);
});

test('counts what fails and leaves out what was cancelled', async () => {
  const { times, take } = clock();
  const fail = (error: unknown) => times.measure('Pick', () => Promise.reject(error));
  await take(2);
  await expect(fail(new Error('lost'))).rejects.toThrow('lost');
  await expect(fail(new DOMException('', 'AbortError'))).rejects.toThrow();
  expect(times.report()).toMatchObject([{ runs: 1, failed: 1, lastSeconds: 2 }]);
});

test('measures the stages of a service and nothing else, and hands over what it gives', async () => {
  const times = new StageTimes();
  const service = withStageTimes(
    { demo: async (port: unknown) => port, cacheUsage: async () => 7 } as unknown as ComputeApi,
    times,
  );
  const port = {} as MessagePort;
  expect(await service.demo(port)).toBe(port);
  expect(await service.cacheUsage()).toBe(7);
  expect(times.report().map(({ stage, runs }) => [stage, runs])).toEqual([['Simulate the demo', 1]]);
});
