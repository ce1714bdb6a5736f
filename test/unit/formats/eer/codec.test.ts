import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import {
  addToHalfPixels,
  addToPixels,
  coding65000,
  coding65001,
  coding65002,
  type EerCoding,
  FrameDecoder,
  leastBytes,
  mostBytes,
} from '../../../../src/formats/eer/codec.ts';
import { type EerOptions, type Electron, encodeFrame } from '../../../fixtures/eer.ts';
import { decodeEerReference, renderEerReference } from '../../../reference/eer.ts';

/** Electrons on different pixels, in raster order. */
function electronsOn(width: number, height: number): fc.Arbitrary<Electron[]> {
  const quarter = fc.integer({ min: 0, max: 3 });
  return fc
    .uniqueArray(
      fc.record({
        at: fc.integer({ min: 0, max: width * height - 1 }),
        quarterX: quarter,
        quarterY: quarter,
      }),
      { selector: ({ at }) => at, maxLength: 60 },
    )
    .map((list) =>
      list
        .sort((a, b) => a.at - b.at)
        .map(({ at, quarterX, quarterY }) => ({
          x: at % width,
          y: Math.floor(at / width),
          quarterX,
          quarterY,
        })),
    );
}

const frame = fc
  .record({ width: fc.integer({ min: 1, max: 70 }), height: fc.integer({ min: 1, max: 50 }) })
  .chain(({ width, height }) =>
    electronsOn(width, height).map((electrons) => ({ width, height, electrons })),
  );

const codings = [
  { compression: 65000, bits: [8, 2, 2], coding: coding65000, maximal: 12 },
  { compression: 65001, bits: [7, 2, 2], coding: coding65001, maximal: 7 },
  { compression: 65002, bits: [5, 2, 2], coding: coding65002(5, 2, 2), maximal: 5 },
  { compression: 65002, bits: [12, 2, 2], coding: coding65002(12, 2, 2), maximal: 12 },
] as const;

/** Counts of a decoded frame on the detector's pixels, or on a grid twice as fine. */
function render(
  coding: EerCoding | undefined,
  parts: readonly Uint8Array[],
  { width, height }: Pick<EerOptions, 'width' | 'height'>,
  fineness: 1 | 2 = 1,
): number[] {
  if (!coding) throw new Error('no coding');
  const decoder = new FrameDecoder(coding, width * height);
  const decoded = decoder.decode(parts);
  expect(decoded.pixels).toBe(width * height);
  const counts = new Uint8Array(width * height * fineness ** 2);
  if (fineness === 1) addToPixels(counts, decoded.events, coding);
  else addToHalfPixels(counts, decoded.events, coding, width);
  return [...counts];
}

describe.each(codings)('coding $compression with $bits bits', ({ compression, bits, coding, maximal }) => {
  test('decodes what was encoded, pixel by pixel, also twice as fine, as the slow decoder does', () => {
    fc.assert(
      fc.property(frame, ({ width, height, electrons }) => {
        const bytes = encodeFrame(electrons, { width, height, frames: [], compression, bits });
        expect(decodeEerReference(bytes, width, height, bits[0], maximal)).toEqual(electrons);
        for (const fineness of [1, 2] as const) {
          expect(render(coding, [bytes], { width, height }, fineness)).toEqual(
            renderEerReference(electrons, width, height, fineness),
          );
        }
      }),
    );
  });

  test('random bits are a whole frame to this decoder when they are one to the slow one', () => {
    if (!coding) throw new Error('no coding');
    let whole = 0;
    const random = createRandom(7);
    for (let i = 0; i < 3000; i++) {
      const [width, height] = [1 + random.integer(4), 1 + random.integer(4)];
      const bytes = Uint8Array.from({ length: random.integer(12) }, () =>
        random.uniform() < 0.8 ? 0 : random.integer(256),
      );
      const reference = decodeEerReference(bytes, width, height, bits[0], maximal);
      const decoder = new FrameDecoder(coding, width * height);
      const decoded = decoder.decode([bytes]);
      expect(decoded.pixels === width * height).toBe(reference !== undefined);
      if (!reference) continue;
      whole++;
      expect([...decoded.events]).toEqual(
        reference.map(({ x, y, quarterX, quarterY }) => (y * width + x) * 16 + quarterY * 4 + quarterX),
      );
    }
    expect(whole).toBeGreaterThan(50);
    expect(whole).toBeLessThan(2950);
  });

  test('an empty frame and one with an electron on every pixel lie within the bounds of its length', () => {
    if (!coding) throw new Error('no coding');
    const size = { width: 61, height: 53 };
    const pixels = size.width * size.height;
    const full = Array.from({ length: pixels }, (_, i) => ({
      x: i % size.width,
      y: Math.floor(i / size.width),
      quarterX: i % 4,
      quarterY: (i >> 2) % 4,
    }));
    const [none, all] = [[], full].map((electrons) =>
      encodeFrame(electrons, { ...size, frames: [], compression, bits }),
    );
    if (!none || !all) throw new Error('nothing encoded');
    expect(none.length).toBeGreaterThanOrEqual(leastBytes(coding, pixels));
    expect(none.length).toBeLessThan(leastBytes(coding, pixels) + 12);
    expect(all.length).toBeLessThanOrEqual(mostBytes(coding, pixels));
    expect(render(coding, [none], size)).toEqual(new Array(pixels).fill(0));
    expect(render(coding, [all], size)).toEqual(new Array(pixels).fill(1));
  });
});

