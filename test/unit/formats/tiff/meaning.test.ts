/** What a TIFF file says besides its pixels, and how little is read to know it. */
import { describe, expect, it } from 'vitest';
import { type ByteSource, memorySource } from '../../../../src/core/bytes.ts';
import { openTiffContainer } from '../../../../src/formats/tiff/container.ts';
import { isPacked } from '../../../../src/formats/tiff/packed.ts';
import { openTiff } from '../../../../src/formats/tiff/read.ts';
import {
  ASCII,
  LONG,
  RATIONAL,
  SHORT,
  type TiffField,
  type TiffSpec,
  writeTiff,
} from '../../../fixtures/tiff.ts';

const plain: TiffSpec = { width: 6, height: 4, type: 'uint8', value: (_, x, y) => x + 6 * y };

const open = (fields: readonly TiffField[], spec = plain) =>
  openTiff(memorySource('a.tif', writeTiff({ ...spec, fields })));

describe('the pixel size of a TIFF', () => {
  const resolution = (value: number, scale = 1): TiffField => [
    282,
    RATIONAL,
    [Math.round(value * scale), scale],
  ];
  const unit = (n: number): TiffField => [296, SHORT, [n]];
  const description = (text: string): TiffField => [270, ASCII, text];

  it.each([
    ['an inch', [resolution(2.54e8 / 1.06), unit(2)], 1.06],
    ['a centimetre', [resolution(1e8 / 0.834), unit(3)], 0.834],
    ['an inch, where no unit is given', [resolution(2.54e8 / 2)], 2],
    ['72 dots an inch', [resolution(72), unit(2)], undefined],
    ['no unit', [resolution(1e8), unit(1)], undefined],
    ['zero', [[282, RATIONAL, [0, 1]], unit(2)], undefined],
    ['zero by zero', [[282, RATIONAL, [0, 0]], unit(2)], undefined],
    ['nothing', [], undefined],
    ['ImageJ, nm', [resolution(8, 1000), unit(1), description('ImageJ=1.53t\nunit=nm\nmin=0\n')], 1.25],
    [
      'ImageJ, µm escaped',
      [resolution(9433.962264, 1000), unit(1), description('ImageJ=1.53t\nunit=\\u00B5m\n')],
      1.06,
    ],
    ['ImageJ, inches', [resolution(72), unit(1), description('ImageJ=1.53t\nunit=inch\n')], undefined],
    ['OME', [description('<OME><Pixels PhysicalSizeX="0.106" PhysicalSizeXUnit="nm"/></OME>')], 1.06],
    ['OME in µm', [description('<OME><Pixels PhysicalSizeX="1.06e-4"/></OME>')], 1.06],
    ['words', [description('Krios, pixel size: 1.06 A, 300 kV')], 1.06],
    ['words in nm', [description('PixelSize = 0.083nm')], 0.83],
    ['words of no unit', [description('pixel size 1.06 furlong')], undefined],
    ['words that no microscope has', [description('pixel size 3 m')], undefined],
  ] as const)('%s', async (_, fields, expected) => {
    const file = await open(fields);
    if (expected === undefined) {
      expect(file.pixelSizeAngstrom).toBeUndefined();
      expect(file.warnings).toContain('The file does not state its pixel size; give it by hand.');
    } else {
      expect(file.pixelSizeAngstrom).toBeCloseTo(expected, 5);
      expect(file.warnings).toEqual([]);
    }
  });
});

