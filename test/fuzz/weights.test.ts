import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../src/formats/weights/safetensors.ts';
import type { NamedTensors } from '../../src/formats/weights/tensors.ts';
import { recogniseTopaz } from '../../src/formats/weights/topazNames.ts';
import { readTorchWeights } from '../../src/formats/weights/torch/read.ts';
import { bytesOf, containerOf, legacyOf, stateDict } from '../fixtures/pickle.ts';
import { fuzz, fuzzTimeout } from './harness.ts';

/** As large as Topaz's own, so that some injuries hit nothing but numbers. */
const filter = Float32Array.from({ length: 961 }, (_, i) => i / 8);
const bias = Float32Array.of(0.5);

/** Nothing is made that the file does not hold. */
function expectSane(tensors: NamedTensors, most: number): void {
  for (const { shape, data } of tensors.values()) {
    expect(data.length).toBe(shape.reduce((all, n) => all * n, 1));
    expect(data.length).toBeLessThanOrEqual(most);
    expect(data.every(Number.isFinite)).toBe(true);
  }
}

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

  it('streams of PyTorch', async () => {
    const file = legacyOf([
      [{ name: 'filter.weight', shape: [1, 1, 31, 31] }, filter],
      [{ name: 'filter.bias', shape: [1] }, bias],
    ]);
    await fuzz([file], async (injured) => {
      const tensors = readTorchWeights('fuzz', injured);
      expectSane(tensors, injured.length);
      expect(recogniseTopaz('fuzz', tensors).kind).toBe('affine');
    });
  });

  it('archives of PyTorch', async () => {
    const main = stateDict([
      { name: 'filter.weight', shape: [1, 1, 31, 31], key: '0' },
      { name: 'filter.bias', shape: [1], key: '1', type: 'HalfStorage' },
    ]);
    const storages = { 0: bytesOf(filter), 1: bytesOf(Uint16Array.of(0x3800)) };
    const files = [containerOf(main, storages), containerOf(main, storages, 6)];
    await fuzz(files, async (injured) => {
      expectSane(readTorchWeights('fuzz', injured), injured.length * 4);
    });
  });
});
