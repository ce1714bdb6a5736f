import { describe, expect, test } from 'vitest';
import { type Capabilities, leastCapabilities } from '../../../src/gpu/capabilities.ts';
import {
  chooseLaneBlock,
  gatherLaneDefines,
  lanesOf,
  weightLaneDefines,
} from '../../../src/gpu/ops/trainLanes.ts';
import { kernelChoice } from '../../../src/gpu/ops/trainProduct.ts';
import { chooseTile } from '../../../src/gpu/ops/trainTile.ts';
import { planChunks } from '../../../src/gpu/ops/trainWeights.ts';

const processor = (fewest: number, most = fewest): Capabilities => ({
  ...leastCapabilities,
  isProcessor: true,
  subgroup: { fewest, most },
});

describe('products on a processor', () => {
  test('go by lanes where all subgroups have one size that the kernels know', () => {
    expect([4, 8, 16].map((size) => lanesOf(processor(size)))).toEqual([undefined, 8, 16]);
    expect(lanesOf(processor(8, 16))).toBeUndefined();
    expect(lanesOf(processor(32))).toBeUndefined();
    expect(lanesOf({ ...leastCapabilities, isProcessor: true })).toBeUndefined();
  });

  test('go through workgroup memory on a real GPU', () => {
    expect(lanesOf({ ...processor(8), isProcessor: false })).toBeUndefined();
    expect(kernelChoice(leastCapabilities)(1e5, 48)).toEqual(chooseTile(1e5, 48));
    expect(kernelChoice(processor(8))(1e5, 48)).toEqual(chooseLaneBlock(8, 48));
  });

  test('are as wide as their columns, up to 16', () => {
    const columns = (n: number): number => 4 * chooseLaneBlock(8, n).columns4;
    expect([1, 4, 8, 16, 48, 64].map(columns)).toEqual([4, 4, 8, 16, 16, 16]);
  });

  test('load every weight that their columns need, and no lane of them twice', () => {
    for (const lanes of [8, 16])
      for (const columns of [1, 8, 64]) {
        const block = chooseLaneBlock(lanes, columns);
        const { LOADS } = gatherLaneDefines(block, 4, columns);
        expect(Number(LOADS) * lanes).toBeGreaterThanOrEqual(4 * block.columns4);
        expect((Number(LOADS) - 1) * lanes).toBeLessThan(4 * block.columns4);
        const { TAPS, LOADS: taps } = weightLaneDefines(block);
        expect(Number(taps) * lanes).toBe(TAPS);
      }
  });

  test.each([
    { pixels: 8 * 48 * 48, taps: 145, columns: 16 },
    { pixels: 8 * 6 * 6, taps: 577, columns: 64 },
    { pixels: 7, taps: 1, columns: 1 },
  ])('cut $pixels pixels into whole chunks of pairs', ({ pixels, taps, columns }) => {
    const { chunks, chunkPixels, floats } = planChunks(pixels, taps, columns, kernelChoice(processor(8)));
    expect(chunkPixels % 2).toBe(0);
    expect(chunks * chunkPixels).toBeGreaterThanOrEqual(pixels);
    expect((chunks - 1) * chunkPixels).toBeLessThan(pixels);
    expect(floats).toBe(chunks * taps * columns);
  });
});