describe('4-bit pixels two a byte', () => {
  it('are told by the words of SerialEM', async () => {
    const fields: TiffField[] = [[270, ASCII, 'SerialEMCCD: Dose fractionated image, 4 bits packed']];
    const spec: TiffSpec = {
      ...plain,
      width: 2,
      height: 2,
      value: (_, x, y) => [0x21, 0x43, 0x65, 0x87][x + 2 * y] ?? 0,
    };
    const file = await open(fields, spec);
    expect(file).toMatchObject({ width: 4, height: 2 });
    expect([...(await file.readRows(0, 0, 2))]).toEqual([5, 6, 7, 8, 1, 2, 3, 4]);
    const samples = await file.readSamples?.(0, 1, 1);
    expect(samples).toMatchObject({ type: 'uint4', rowBytes: 2 });
    expect([...(samples?.bytes ?? [])]).toEqual([0x21, 0x43]);
    expect(file.warnings[0]).toBe(
      "The file's 2 × 2 bytes hold two 4-bit pixels each, as SerialEM packs them: 4 × 2 pixels are shown.",
    );
    expect(file.description).toBe('TIFF, 4-bit unsigned integer, uncompressed, little-endian');
    const unpacked = await open(
      [[270, ASCII, 'SerialEMCCD: Dose fractionated image, 4 bits packed\nclip: unpack']],
      spec,
    );
    expect(unpacked.width).toBe(2);
  });

  it.each([
    [5760, 8184],
    [4092, 11520],
    [3710, 7676],
    [3838, 7420],
  ])('are told by the shape %i × %i, either way', (a, b) => {
    const kind = { type: 'uint8', samples: 1 } as const;
    expect(isPacked({ ...kind, width: a, height: b }, '')).toBe(true);
    expect(isPacked({ ...kind, width: b, height: a }, '')).toBe(true);
    expect(isPacked({ ...kind, width: a, height: b + 1 }, '')).toBe(false);
    expect(isPacked({ type: 'int8', samples: 1, width: a, height: b }, '')).toBe(false);
    expect(isPacked({ type: 'uint16', samples: 1, width: a, height: b }, '')).toBe(false);
    expect(isPacked({ type: 'uint8', samples: 3, width: a, height: b }, '')).toBe(false);
  });
});

it('explains the directory in words', async () => {
  const file = await open(
    [
      [270, ASCII, 'SerialEMCCD: Dose fractionated image'],
      [274, SHORT, [4]],
      [282, RATIONAL, [72, 1]],
      [305, ASCII, 'Digital Micrograph'],
    ],
    {
      ...plain,
      type: 'int16',
      frames: 3,
      compression: 'lzw',
      predictor: 2,
      rowsPerStrip: 3,
      littleEndian: false,
    },
  );
  expect(file.description).toBe('TIFF, 16-bit signed integer, LZW, big-endian');
  expect(
    file.facts.map(({ name, value, meaning, verdict }) => `${name} | ${value} | ${meaning} | ${verdict}`),
  ).toEqual([
    'Format | TIFF | big-endian | good',
    'Pages | 3 | 3 of one size | good',
    'ImageWidth | 6 | columns | good',
    'ImageLength | 4 | rows | good',
    'BitsPerSample | 16 | 16-bit signed integer | good',
    'Compression | 5 | LZW | good',
    'PhotometricInterpretation | 1 | 0 is black | good',
    'ImageDescription | SerialEMCCD: Dose fractionated image | as the program wrote it | good',
    'Orientation | 4 | not looked at: the last stored row is row 0, as in RELION, IMOD, EMAN2, SerialEM and MotionCor2 | doubtful',
    'SamplesPerPixel | 1 | grey levels | good',
    'RowsPerStrip | 3 | 2 strips a page | good',
    'XResolution | 72 | pixels an inch, no size of a microscope’s pixel | doubtful',
    'Software | Digital Micrograph | as the program wrote it | good',
    'Predictor | 2 | differences of neighbours | good',
  ]);
});

/** A file of `size` bytes, of which the first are given and all others are zero, that counts what is read. */
function counting(bytes: Uint8Array<ArrayBuffer>, size = bytes.length) {
  const reads: number[] = [];
  const source: ByteSource = {
    name: 'movie.tif',
    size,
    read: async (offset, length) => {
      reads.push(length);
      const out = new Uint8Array(length);
      out.set(bytes.subarray(offset, offset + length));
      return out;
    },
  };
  return { source, reads };
}

