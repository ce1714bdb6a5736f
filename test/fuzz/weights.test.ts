import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../src/formats/weights/safetensors.ts';
import { fuzz, fuzzTimeout } from './harness.ts';

describe('injured weights', { timeout: fuzzTimeout }, () => {
  it('safetensors', async () => {
    const bytes = writeSafetensors(
      new Map([
        ['conv.weight', { dtype: 'F32', shape: [2, 1, 3, 3], data: new Float32Array(18).fill(0.5) }],
        ['conv.bias', { dtype: 'F16', shape: [2], data: Float32Array.of(1, 2) }],
      ]),
      new Map([['graph', '{"layers":[]}']]),
    );
    await fuzz([bytes], async (injured) => {
      const { tensors } = readSafetensors('fuzz', injured);
      for (const { shape, data } of tensors.values()) {
        expect(data.length).toBe(shape.reduce((all, n) => all * n, 1));
        expect(data.length).toBeLessThanOrEqual(injured.length);
      }
    });
  });
});
