import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GpuLimitError } from '../../../src/core/errors.ts';
import { conv } from '../../../src/nn/build.ts';
import { compile } from '../../../src/nn/program.ts';
import { cutEvenly, planTiles, type TilingLimits } from '../../../src/nn/tiling.ts';
import { smallUnet } from './networks.ts';

describe('cutEvenly', () => {
  test('covers every pixel once, at multiples of the alignment, none longer than allowed', () => {
    const length = fc.integer({ min: 1, max: 2000 });
    const alignments = fc.constantFrom(1, 2, 8, 32);
    fc.assert(
      fc.property(length, fc.integer({ min: 1, max: 2500 }), alignments, (all, longest, alignment) => {
        const parts = cutEvenly(all, longest, alignment);
        expect([parts[0]?.from, parts.at(-1)?.to]).toEqual([0, all]);
        for (const [i, { from, to }] of parts.entries()) {
          expect(to).toBeGreaterThan(from);
          expect(to - from).toBeLessThanOrEqual(Math.max(longest, alignment));
          expect(from % alignment).toBe(0);
          if (i > 0) expect(parts[i - 1]?.to).toBe(from);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('planTiles', () => {
  const graph = smallUnet(16, 4);
  const program = compile(graph);
  const image = { width: 700, height: 500 };
  const free: TilingLimits = {
    bufferBytes: 2 ** 40,
    totalBytes: 2 ** 40,
    bytesPerNumber: 4,
    pixels: 2 ** 40,
    keep: false,
  };
  const plan = (limits: Partial<TilingLimits>) => planTiles(program, image, image, 8, { ...free, ...limits });
  const facts = (limits: Partial<TilingLimits>) => {
    const { demand, slots } = plan(limits);
    return {
      tiles: demand.columns.length * demand.rows.length,
      largest: Math.max(...slots.bytes),
      total: slots.bytes.reduce((sum, bytes) => sum + bytes, 0),
    };
  };

  test('takes the whole picture where nothing is in the way', () => {
    expect(facts({}).tiles).toBe(1);
  });

  test('keeps every limit with as few tiles as need be', () => {
    const whole = facts({});
    for (const part of [2, 5, 20, 100]) {
      const bufferBytes = whole.largest / part;
      expect(facts({ bufferBytes }).largest).toBeLessThanOrEqual(bufferBytes);
      // A tile has a halo, so the parts are a few more than the limit alone asks for.
      expect(facts({ bufferBytes }).tiles).toBeLessThanOrEqual(4 * part);
      const totalBytes = whole.total / part;
      expect(facts({ totalBytes }).total).toBeLessThanOrEqual(totalBytes);
      const { demand } = plan({ pixels: 350_000 / part });
      const [columns, rows] = [demand.columns, demand.rows].map((parts) =>
        Math.max(...parts.map((values) => (values.get('dec1')?.to ?? 0) - (values.get('dec1')?.from ?? 0))),
      );
      expect((columns ?? 0) * (rows ?? 0)).toBeLessThanOrEqual(350_000 / part);
    }
  });

  test('halves need half', () => {
    expect(facts({ bytesPerNumber: 2 }).largest).toBe(facts({}).largest / 2);
  });

  test('says so when no tile is small enough', () => {
    expect(() => plan({ bufferBytes: 1000 })).toThrow(GpuLimitError);
    expect(() => plan({ bufferBytes: 1000 })).toThrow(
      /buffers of .*, but the smallest part that small U-net can be run on needs/,
    );
  });

  test('plans a large picture: hundreds of tiles of sixty layers', () => {
    const deep = {
      name: 'deep',
      channels: 1,
      layers: Array.from({ length: 60 }, (_, i) =>
        conv(`c${i}`, i === 0 ? 'input' : `c${i - 1}`, i === 0 ? 1 : 64, 64, 3, { padding: 'same' }),
      ),
    };
    const size = { width: 11520, height: 8184 };
    const { demand } = planTiles(compile(deep), size, size, 1, { ...free, bufferBytes: 2 ** 27 });
    expect(demand.columns.length * demand.rows.length).toBeGreaterThan(100);
  });
});
