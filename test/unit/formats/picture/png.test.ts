import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../../src/core/bytes.ts';
import { FormatError } from '../../../../src/core/errors.ts';
import { openPicture } from '../../../../src/formats/picture/read.ts';
import { type PngSpec, wrapPng, writePng } from '../../../fixtures/png.ts';

const open = (bytes: Uint8Array<ArrayBuffer>) => openPicture(memorySource('a.png', bytes));
const value = (x: number, y: number, channel: number) => x * 5147 + y * 3001 + channel * 771;

describe('PNG', { timeout: 30_000 }, () => {
  it.each([
    [0, 1],
    [0, 2],
    [0, 4],
    [0, 8],
    [0, 16],
    [4, 8],
    [4, 16],
  ] as const)(
    'keeps grey levels (colour type %i, %i bits) as they are, row 0 at the top',
    async (colour, depth) => {
      for (const interlaced of depth < 8 ? [false] : [false, true]) {
        const spec: PngSpec = {
          width: 19,
          height: 13,
          depth,
          colour,
          interlaced,
          value: (...at) => value(...at) % 2 ** depth,
        };
        const file = await open(writePng(spec));
        expect(file).toMatchObject({ format: 'PNG', kind: 'image', width: 19, height: 13, frames: 1 });
        const rows = await file.readRows(0, 2, 9);
        expect([...rows]).toEqual(
          Array.from({ length: 9 * 19 }, (_, i) => spec.value(i % 19, 2 + Math.floor(i / 19), 0)),
        );
        const samples = await file.readSamples?.(0, 2, 9);
        expect(samples?.type).toBe(depth === 16 ? 'uint16' : 'uint8');
        const view = new DataView(samples?.bytes.buffer ?? new ArrayBuffer());
        const read = (i: number) => (depth === 16 ? view.getUint16(2 * i, true) : view.getUint8(i));
        expect(Array.from(rows, (_, i) => read(i))).toEqual([...rows]);
      }
    },
  );

  it.each([
    [2, 8],
    [2, 16],
    [6, 8],
    [6, 16],
  ] as const)('shows the luminance of colour (type %i, %i bits)', async (colour, depth) => {
    const spec: PngSpec = {
      width: 6,
      height: 11,
      depth,
      colour,
      interlaced: true,
      value: (...at) => value(...at) % 2 ** depth,
    };
    const file = await open(writePng(spec));
    const rows = await file.readRows(0, 0, 11);
    const expected = Array.from(rows, (_, i) => {
      const [r = 0, g = 0, b = 0] = [0, 1, 2].map((c) => spec.value(i % 6, Math.floor(i / 6), c));
      return Math.fround(0.299 * r + 0.587 * g + 0.114 * b);
    });
    expect([...rows]).toEqual(expected);
    expect(file.readSamples).toBeUndefined();
    expect(file.warnings).toContain('The picture is in colour; its luminance is shown.');
  });

  it.each([1, 2, 4, 8])('shows the luminance of a palette of %i bits', async (depth) => {
    const palette = Array.from(
      { length: 2 ** depth },
      (_, i) => [i % 256, (2 * i) % 256, (3 * i) % 256] as const,
    );
    const spec: PngSpec = {
      width: 9,
      height: 3,
      depth,
      colour: 3,
      palette,
      value: (...at) => value(...at) % 2 ** depth,
    };
    const rows = await (await open(writePng(spec))).readRows(0, 0, 3);
    const expected = Array.from(rows, (_, i) => {
      const [r, g, b] = palette[spec.value(i % 9, Math.floor(i / 9), 0)] ?? [0, 0, 0];
      return Math.fround(0.299 * r + 0.587 * g + 0.114 * b);
    });
    expect([...rows]).toEqual(expected);
  });

  it('does not unpack what is not pixels', async () => {
    // A profile that inflates to 64 MB.
    const profile = Uint8Array.from([0x61, 0, 0, ...deflateSync(new Uint8Array(2 ** 26))]);
    const spec: PngSpec = {
      width: 2,
      height: 2,
      depth: 8,
      colour: 0,
      value: () => 1,
      extra: [['iCCP', profile]],
    };
    const before = process.memoryUsage().arrayBuffers;
    expect([...(await (await open(writePng(spec))).readRows(0, 0, 2))]).toEqual([1, 1, 1, 1]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 25);
  });

  it('refuses rows that are not there', async () => {
    const file = await open(writePng({ width: 2, height: 2, depth: 8, colour: 0, value: () => 1 }));
    await expect(file.readRows(0, 1, 2)).rejects.toThrow(RangeError);
    await expect(file.readRows(1, 0, 1)).rejects.toThrow('there are no rows 0 to 1 of frame 1');
  });

  const grey: PngSpec = { width: 6, height: 4, depth: 8, colour: 0, value: (x) => x };
  const good = writePng(grey);
  const flipped = (at: number) => good.map((byte, i) => (i === at ? byte ^ 1 : byte));

  it.each([
    ['no bytes', new Uint8Array(), 'empty', 'a.png is empty (0 bytes).'],
    ['another file', Uint8Array.of(1, 2, 3), 'bad-picture', 'a.png is neither a PNG nor a JPEG picture.'],
    ['cut off in the header', good.slice(0, 20), 'bad-picture', 'a.png is cut off: its last part is missing'],
    ['cut off in the pixels', good.slice(0, 45), 'bad-picture', 'is cut off'],
    ['without its end', good.slice(0, -12), 'bad-picture', 'is cut off'],
    ['not beginning with a header', flipped(12), 'bad-picture', 'its header is not one of a PNG'],
    ['a wrong checksum', flipped(good.length - 13), 'bad-picture', 'is damaged and can’t be decoded'],
    ['damaged pixels', flipped(45), 'bad-picture', 'is damaged'],
    [
      '5-bit',
      writePng({ ...grey, depth: 5 }),
      'bad-picture',
      'has 5-bit pixels of colour type 0, which no PNG has.',
    ],
    [
      'no width',
      wrapPng({ ...grey, width: 0 }, new Uint8Array()),
      'bad-dimensions',
      'says that it is 0 × 4 pixels',
    ],
    [
      '4 gigapixels',
      wrapPng({ ...grey, width: 65535, height: 65535 }, new Uint8Array()),
      'bad-dimensions',
      'is 65535 × 65535 pixels of 8 bits, too large for a picture: convert it to MRC or TIFF.',
    ],
    [
      'fewer pixels than it says',
      wrapPng({ ...grey, width: 9000, height: 9000 }, deflateSync(new Uint8Array(900))),
      'bad-picture',
      'it has fewer pixels than it says',
    ],
    [
      'a flood of pixels',
      wrapPng(grey, deflateSync(new Uint8Array(2 ** 26))),
      'bad-picture',
      'it has more pixels than it says',
    ],
    [
      'interlaced with 2 bits',
      writePng({ ...grey, depth: 2, interlaced: true, value: (x) => x % 4 }),
      'bad-picture',
      'is interlaced with 2-bit pixels',
    ],
  ] as const)('refuses %s', async (_, bytes, problem, sentence) => {
    const error = await open(new Uint8Array(bytes)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FormatError);
    expect(String(error)).toContain(sentence);
    expect(error).toMatchObject({ problem, file: 'a.png' });
  });
});
