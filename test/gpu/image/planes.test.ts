import { expect, test } from 'vitest';
import { decodeHalf } from '../../../src/core/dtype.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { readTile, standardisePlane } from '../../../src/gpu/ops/image.ts';
import { levelCount, levelSize, tileOnCpu, tileRectangle, tileSize } from '../../../src/tiles/pyramid.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { noise } from '../micrographs.ts';

describeGpu('standardisePlane', (gpu) => {
  test.each([
    [1, 1],
    [257, 3],
    [301, 199],
  ])('%i × %i: (v − mean)·scale, and exactly 0 where it is no number', async (width, height) => {
    const context = new GpuContext(gpu.device, 'test');
    const values = noise(width * height, 1).map((value) => 1000 + 10 * value);
    const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    if (values.length > 3) for (const [i, value] of bad.entries()) values[7 * i] = value;
    const plane = { buffer: context.upload('test', values), width, height };
    await standardisePlane(context, plane, 1000, 0.1);
    const found = new Float32Array(await context.read(plane.buffer, width * height * 4));
    const expected = values.map((value) => (Number.isFinite(value) ? (value - 1000) * 0.1 : 0));
    expect(largestDifference(found, expected)).toBeLessThan(1e-6);
    if (values.length > 3) expect([found[0], found[7], found[14]]).toEqual([0, 0, 0]);
    context.free(plane.buffer);
  });

  test('the ends of float32 do not overflow', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const plane = { buffer: context.upload('test', Float32Array.of(3.4e38, -3.4e38)), width: 2, height: 1 };
    await standardisePlane(context, plane, -3e38, 2 ** -125);
    const found = new Float32Array(await context.read(plane.buffer, 8));
    expect([...found].every(Number.isFinite)).toBe(true);
    context.free(plane.buffer);
  });
});

describeGpu('readTile', (gpu) => {
  // One half has 11 bits, and drivers may cut instead of round.
  const tolerance = 2 ** -10;
  const halves = (data: Uint16Array): number[] => [...data].map(decodeHalf);

  test('equals the plain mean on every level of an odd picture', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const [width, height] = [1029, 515];
    const data = noise(width * height, 2);
    const plane = { buffer: context.upload('test', data), width, height };
    for (let level = 0; level < levelCount(width, height); level++) {
      const size = levelSize(width, height, level);
      const column = Math.floor((size.width - 1) / tileSize);
      for (const [c, r] of [
        [0, 0],
        [column, Math.floor((size.height - 1) / tileSize)],
      ] as const) {
        const rectangle = tileRectangle(width, height, level, c, r);
        const found = await readTile(context, plane, 1, level, rectangle, tileSize);
        const expected = tileOnCpu({ data, width, height }, level, c, r);
        expect(found.length).toBe(rectangle.width * rectangle.height);
        expect(largestDifference(halves(found), halves(expected.data))).toBeLessThan(4 * tolerance);
      }
    }
    context.free(plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });

  test('repeats the pixels of a binned plane at full size, and averages them above', async () => {
    const context = new GpuContext(gpu.device, 'test');
    // A picture of 9 × 7 binned by 2.
    const plane = {
      buffer: context.upload(
        'test',
        Float32Array.from({ length: 20 }, (_, i) => i),
      ),
      width: 5,
      height: 4,
    };
    const full = await readTile(context, plane, 2, 0, { x: 0, y: 0, width: 9, height: 7 }, tileSize);
    const expected = Array.from({ length: 63 }, (_, i) => (Math.floor(i / 9) >> 1) * 5 + ((i % 9) >> 1));
    expect(halves(full)).toEqual(expected);
    const same = await readTile(context, plane, 2, 1, { x: 0, y: 0, width: 5, height: 4 }, tileSize);
    expect(halves(same)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    const above = await readTile(context, plane, 2, 2, { x: 0, y: 0, width: 3, height: 2 }, tileSize);
    expect(halves(above)).toEqual([3, 5, 6.5, 13, 15, 16.5]);
    context.free(plane.buffer);
  });

  test('ends at the largest half', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const plane = { buffer: context.upload('test', Float32Array.of(1e9, -1e9)), width: 2, height: 1 };
    const found = await readTile(context, plane, 1, 0, { x: 0, y: 0, width: 2, height: 1 }, tileSize);
    expect(halves(found)).toEqual([65504, -65504]);
    context.free(plane.buffer);
  });
});
