import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../../src/core/bytes.ts';
import {
  readSafetensors,
  type WeightTensor,
  writeSafetensors,
} from '../../../../src/formats/weights/safetensors.ts';

/** A file around any header, made by hand. */
function file(header: unknown, dataBytes: number): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(json.byteLength), true);
  return concatBytes([prefix, json, new Uint8Array(dataBytes)]);
}

const f32 = (shape: number[], start: number, end: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [start, end],
});

describe('safetensors', () => {
  it('come back as they were, 32-bit exactly', () => {
    const tensor = fc.array(fc.nat(4), { maxLength: 4 }).chain((shape) => {
      const length = shape.reduce((a, b) => a * b, 1);
      return fc
        .array(fc.float(), { minLength: length, maxLength: length })
        .map((values): WeightTensor => ({ dtype: 'F32', shape, data: Float32Array.from(values) }));
    });
    const name = fc.string().filter((s) => s !== '__metadata__' && s !== '__proto__');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, tensor), { maxLength: 5 }),
        fc.dictionary(fc.string(), fc.string(), { maxKeys: 3, noNullPrototype: true }),
        (named, metadata) => {
          const tensors = new Map(named);
          const texts = new Map(Object.entries(metadata).filter(([key]) => key !== '__proto__'));
          const read = readSafetensors('w', writeSafetensors(tensors, texts));
          expect(Object.fromEntries(read.tensors)).toEqual(Object.fromEntries(tensors));
          expect(Object.fromEntries(read.metadata)).toEqual(Object.fromEntries(texts));
        },
      ),
    );
  });

  it('round to half precision when asked', () => {
    const data = Float32Array.of(1, 0.1, 65504, 1e-8);
    const bytes = writeSafetensors(new Map([['w', { dtype: 'F16', shape: [4], data }]]));
    expect([...(readSafetensors('w', bytes).tensors.get('w')?.data ?? [])]).toEqual([
      1, 0.0999755859375, 65504, 0,
    ]);
  });

  it.each([
    ['nothing', new Uint8Array(0), /only 0 bytes/],
    ['a header that ends past the file', new Uint8Array(8).fill(255), /header is said to have/],
    ['no JSON', file('{', 0), /no JSON object/],
    ['deep JSON', file(`{"a":${'['.repeat(200_000)}`, 0), /no JSON object/],
    ['a list', file([], 0), /no JSON object/],
    ['numbers as metadata', file({ __metadata__: { a: 1 } }, 0), /metadata are not all text/],
    ['an unknown type', file({ w: { dtype: 'BF16', shape: [], data_offsets: [0, 2] } }, 2), /of type BF16/],
    ['a negative size', file({ w: f32([-1], 0, 0) }, 0), /no good shape/],
    [
      'sizes that overflow',
      file({ w: f32([2 ** 40, 2 ** 40], 0, 8) }, 8),
      /needs 4.8.*e\+24 bytes and has 8/,
    ],
    ['offsets the wrong way round', file({ w: f32([1], 4, 0) }, 4), /needs 4 bytes and has -4/],
    ['an overlap', file({ a: f32([1], 0, 4), b: f32([1], 0, 4) }, 8), /"b" overlaps another or leaves a gap/],
    ['a gap', file({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), /"b" overlaps another or leaves a gap/],
    ['bytes to spare', file({ a: f32([1], 0, 4) }, 5), /take 4 bytes, but 5 follow/],
    ['a tensor past the end', file({ a: f32([4], 0, 16) }, 8), /take 16 bytes, but 8 follow/],
  ])('are refused: %s', (_, bytes, words) => {
    expect(() => readSafetensors('w.safetensors', bytes)).toThrow(words);
    expect(() => readSafetensors('w.safetensors', bytes)).toThrow(
      expect.objectContaining({ problem: 'bad-weights' }),
    );
  });

  it('reads the network that we ship', () => {
    const path = 'public/models/particle-picker.safetensors';
    if (!existsSync(path)) return console.log(`SKIPPED: ${path} is not there.`);
    const { tensors, metadata } = readSafetensors(path, new Uint8Array(readFileSync(path)));
    expect(metadata.get('cryolite.graph')).toMatch(/"layers"/);
    expect(tensors.size).toBeGreaterThan(10);
    for (const { data } of tensors.values()) expect(data.every(Number.isFinite)).toBe(true);
  });
});
