import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySink, memorySource } from '../../../src/core/bytes.ts';
import type { Progress } from '../../../src/core/progress.ts';
import { openMicrograph } from '../../../src/dataset/open.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import {
  createStatistics,
  micrographStatistics,
  percentiles,
  statisticsOf,
} from '../../../src/pipelines/statistics.ts';

describe('statistics', () => {
  it('are those of the whole, however it is cut', () => {
    const value = fc.float({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.array(value, { maxLength: 20 }), { maxLength: 8 }), (pieces) => {
        const statistics = createStatistics();
        for (const piece of pieces) statistics.add(Float32Array.from(piece));
        const all = pieces.flat();
        const { min, max, mean, standardDeviation, nonFinite } = statistics.result();
        expect(nonFinite).toBe(0);
        if (all.length === 0) {
          expect([min, max, mean, standardDeviation]).toEqual(Array(4).fill(Number.NaN));
          return;
        }
        const expected = all.reduce((sum, v) => sum + v, 0) / all.length;
        const variance = all.reduce((sum, v) => sum + (v - expected) ** 2, 0) / all.length;
        // fast-check tells 0 from −0; min and max need not.
        expect(min + 0).toBe(Math.min(...all) + 0);
        expect(max + 0).toBe(Math.max(...all) + 0);
        expect(mean).toBeCloseTo(expected, 6);
        expect(standardDeviation).toBeCloseTo(Math.sqrt(variance), 5);
      }),
    );
  });

  it('keep their digits when the mean is large, and do not overflow', () => {
    const offset = statisticsOf(Float32Array.from({ length: 1000 }, (_, i) => 16_000_000 + (i % 2)));
    expect(offset.standardDeviation).toBeCloseTo(0.5, 12);
    const huge = createStatistics();
    huge.add(Float32Array.of(3e38, 3e38));
    huge.add(Float32Array.of(-3e38, -3e38));
    expect(huge.result().mean).toBe(0);
    expect(huge.result().standardDeviation / 3e38).toBeCloseTo(1, 6);
  });

  it('pass over what is not finite, and count it', () => {
    const odd = statisticsOf(
      Float32Array.of(Number.NaN, 1, Number.POSITIVE_INFINITY, 3, Number.NEGATIVE_INFINITY),
    );
    expect(odd).toEqual({ min: 1, max: 3, mean: 2, standardDeviation: 1, nonFinite: 3 });
    expect(statisticsOf(Float32Array.of(Number.NaN)).nonFinite).toBe(1);
  });

  it('of a micrograph read some frames in bands, with progress and abort', async () => {
    const sink = memorySink();
    const pixels = Float32Array.from({ length: 3 * 4 * 2 }, (_, i) => i);
    await writeMrc(sink, { width: 3, height: 4, frames: 2, pixelSizeAngstrom: 1.5 }, [pixels]);
    const micrograph = await openMicrograph(memorySource('a.mrc', sink.bytes()));
    const seen: Progress[] = [];
    const onProgress = (progress: Progress) => seen.push(progress);
    expect(await micrographStatistics(micrograph, { first: 1, count: 1 }, { onProgress })).toMatchObject({
      min: 12,
      max: 23,
      mean: 17.5,
    });
    expect(seen.at(-1)).toEqual({ stage: 'Reading pixels', done: 4, total: 4 });
    const signal = AbortSignal.abort();
    await expect(micrographStatistics(micrograph, { first: 0, count: 2 }, { signal })).rejects.toThrow(
      /abort/,
    );
  });
});

describe('percentiles', () => {
  it('lie between neighbours', () => {
    expect(percentiles(Float32Array.of(4, 1, 3, 2), [0, 0.5, 1, 0.1])).toEqual([
      1,
      2.5,
      4,
      expect.closeTo(1.3, 12),
    ]);
    expect(percentiles(Float32Array.of(Number.NaN, 7, Number.POSITIVE_INFINITY), [0.3])).toEqual([7]);
    expect(percentiles(new Float32Array(), [0.5])).toEqual([Number.NaN]);
  });

  it('of a big image come from a sample', () => {
    const ramp = Float32Array.from({ length: 100_000 }, (_, i) => i);
    const [median = 0] = percentiles(ramp, [0.5], 1000);
    expect(Math.abs(median - 50_000)).toBeLessThan(100);
  });
});
