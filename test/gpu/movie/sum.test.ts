import { expect, test } from 'vitest';
import type { FrameRange } from '../../../src/dataset/exposure.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { RunningSum } from '../../../src/pipelines/movie/runningSum.ts';
import { sumOf } from '../../reference/movie.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { computed, direct, movieOf, sampleTypes } from './movies.ts';

const whole = (frames: number): FrameRange => ({ first: 0, last: frames - 1 });

describeGpu('sums of stored frames', (gpu) => {
  const shapes = [
    { width: 1, height: 1, frames: 2 },
    { width: 37, height: 19, frames: 3 },
    { width: 64, height: 80, frames: 5 },
    { width: 33, height: 300, frames: 9 },
    { width: 34, height: 17, frames: 2, padding: 3 },
  ];
  test.each(sampleTypes.flatMap((type) => shapes.map((shape) => [type, shape] as const)))(
    '%s of %j equal the sum in 64 bits',
    async (type, shape) => {
      const context = new GpuContext(gpu.device, 'test');
      const movie = movieOf(type, shape, 1);
      for (const source of [movie, computed(movie), direct(movie)]) {
        const running = new RunningSum(context, source);
        await running.moveTo(whole(shape.frames));
        const found = await running.sum.read();
        const expected = sumOf(movie.pixels);
        if (type.startsWith('float')) expect(largestDifference(found, expected)).toBeLessThan(1e-5);
        else expect([...found]).toEqual(expected);
        running.free();
      }
      expect(context.memory().bytes).toBe(0);
    },
  );
});
