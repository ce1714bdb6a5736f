import { describe, expect, it } from 'vitest';
import { readOnnx } from '../../src/formats/onnx/read.ts';
import { smallModel } from '../fixtures/onnx.ts';
import { fuzz, fuzzTimeout } from './harness.ts';

describe('injured ONNX models', { timeout: fuzzTimeout }, () => {
  it('with weights', async () => {
    await fuzz([smallModel()], async (injured) => {
      const { nodes, tensors, outputs } = readOnnx('fuzz', injured);
      for (const { shape, data } of tensors.values()) {
        expect(data.length).toBe(shape.reduce((all, n) => all * n, 1));
        expect(data.length).toBeLessThanOrEqual(injured.length);
      }
      expect(nodes.length + outputs.length).toBeLessThan(injured.length);
    });
  });
});
