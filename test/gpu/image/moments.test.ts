import { beforeAll, expect, test } from 'vitest';
import { GpuContext } from '../../../src/gpu/context.ts';
import { meanMoments, robustMoments } from '../../../src/gpu/ops/moments.ts';
import { medianMoments, momentsOf } from '../../reference/moments.ts';
import { describeGpu } from '../../support/gpu.ts';
import { noise } from '../micrographs.ts';

describeGpu('moments of a plane', (gpu) => {
  // One for all: a software GPU takes seconds to compile the kernels.
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });

  const sizes = [
    [1, 1],
    [2, 1],
    [255, 1],
    [257, 3],
    [300, 411],
  ] as const;

  test.each(sizes)('of %i × %i noise: 24 bytes come back', async (width, height) => {
    const before = context.bytesRead;
    const values = noise(width * height, 3).map((value, i) => (i % 7 === 0 ? 20 : 0.3 + 2 * value));
    const plane = { buffer: context.upload('test', values), width, height };
    const expected = momentsOf(values);
    const found = await meanMoments(context, plane);
    expect(Math.abs(found.centre - expected.mean)).toBeLessThan(2e-6 * Math.abs(expected.mean));
    expect(Math.abs(found.deviation - expected.deviation)).toBeLessThan(1e-6 * (1 + expected.deviation));
    const robust = await robustMoments(context, plane);
    const ordered = medianMoments(values);
    expect(robust.centre).toBe(ordered.median);
    expect(Math.abs(robust.deviation - ordered.deviation)).toBeLessThan(1e-6);
    expect(context.bytesRead - before).toBe(24);
    context.free(plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });

  test.each([
    ['negative ones', [-3, -1, -2.5, -1e30]],
    ['both signs and zeros', [0, -0, 1e-40, -1e-40, 5]],
    ['all alike', [2.5, 2.5, 2.5, 2.5]],
    ['large ones', [3e38, -3e38, 1e38]],
  ])('the median of %s is exact', async (_, list) => {
    const values = Float32Array.from(list);
    const plane = { buffer: context.upload('test', values), width: values.length, height: 1 };
    const { centre } = await robustMoments(context, plane);
    // Numbers below 1e-38 may count as 0.
    expect(Math.abs(centre - medianMoments(values).median)).toBeLessThan(1e-37);
    context.free(plane.buffer);
  });
});
