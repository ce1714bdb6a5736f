import { expect, test } from 'vitest';
import { GpuContext } from '../../../src/gpu/context.ts';
import { nonLocalMeans } from '../../../src/gpu/ops/nonLocalMeans.ts';
import { nonLocalMeansReference } from '../../reference/nonLocalMeans.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { noise } from '../micrographs.ts';

describeGpu('non-local means', (gpu) => {
  const settings = { patchRadius: 1, searchRadius: 2, expectedDifference: 0.5, tolerance: 0.7 };

  const denoised = async (
    context: GpuContext,
    [image, guide]: readonly [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>],
    width: number,
    height: number,
    rowsAtOnce?: number,
  ): Promise<Float32Array> => {
    const planes = [image, guide].map((data) => ({ buffer: context.upload('test', data), width, height }));
    const [plane, other] = planes;
    if (!plane || !other) throw new Error('two planes');
    const result = await nonLocalMeans(context, plane, other, { ...settings, rowsAtOnce });
    const values = new Float32Array(await context.read(result.buffer, width * height * 4));
    context.free(result.buffer, ...planes.map(({ buffer }) => buffer));
    return values;
  };

  test('equals the oracle for any size, and is the same for any tile', async () => {
    // One context: software GPUs compile it in seconds.
    const context = new GpuContext(gpu.device, 'test');
    for (const [width, height] of [
      [37, 29],
      [16, 17],
      [3, 2],
      [1, 1],
    ] as const) {
      const image = noise(width * height, 3);
      const guide = noise(width * height, 4).map((value, i) => 0.5 * value + (i % 7 > 3 ? 1 : 0));
      const found = await denoised(context, [image, guide], width, height);
      const expected = nonLocalMeansReference(image, guide, width, height, settings);
      expect(largestDifference(found, expected)).toBeLessThan(2e-6);
      expect(await denoised(context, [image, guide], width, height, 16)).toEqual(found);
    }
    expect(context.memory().bytes).toBe(0);
  });
});
