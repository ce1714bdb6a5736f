import { expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { findPeaks } from '../../../src/gpu/ops/peaks.ts';
import { describeGpu } from '../../support/gpu.ts';

/** By the definition, in f64: first pixel of a plateau in reading order, parabola through the neighbours. */
function peaksReference(values: Float32Array, width: number, height: number, floor: number): number[][] {
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? Number.NEGATIVE_INFINITY : (values[y * width + x] ?? 0);
  const vertex = (a: number, b: number, c: number): number => {
    const curvature = a - 2 * b + c;
    return Number.isFinite(curvature) && curvature <= -1e-6
      ? Math.min(0.5, Math.max(-0.5, (0.5 * (a - c)) / curvature))
      : 0;
  };
  const peaks: number[][] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = at(x, y);
      let isPeak = value > floor;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const earlier = dy < 0 || (dy === 0 && dx < 0);
          if (earlier && at(x + dx, y + dy) >= value) isPeak = false;
          if (!earlier && (dx !== 0 || dy !== 0) && at(x + dx, y + dy) > value) isPeak = false;
        }
      }
      if (isPeak)
        peaks.push([
          x + vertex(at(x - 1, y), value, at(x + 1, y)),
          y + vertex(at(x, y - 1), value, at(x, y + 1)),
          value,
        ]);
    }
  }
  return peaks.sort(
    (a, b) => (b[2] ?? 0) - (a[2] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0) || (a[0] ?? 0) - (b[0] ?? 0),
  );
}

describeGpu('findPeaks', (gpu) => {
  test.each([
    [40, 31, 0.2],
    [1, 1, -1],
    [3, 2, -9],
  ])('finds the peaks of %i × %i noise as the definition does', async (width, height, floor) => {
    const context = new GpuContext(gpu.device, 'test');
    const random = createRandom(width);
    // Rounded, so that plateaus occur.
    const values = Float32Array.from({ length: width * height }, () => Math.round(random.normal() * 4) / 4);
    const plane = { buffer: context.upload('test', values), width, height };
    const found = await findPeaks(context, plane, { x: 0, y: 0, width, height }, floor);
    context.free(plane.buffer);
    const expected = peaksReference(values, width, height, floor);
    expect(found.length).toBe(expected.length);
    found.forEach((peak, i) => {
      expect(peak.x).toBeCloseTo(expected[i]?.[0] ?? Number.NaN, 4);
      expect(peak.y).toBeCloseTo(expected[i]?.[1] ?? Number.NaN, 4);
      expect(peak.value).toBe(expected[i]?.[2]);
    });
  });

  test('reports the core alone, and looks at the margin', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const values = new Float32Array(100);
    values[3 * 10 + 3] = 5;
    values[3 * 10 + 2] = 6;
    values[6 * 10 + 6] = 1;
    const plane = { buffer: context.upload('test', values), width: 10, height: 10 };
    const found = await findPeaks(context, plane, { x: 3, y: 3, width: 5, height: 5 }, 0.5);
    expect(found).toEqual([{ x: 6, y: 6, value: 1 }]);
    context.free(plane.buffer);
  });

  test('a peak at the edge of a picture is no lower for its mirror image beyond', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const values = new Float32Array(100);
    // The picture begins at column 3 and ends with row 6; what lies beyond is its image, a little higher.
    for (const [x, y, value] of [
      [3, 4, 5],
      [2, 4, 5.1],
      [7, 6, 3],
      [7, 7, 3],
    ] as const)
      values[y * 10 + x] = value;
    const plane = { buffer: context.upload('test', values), width: 10, height: 10 };
    const core = { x: 1, y: 1, width: 8, height: 8 };
    const inside = { x: 3, y: 0, width: 7, height: 7 };
    expect(await findPeaks(context, plane, core, 0.5, { inside })).toEqual([
      { x: 3, y: 4, value: 5 },
      { x: 7, y: 6, value: 3 },
    ]);
    expect(await findPeaks(context, plane, core, 0.5)).toMatchObject([
      { value: expect.closeTo(5.1) },
      { value: 3 },
    ]);
    context.free(plane.buffer);
  });

  test('an empty picture has none', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const plane = { buffer: context.upload('test', new Float32Array(64)), width: 8, height: 8 };
    expect(await findPeaks(context, plane, { x: 0, y: 0, width: 8, height: 8 }, 0)).toEqual([]);
    context.free(plane.buffer);
  });
});