/** Numbers of so many bits, the lowest bit first. */
function pack(...codes: readonly (readonly [value: number, bits: number])[]): Uint8Array {
  const bits = codes.flatMap(([value, count]) => Array.from({ length: count }, (_, i) => (value >> i) & 1));
  return Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, at) =>
    bits.slice(8 * at, 8 * at + 8).reduce((byte, bit, i) => byte + bit * 2 ** i, 0),
  );
}

test('the stored sub-pixel is XORed with 0x0A: 0000 means the quarters (2, 2), 1010 the first ones', () => {
  const decoder = new FrameDecoder(coding65001, 4);
  const stream = pack([0, 7], [0b0000, 4], [0, 7], [0b1010, 4], [0, 7], [0b0110, 4], [1, 7]);
  // 0110 becomes 1100: x quarter 0, y quarter 3.
  const events = Uint32Array.of(0 * 16 + 2 * 4 + 2, 1 * 16 + 0, 2 * 16 + 3 * 4);
  expect(decoder.decode([stream])).toEqual({ events, pixels: 4 });
});

test('maximal runs go on: in 65001 with the next bit, in 65000 after the place of a sub-pixel', () => {
  const pixelsOf = (coding: EerCoding, pixels: number, stream: Uint8Array) => {
    const { events, pixels: found } = new FrameDecoder(coding, pixels).decode([stream]);
    return [found, ...Array.from(events, (event) => event >>> 4)];
  };
  expect(pixelsOf(coding65001, 132, pack([127, 7], [3, 7], [0, 4], [1, 7]))).toEqual([132, 130]);
  expect(pixelsOf(coding65000, 260, pack([255, 8], [9, 4], [3, 8], [0, 4], [1, 8]))).toEqual([260, 258]);
});

test('strips are one stream, and a decoder that had a longer frame before forgets it', () => {
  const size = { width: 40, height: 30 };
  const electrons = (n: number) =>
    Array.from({ length: n }, (_, i) => ({ x: (7 * i) % 40, y: i % 30, quarterX: i % 4, quarterY: 1 }));
  const long = encodeFrame(electrons(100), { ...size, frames: [] });
  const short = encodeFrame(electrons(3), { ...size, frames: [] });
  const decoder = new FrameDecoder(coding65001, 1200);
  const decode = (...parts: readonly Uint8Array[]) => {
    const { events, pixels } = decoder.decode(parts);
    return { electrons: events.length, pixels };
  };
  expect(decode(long.subarray(0, 5), long.subarray(5, 6), long.subarray(6))).toEqual({
    electrons: 100,
    pixels: 1200,
  });
  expect(decode(short)).toEqual({ electrons: 3, pixels: 1200 });
  // Without its last eight bytes, what the longer frame left behind them must not be read.
  expect(decode(short.subarray(0, short.length - 8)).pixels).toBeLessThan(1200);
});

test('one or no bit of sub-pixel', () => {
  const size = { width: 3, height: 1 };
  const electrons = [
    { x: 0, y: 0, quarterX: 1, quarterY: 2 },
    { x: 2, y: 0, quarterX: 3, quarterY: 0 },
  ];
  const encode = (bits: readonly [number, number, number]) =>
    encodeFrame(electrons, { ...size, frames: [], compression: 65002, bits });
  expect(render(coding65002(7, 1, 1), [encode([7, 1, 1])], size, 2)).toEqual([
    0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0,
  ]);
  expect(render(coding65002(7, 0, 0), [encode([7, 0, 0])], size)).toEqual([1, 0, 1]);
});

test.each([
  [3, 2, 2],
  [15, 2, 2],
  [7, 4, 2],
  [12, 3, 2],
  [7, 2, -1],
  [7.5, 2, 2],
  [Number.NaN, 2, 2],
])('codes of %d, %d and %d bits are refused', (skip, horizontal, vertical) => {
  expect(coding65002(skip, horizontal, vertical)).toBeUndefined();
});
