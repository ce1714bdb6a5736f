import { describe, expect, it } from 'vitest';
import { readNpyArray, writeNpyArray } from '../../src/formats/npy/npy.ts';
import { encode, fuzz, fuzzTimeout } from './harness.ts';

describe('injured NumPy arrays', { timeout: fuzzTimeout }, () => {
  it('of numbers', async () => {
    const little = writeNpyArray(
      [3, 4],
      Float32Array.from({ length: 12 }, (_, i) => i),
    );
    const header = "{'descr': '>u2', 'fortran_order': True, 'shape': (4, 6), }\n";
    const big = new Uint8Array(12 + header.length + 48);
    big.set([...little.subarray(0, 6), 2, 0, header.length, 0, 0, 0]);
    big.set(encode(header), 12);
    await fuzz([little, big], async (injured) => {
      const { shape, data } = readNpyArray('fuzz', injured);
      expect(data.length).toBe(shape.reduce((all, n) => all * n, 1));
      expect(data.length).toBeLessThanOrEqual(injured.length);
    });
  });
});