describe('what is read', () => {
  it('of a movie of 500 pages in 500 MB: a few small reads a page', async () => {
    // Directories behind one another, one strip a page somewhere in the 500 MB.
    const spec: TiffSpec = { width: 1000, height: 1000, type: 'uint8', value: () => 0 };
    const size = 500e6;
    const { source, reads } = counting(manyPages(spec, 500, size), size);
    const file = await openTiff(source);
    expect(file).toMatchObject({ frames: 500, kind: 'movie' });
    expect(reads.length).toBeLessThan(500 * 3);
    expect(reads.reduce((a, b) => a + b)).toBeLessThan(500 * 4096 * 2);
    reads.length = 0;
    await file.readRows(250, 100, 50);
    expect(reads).toEqual([50 * 1000]);
  });

  it('of bands in order: every compressed strip once', async () => {
    const spec: TiffSpec = {
      width: 100,
      height: 97,
      type: 'uint16',
      compression: 'deflate',
      rowsPerStrip: 10,
      value: (_, x, y) => (x * y * 7919) % 65536,
    };
    const bytes = writeTiff(spec);
    const { source, reads } = counting(bytes);
    const file = await openTiff(source);
    const opened = reads.length;
    for (let row = 0; row < 97; row += 7) await file.readRows(0, row, Math.min(7, 97 - row));
    const pixels = reads.slice(opened).reduce((a, b) => a + b);
    // The table of strips is read once more; nothing else twice.
    expect(pixels).toBeLessThan(bytes.length + 200);
  });

  it('of rows in one strip each that lie together: one read', async () => {
    const spec: TiffSpec = { ...plain, width: 64, height: 200, rowsPerStrip: 1 };
    for (const compression of ['none', 'lzw'] as const) {
      const { source, reads } = counting(writeTiff({ ...spec, compression }));
      const file = await openTiff(source);
      await file.readRows(0, 0, 1);
      reads.length = 0;
      await file.readRows(0, 1, 199);
      expect(reads).toHaveLength(1);
    }
  });
});

it('gives fields of any type, in both byte orders', async () => {
  for (const littleEndian of [true, false]) {
    for (const bigTiff of [true, false]) {
      const bytes = writeTiff({
        ...plain,
        littleEndian,
        bigTiff,
        fields: [
          [270, ASCII, 'ångström'],
          [282, RATIONAL, [3, 2, 7, 4]],
          [65001, LONG, [1, 2, 3, 4, 0xffffffff]],
          [65002, 99, []],
        ],
      });
      const container = await openTiffContainer(memorySource('a.tif', bytes));
      expect(container).toMatchObject({ littleEndian, bigTiff });
      for await (const page of container.pages()) {
        expect(page.index).toBe(0);
        expect(await page.text(270)).toBe('ångström');
        expect([...((await page.numbers(282)) ?? [])]).toEqual([1.5, 1.75]);
        expect([...((await page.numbers(65001)) ?? [])]).toEqual([1, 2, 3, 4, 0xffffffff]);
        expect((await page.bytes(65001))?.length).toBe(20);
        expect(await page.number(256)).toBe(6);
        expect(page.has(65002)).toBe(true);
        expect(page.has(9)).toBe(false);
        expect(await page.numbers(9)).toBeUndefined();
        await expect(page.numbers(65002)).rejects.toThrow('tag 65002 of its page 1 is of type 99');
        await expect(page.numbers(65001, 4)).rejects.toThrow('tag 65001 of its page 1 has 5 values');
        await expect(page.numbers(270)).rejects.toThrow('tag 270 of its page 1 is of type 2');
      }
    }
  }
});

/** Directories only: every page has one strip of its size, at a place of its own before the end of the file. */
function manyPages({ width, height }: TiffSpec, pages: number, size: number): Uint8Array<ArrayBuffer> {
  const fields = 8;
  const length = 2 + fields * 12 + 4;
  // Far apart, as in a file in which each lies behind its pixels.
  const step = 8192;
  const bytes = new Uint8Array(8 + pages * step);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x002a4949, true);
  view.setUint32(4, 8, true);
  for (let page = 0; page < pages; page++) {
    const at = 8 + page * step;
    view.setUint16(at, fields, true);
    const values: readonly (readonly [number, number])[] = [
      [256, width],
      [257, height],
      [258, 8],
      [259, 1],
      [273, size - width * height - page * 500],
      [277, 1],
      [278, height],
      [279, width * height],
    ];
    values.forEach(([tag, value], i) => {
      view.setUint16(at + 2 + i * 12, tag, true);
      view.setUint16(at + 4 + i * 12, LONG, true);
      view.setUint32(at + 6 + i * 12, 1, true);
      view.setUint32(at + 10 + i * 12, value, true);
    });
    view.setUint32(at + length - 4, page + 1 < pages ? at + step : 0, true);
  }
  return bytes;
}
