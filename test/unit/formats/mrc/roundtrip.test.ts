import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySink, memorySource } from '../../../../src/core/bytes.ts';
import { decodeHalf } from '../../../../src/core/dtype.ts';
import type { WritableMode } from '../../../../src/formats/mrc/modes.ts';
import { type MrcFile, openMrc } from '../../../../src/formats/mrc/read.ts';
import { type MrcWriteOptions, writeMrc } from '../../../../src/formats/mrc/write.ts';

/** Values that a mode holds exactly. */
const VALUES: Readonly<Record<WritableMode, fc.Arbitrary<number>>> = {
  0: fc.integer({ min: -128, max: 127 }),
  1: fc.integer({ min: -32768, max: 32767 }),
  2: fc.float(),
  6: fc.integer({ min: 0, max: 65535 }),
  12: fc.integer({ min: 0, max: 65535 }).map(decodeHalf),
};

const SAMPLES = { 0: 'int8', 1: 'int16', 2: 'float32', 6: 'uint16', 12: 'float16' } as const;

const modes = Object.keys(VALUES).map(Number) as WritableMode[];

async function written(
  options: MrcWriteOptions,
  pieces: Iterable<Float32Array>,
): Promise<Uint8Array<ArrayBuffer>> {
  const sink = memorySink();
  await writeMrc(sink, options, pieces);
  return sink.bytes();
}

async function allPixels(image: MrcFile): Promise<number[]> {
  const pixels: number[] = [];
  for (let i = 0; i < image.header.sections; i++) {
    pixels.push(...(await image.readRows(i, 0, image.header.height)));
  }
  return pixels;
}

/** The same file in the other byte order, made without the code under test. */
function byteSwapped(bytes: Uint8Array<ArrayBuffer>, bytesPerPixel: number): Uint8Array<ArrayBuffer> {
  const swapped = bytes.slice();
  const reverse = (offset: number, length: number) => swapped.subarray(offset, offset + length).reverse();
  for (let offset = 0; offset < 224; offset += 4) if (offset !== 104 && offset !== 208) reverse(offset, 4);
  swapped.set([0x11, 0x11, 0, 0], 212);
  for (let offset = 1024; offset < bytes.length; offset += bytesPerPixel) reverse(offset, bytesPerPixel);
  return swapped;
}

describe('MRC files written and read back', () => {
  it.each(modes)('mode %i: every pixel, whatever the size and the pieces', async (mode) => {
    const image = fc
      .record({
        width: fc.integer({ min: 1, max: 9 }),
        height: fc.integer({ min: 1, max: 7 }),
        frames: fc.integer({ min: 1, max: 3 }),
        isVolume: fc.boolean(),
      })
      .chain((size) => {
        const count = size.width * size.height * size.frames;
        return fc.record({
          size: fc.constant(size),
          values: fc.array(VALUES[mode], { minLength: count, maxLength: count }),
          cut: fc.integer({ min: 0, max: count }),
          pixelSizeAngstrom: fc.float({ min: Math.fround(0.1), max: 20, noNaN: true }),
        });
      });
    await fc.assert(
      fc.asyncProperty(image, async ({ size, values, cut, pixelSizeAngstrom }) => {
        const pieces = [values.slice(0, cut), values.slice(cut)].map((piece) => Float32Array.from(piece));
        const bytes = await written({ ...size, mode, pixelSizeAngstrom }, pieces);
        const bytesPerPixel = (bytes.length - 1024) / values.length;
        for (const file of [bytes, byteSwapped(bytes, bytesPerPixel)]) {
          const read = await openMrc(memorySource('a.mrc', file));
          expect(read.header).toMatchObject({
            width: size.width,
            height: size.height,
            sections: size.frames,
          });
          expect(read.header.littleEndian).toBe(file === bytes);
          expect(read.header.mode.mode).toBe(mode);
          const isVolume = size.isVolume && mode !== 6;
          expect(read.kind).toBe(size.frames === 1 ? 'image' : isVolume ? 'volume' : 'stack');
          expect(read.facts.filter(({ verdict }) => verdict !== 'good')).toEqual([]);
          expect(read.pixelSizeAngstrom).toBeCloseTo(pixelSizeAngstrom, 4);
          // −0 has no place in an integer mode.
          expect(await allPixels(read)).toEqual(values.map((v) => (mode === 2 || mode === 12 ? v : v + 0)));
          // As stored, whatever the byte order of the file.
          const stored = await read.readSamples?.(size.frames - 1, 0, size.height);
          expect(stored?.type).toBe(SAMPLES[mode]);
          expect(stored?.rowBytes).toBe(size.width * bytesPerPixel);
          expect(stored?.bytes).toEqual(bytes.slice(bytes.length - size.width * size.height * bytesPerPixel));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('rounds and clamps to integer modes, and stores NaN as 0', async () => {
    const values = Float32Array.of(-1e9, 1e9, 1.6, -1.6, Number.NaN, Number.POSITIVE_INFINITY);
    const stored = async (mode: WritableMode) => {
      const bytes = await written({ width: 6, height: 1, mode, pixelSizeAngstrom: 1.5 }, [values]);
      return allPixels(await openMrc(memorySource('a.mrc', bytes)));
    };
    expect(await stored(0)).toEqual([-128, 127, 2, -2, 0, 127]);
    expect(await stored(1)).toEqual([-32768, 32767, 2, -2, 0, 32767]);
    expect(await stored(6)).toEqual([0, 65535, 2, 0, 0, 65535]);
  });

  it('refuses too few and too many pixels, and leaves nothing behind', async () => {
    for (const count of [5, 7]) {
      const sink = memorySink();
      const options = { width: 3, height: 2, pixelSizeAngstrom: undefined };
      await expect(writeMrc(sink, options, [new Float32Array(count)])).rejects.toThrow(
        /should have 6 pixels/,
      );
      expect(sink.bytes().length).toBe(0);
    }
  });

  it('reads any band of rows of any frame, and no other', async () => {
    const values = Float32Array.from({ length: 4 * 5 * 3 }, (_, i) => i);
    const bytes = await written({ width: 4, height: 5, frames: 3, pixelSizeAngstrom: 2 }, [values]);
    const image = await openMrc(memorySource('a.mrc', bytes));
    expect([...(await image.readRows(1, 2, 2))]).toEqual([28, 29, 30, 31, 32, 33, 34, 35]);
    expect((await image.readRows(2, 5, 0)).length).toBe(0);
    for (const [frame, row, count] of [
      [3, 0, 1],
      [0, 4, 2],
      [-1, 0, 1],
      [0, 0.5, 1],
      [0, 0, Number.NaN],
    ] as const) {
      await expect(image.readRows(frame, row, count)).rejects.toThrow(RangeError);
    }
  });

  it('says so when the file shrank since it was opened', async () => {
    const bytes = await written({ width: 4, height: 5, pixelSizeAngstrom: 2 }, [new Float32Array(20)]);
    const whole = memorySource('a.mrc', bytes);
    let gone = false;
    const image = await openMrc({
      ...whole,
      read: async (offset, length) => {
        if (gone) throw new RangeError('past the end');
        return whole.read(offset, length);
      },
    });
    gone = true;
    await expect(image.readRows(0, 0, 5)).rejects.toMatchObject({ code: 'changed' });
  });
});
