import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type LineLimits,
  type LinePlan,
  lineLimits,
  planLines,
  splitLength,
} from '../../../src/fft/linePlan.ts';
import { lineVariant, plainHooks } from '../../../src/fft/lineVariant.ts';

/** What every WebGPU device has. */
const defaults: LineLimits = { workgroupBytes: 16384, invocations: 256 };

const product = (values: readonly number[]): number => values.reduce((all, value) => all * value, 1);
const passSizes = (plan: LinePlan): number[] => plan.passes.map(({ size }) => size);

describe('the plan of a line', () => {
  test('takes 4096² in one pass over the rows and two over the columns, 128 bytes at a time', () => {
    const rows = planLines(2048, 'rows', 4096, defaults);
    expect(rows.passes).toMatchObject([{ size: 2048, radices: [8, 8, 8, 4], tile: 1, lanes: 256 }]);
    const columns = planLines(4096, 'columns', 2049, defaults);
    expect(columns.passes).toMatchObject([
      { size: 64, radices: [8, 8], tile: 16, lanes: 8, done: 1, readAcross: true, writeAcross: true },
      { size: 64, radices: [8, 8], tile: 16, lanes: 8, done: 64 },
    ]);
  });

  test('takes a detector’s rows whole where workgroup memory is 32 KiB, and boxes of particles in one pass', () => {
    const wide = { ...defaults, workgroupBytes: 32768 };
    for (const width of [3750, 4096, 4500, 5760, 6250, 8192])
      expect([width, planLines(width / 2, 'rows', 4096, wide).passes.length]).toEqual([width, 1]);
    for (const box of [32, 64, 100, 128, 200, 256, 300, 360, 400, 512])
      expect(planLines(box, 'columns', 10_000, defaults).passes).toHaveLength(1);
  });

  test('puts several short rows into one workgroup, but no more than there are', () => {
    expect(planLines(32, 'rows', 1000, defaults).passes).toMatchObject([{ tile: 32, lanes: 4 }]);
    expect(planLines(32, 'rows', 3, defaults).passes).toMatchObject([{ tile: 3, lanes: 4 }]);
    expect(planLines(64, 'columns', 1, defaults).passes).toMatchObject([{ tile: 1 }]);
  });

  test('goes radix by radix, each with neighbouring threads on neighbours, without workgroup memory', () => {
    const plan = planLines(4096, 'rows', 10, { workgroupBytes: 0, invocations: 256 });
    expect(plan.passes.map(({ size, lanes, done }) => [size, lanes, done])).toEqual([
      [8, 1, 1],
      [8, 1, 8],
      [8, 1, 64],
      [8, 1, 512],
    ]);
  });

  test('pads to a convolution just where a prime is above 7', () => {
    for (const length of [1, 2, 7, 210, 2401])
      expect(planLines(length, 'rows', 1, defaults).padded).toBe(length);
    for (const length of [11, 22, 59, 413, 2003]) {
      const { padded } = planLines(length, 'rows', 1, defaults);
      expect(padded).toBeGreaterThanOrEqual(2 * length - 1);
      expect(padded).toBeLessThanOrEqual(4 * length);
    }
    // 4032 = 2⁶·3²·7 is the first from 4005 on that two tiles can do.
    expect(planLines(2003, 'columns', 2000, defaults)).toMatchObject({ padded: 4032, passes: [{}, {}] });
  });

  test('holds for any length and limits: sizes multiply to the length, tiles fit the memory and the threads', () => {
    const lengths = fc.integer({ min: 1, max: 20_000 });
    const bytes = fc.constantFrom(0, 256, 1024, 16384, 32768, 65536);
    const directions = fc.constantFrom('rows' as const, 'columns' as const);
    fc.assert(
      fc.property(
        lengths,
        bytes,
        directions,
        fc.integer({ min: 1, max: 5000 }),
        (length, workgroupBytes, direction, lines) => {
          const invocations = workgroupBytes < 1024 ? 64 : 256;
          const plan = planLines(length, direction, lines, { workgroupBytes, invocations });
          expect(product(passSizes(plan))).toBe(plan.padded);
          let done = 1;
          for (const pass of plan.passes) {
            expect(pass.done).toBe(done);
            done *= pass.size;
            expect(product(pass.radices)).toBe(pass.size);
            if (workgroupBytes > 0) expect(pass.size * pass.tile * 8).toBeLessThanOrEqual(workgroupBytes);
            expect(pass.lanes * pass.tile).toBeLessThanOrEqual(invocations);
            expect(pass.lanes).toBeGreaterThanOrEqual(1);
            lineVariant(pass, -1, plainHooks);
          }
        },
      ),
      { seed: 1, numRuns: 400 },
    );
  });

  test('says so where nothing fits, and what is no length', () => {
    expect(() => planLines(7, 'columns', 4, { workgroupBytes: 32, invocations: 64 })).toThrow(
      'Workgroup memory of 32 bytes is too small for a transform of 7 values.',
    );
    expect(() => planLines(0, 'rows', 4, defaults)).toThrow('0 is not the length of a line.');
    expect(() => planLines(2.5, 'rows', 4, defaults)).toThrow('2.5 is not');
  });
});

describe('what a device offers', () => {
  test('is its workgroup memory, but none where a processor plays the GPU', () => {
    const limits = { maxComputeWorkgroupStorageSize: 32768, maxComputeInvocationsPerWorkgroup: 256 };
    const device = (isFallbackAdapter: boolean) =>
      ({ limits, adapterInfo: { isFallbackAdapter } }) as unknown as GPUDevice;
    expect(lineLimits(device(false))).toEqual({ workgroupBytes: 32768, invocations: 256 });
    expect(lineLimits(device(true))).toEqual({ workgroupBytes: 0, invocations: 256 });
  });
});

describe('splitting a length', () => {
  test('takes the fewest parts, as equal as can be', () => {
    expect(splitLength(64, 64)).toEqual([64]);
    expect([...(splitLength(4096, 128) ?? [])]).toEqual([64, 64]);
    expect([...(splitLength(6000, 128) ?? [])].sort((a, b) => a - b)).toEqual([75, 80]);
    expect(splitLength(16807, 128)).toHaveLength(3);
    expect(splitLength(22, 10)).toBeUndefined();
  });
});
