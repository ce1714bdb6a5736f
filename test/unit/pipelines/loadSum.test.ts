import { expect, test } from 'vitest';
import type { GpuContext } from '../../../src/gpu/context.ts';
import { loadSum } from '../../../src/pipelines/movie/loadSum.ts';

test('a sum that can’t be standardised leaves no buffer behind', async () => {
  const held = new Set<object>();
  const context = {
    upload: () => {
      const buffer = {};
      held.add(buffer);
      return buffer;
    },
    free: (buffer: object) => held.delete(buffer),
    pipeline: async () => {
      expect(held.size).toBe(1);
      throw new Error('The device went away.');
    },
    device: { createCommandEncoder: () => ({}) },
  } as unknown as GpuContext;
  const statistics = { min: 0, max: 1, mean: 0.5, standardDeviation: 0.2, nonFinite: 0 };
  const sum = { pixels: new Float32Array(4), statistics, frames: 2 };
  await expect(loadSum(context, sum, { width: 2, height: 2 })).rejects.toThrow('The device went away.');
  expect(held.size).toBe(0);
});
