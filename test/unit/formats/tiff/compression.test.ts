import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../../support/properties.ts';
import { decodeLzw, findCodec, unpackBits } from '../../../../src/formats/tiff/compression.ts';
import { encodeLzw } from '../../../fixtures/tiff.ts';

const bytesOf = (size: number) => new Uint8Array(size);

describe('LZW', () => {
  it('reads what a plain encoder writes, of few and of many different bytes', () => {
    const text = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.constantFrom(0, 1, 2), { maxLength: 3000 }).map((list) => Uint8Array.from(list)),
    );
    fc.assert(
      fc.property(text, (bytes) => {
        const out = bytesOf(bytes.length);
        expect(decodeLzw(new Uint8Array(encodeLzw(bytes)), out)).toBe(bytes.length);
        expect(out).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  it('fills its table several times', () => {
    const bytes = Uint8Array.from({ length: 50_000 }, (_, i) => (i * i * 7919 + (i >> 3)) % 251);
    const out = bytesOf(bytes.length);
    expect(decodeLzw(new Uint8Array(encodeLzw(bytes)), out)).toBe(bytes.length);
    expect(out).toEqual(bytes);
  });

  it('ends on a stream whose table overflows, at which geotiff.js 3.0.5 runs for ever', () => {
    const codes: number[] = [256, 0];
    for (let next = 258; next < 4094; next++) codes.push(next % 2);
    const out = bytesOf(1e6);
    expect(decodeLzw(pack([...codes, 4093, 4093, 257]), out)).toBe(codes.length - 1 + 4);
  });

  it('refuses codes that are not in the table', () => {
    expect(() => decodeLzw(pack([256, 5, 400]), bytesOf(9))).toThrow('not in the table');
    expect(() => decodeLzw(pack([256, 258]), bytesOf(9))).toThrow('not in the table');
  });

  /** Codes in the widths that a reader expects. */
  function pack(codes: readonly number[]): Uint8Array<ArrayBuffer> {
    let text = '';
    let next = 258;
    let first = true;
    for (const code of codes) {
      const width = next < 511 ? 9 : next < 1023 ? 10 : next < 2047 ? 11 : 12;
      text += code.toString(2).padStart(width, '0');
      if (code === 256) {
        next = 258;
        first = true;
      } else if (first) first = false;
      else next = Math.min(4096, next + 1);
    }
    const padded = text.padEnd(Math.ceil(text.length / 8) * 8, '0');
    return Uint8Array.from(padded.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
  }
});

it('PackBits: the example of the TIFF 6.0 standard', () => {
  const packed = Uint8Array.of(
    0xfe,
    0xaa,
    0x02,
    0x80,
    0x00,
    0x2a,
    0xfd,
    0xaa,
    0x03,
    0x80,
    0x00,
    0x2a,
    0x22,
    0xf7,
    0xaa,
  );
  const out = bytesOf(24);
  expect(unpackBits(packed, out)).toBe(24);
  const a = 0xaa;
  expect([...out]).toEqual([
    a,
    a,
    a,
    0x80,
    0,
    0x2a,
    a,
    a,
    a,
    a,
    0x80,
    0,
    0x2a,
    0x22,
    a,
    a,
    a,
    a,
    a,
    a,
    a,
    a,
    a,
    a,
  ]);
});

describe('deflate', () => {
  const inflate = (bytes: Uint8Array<ArrayBuffer>, out: Uint8Array<ArrayBuffer>) =>
    findCodec(8)?.decode(bytes, out);

  it('stops when the output is full, however much is in the stream', () => {
    // 16 MB of zeros in 16 kB.
    const out = bytesOf(1000).fill(7);
    expect(inflate(new Uint8Array(deflateSync(new Uint8Array(2 ** 24))), out)).toBe(1000);
    expect(out).toEqual(bytesOf(1000));
  });

  it.each([0, 6])('reads streams of any length, also beyond what is wanted (level %i)', (level) => {
    for (const size of [1, 100, 40_000]) {
      const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 7919) >> 3);
      const stream = new Uint8Array(deflateSync(bytes, { level }));
      const out = bytesOf(Math.ceil(size / 2));
      expect(inflate(stream, out)).toBe(out.length);
      expect(out).toEqual(bytes.subarray(0, out.length));
    }
  });

  it('says how much there was in a short stream', () => {
    expect(inflate(new Uint8Array(deflateSync(Uint8Array.of(1, 2, 3))), bytesOf(5))).toBe(3);
  });
});
