import { describe, expect, it } from 'vitest';
import { type ByteSource, memorySource } from '../../../../src/core/bytes.ts';
import { FormatError } from '../../../../src/core/errors.ts';
import { openTiff } from '../../../../src/formats/tiff/read.ts';
import { LONG, SHORT, type TiffField, type TiffSpec, writeTiff } from '../../../fixtures/tiff.ts';

const SLONG = 9;
const FLOAT = 11;
const plain: TiffSpec = { width: 6, height: 4, type: 'uint8', value: (_, x, y) => x + 6 * y };

/** The failure that opening, or else reading everything, ends in. */
async function failure(bytes: Uint8Array<ArrayBuffer>): Promise<FormatError> {
  try {
    const file = await openTiff(memorySource('bad.tif', bytes));
    for (let frame = 0; frame < file.frames; frame++) await file.readRows(frame, 0, file.height);
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error('It opens.');
}

const withFields = (fields: readonly TiffField[], spec = plain) => writeTiff({ ...spec, fields });

/** Writes a little-endian 32-bit number over a file. */
function poke(bytes: Uint8Array<ArrayBuffer>, at: number, value: number): Uint8Array<ArrayBuffer> {
  new DataView(bytes.buffer).setUint32(at, value, true);
  return bytes;
}

/** The header and the first directory behind the 24 bytes of pixels. */
const DIRECTORY = 8 + 24;
const FIELDS = 12;
const LINK = DIRECTORY + 2 + FIELDS * 12;

describe('damaged TIFF files', () => {
  it.each([
    ['no bytes', new Uint8Array(), 'empty', 'bad.tif is empty (0 bytes).'],
    [
      'text',
      new TextEncoder().encode('II is not a TIFF'),
      'bad-tiff',
      'bad.tif is not a TIFF file: its first bytes are not those of one.',
    ],
    [
      'a short header',
      writeTiff(plain).slice(0, 6),
      'truncated',
      'bad.tif is cut off: its header is incomplete; fetch or write the file again.',
    ],
    [
      'a BigTIFF of other offsets',
      Uint8Array.of(0x49, 0x49, 43, 0, 4, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0),
      'bad-tiff',
      'has a damaged BigTIFF header',
    ],
    ['no page', poke(writeTiff(plain), 4, 0), 'bad-tiff', 'has no pictures but thumbnails'],
    [
      'a directory past the end',
      poke(writeTiff(plain), 4, 1e9),
      'truncated',
      'is cut off: the directory of its page 1 is not all there',
    ],
    [
      'a directory cut off',
      writeTiff(plain).slice(0, -20),
      'truncated',
      'is cut off: the directory of its page 1 is not all there',
    ],
    [
      'pages in a circle',
      poke(writeTiff(plain), LINK, DIRECTORY),
      'bad-tiff',
      'is damaged: its chain of pages runs in a circle',
    ],
    [
      'a directory of zero fields',
      withFields([]).fill(0, DIRECTORY, DIRECTORY + 2),
      'bad-tiff',
      'has a damaged directory of page 1, of 0 fields',
    ],
    ['no width', withFields([[256, SHORT, [0]]]), 'bad-dimensions', 'says that its page 1 is 0 × 4 pixels'],
    [
      'a width of 4 billion',
      withFields([[256, LONG, [0xffffffff]]]),
      'bad-dimensions',
      'says that its page 1 is 4294967295 × 4 pixels, which no micrograph is',
    ],
    [
      'a height that the strips do not hold',
      withFields([[257, LONG, [5000]]]),
      'bad-tiff',
      'its page 1 lists 1 of its 1250 strips',
    ],
    [
      'a strip that can’t hold its pixels',
      withFields([
        [278, LONG, [5000]],
        [257, LONG, [5000]],
      ]),
      'bad-tiff',
      "24 bytes of its page 1 can't hold the 30000 bytes of pixels they are said to",
    ],
    [
      'a strip past the end',
      withFields([[273, LONG, [1e9]]]),
      'truncated',
      'is cut off: the pixels of its page 1 reach beyond its end',
    ],
    [
      'a strip longer than the file',
      withFields([[279, LONG, [1e9]]]),
      'truncated',
      'the pixels of its page 1 reach beyond its end',
    ],
    [
      'a strip before the beginning',
      withFields([[273, SLONG, [2 ** 32 - 5]]]),
      'bad-tiff',
      'is damaged: its page 1 has pixels at -5, 24 bytes of them; fetch or write the file again.',
    ],
    [
      'a strip at no number',
      withFields([[273, FLOAT, [0x7fc00000]]]),
      'bad-tiff',
      'its page 1 has pixels at NaN, 24 bytes of them',
    ],
    [
      'a strip of a negative length',
      withFields([[279, SLONG, [2 ** 32 - 1]]]),
      'bad-tiff',
      'its page 1 has pixels at 8, -1 bytes of them',
    ],
    ['no strips', withFields([[273, SHORT, []]]), 'bad-tiff', 'its page 1 lists 0 of its 1 strips'],
    [
      'strips with texts for numbers',
      withFields([[273, 2, 'abc']]),
      'bad-tiff',
      'tag 273 of its page 1 is of type 2',
    ],
    [
      'fax',
      withFields([[259, SHORT, [4]]]),
      'bad-tiff',
      "has compression 4 (CCITT fax 4) on page 1, which can't be read: write it with LZW, deflate or no compression.",
    ],
    [
      'an unknown compression',
      withFields([[259, SHORT, [777]]]),
      'bad-tiff',
      'has compression 777 (compression 777) on page 1',
    ],
    ['an EER movie', withFields([[259, SHORT, [65001]]]), 'bad-tiff', 'electron events, an EER movie'],
    [
      '12 bits',
      withFields([[258, SHORT, [12]]]),
      'bad-tiff',
      "has samples that are 12-bit unsigned integers on page 1, which can't be read: write it in 8 or 16 bits.",
    ],
    ['bilevel', withFields([[258, SHORT, [1]]]), 'bad-tiff', '1-bit unsigned integers'],
    [
      '24-bit floats',
      withFields([
        [258, SHORT, [24]],
        [339, SHORT, [3]],
      ]),
      'bad-tiff',
      '24-bit floats',
    ],
    [
      'samples of several sizes',
      withFields([[258, SHORT, [8, 16, 8]]], { ...plain, samples: 3 }),
      'bad-tiff',
      '8, 16, 8-bit',
    ],
    [
      'bits turned around',
      withFields([[266, SHORT, [2]]]),
      'bad-tiff',
      'bytes with their bits turned around (FillOrder 2)',
    ],
    ['CMYK', withFields([[262, SHORT, [5]]]), 'bad-tiff', 'photometric interpretation 5'],
    ['no samples', withFields([[277, SHORT, [0]]]), 'bad-tiff', '0 samples a pixel'],
    [
      'predictor 3 on integers',
      withFields([[317, SHORT, [3]]], { ...plain, compression: 'lzw' }),
      'bad-tiff',
      'has predictor 3 on 8-bit samples on page 1',
    ],
    [
      'tiles of no size',
      withFields([[322, SHORT, [0]]], { ...plain, tile: [16, 16] }),
      'bad-dimensions',
      'says that the tiles of its page 1 are 0 × 16 pixels',
    ],
    [
      'tiles of gigabytes',
      withFields(
        [
          [322, LONG, [2 ** 20]],
          [323, LONG, [2 ** 20]],
        ],
        { ...plain, tile: [16, 16], compression: 'lzw' },
      ),
      'bad-dimensions',
      '1048576 × 1048576 pixels',
    ],
  ] as const)('%s', async (_, bytes, problem, sentence) => {
    const error = await failure(new Uint8Array(bytes));
    expect(error.message).toContain(sentence);
    expect(error.problem).toBe(problem);
    expect(error.message).toMatch(/^bad\.tif .*\.$/);
  });

  it.each([
    ['lzw', 0xff, 100],
    ['deflate', 0xff, 100],
    // Headers that mean nothing, so that too few pixels come: PackBits can't tell other damage.
    ['packbits', 0x80, 2400],
  ] as const)('pixels that can’t be decompressed: %s', async (compression, byte, end) => {
    const bytes = writeTiff({ ...plain, width: 60, height: 40, compression });
    bytes.fill(byte, 10, end);
    const error = await failure(bytes);
    expect(error.problem).toBe('bad-compression');
    expect(error.message).toBe(
      "bad.tif has damaged pixels on page 1, which can't be decompressed: fetch or write it again.",
    );
  });

  it('a file that shrinks while it is open', async () => {
    const source = memorySource('bad.tif', writeTiff(plain));
    let gone = false;
    const shrinking: ByteSource = {
      ...source,
      read: async (offset, length) => {
        if (gone) throw new RangeError('outside');
        return source.read(offset, length);
      },
    };
    const file = await openTiff(shrinking);
    gone = true;
    await expect(file.readRows(0, 0, 4)).rejects.toThrow('changed or went away while it was open');
  });

  it('a page that promises much from little is refused before memory is taken', async () => {
    const bytes = withFields(
      [
        [256, LONG, [20000]],
        [257, LONG, [20000]],
        [278, LONG, [20000]],
      ],
      { ...plain, compression: 'deflate' },
    );
    const before = process.memoryUsage().arrayBuffers;
    expect((await failure(bytes)).message).toContain("can't hold the 400000000 bytes of pixels");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });

  it('pages that all have the same long list of strips are refused, not read over and over', async () => {
    const [strips, pages] = [2000, 400];
    const spec: TiffSpec = { width: 1, height: strips, type: 'uint8', value: () => 1, rowsPerStrip: 1 };
    const shared = withCopies(writeTiff(spec), pages);
    let readBytes = 0;
    const source = memorySource('bad.tif', shared);
    const counting: ByteSource = {
      ...source,
      read: (offset, length) => {
        readBytes += length;
        return source.read(offset, length);
      },
    };
    await expect(openTiff(counting)).rejects.toThrow(
      'bad.tif is damaged: its pages lie over one another; fetch or write the file again.',
    );
    expect(readBytes).toBeLessThan(10 * shared.length);
  });

  it.each([2, 100])(
    '%i pages that all have the same pixels are refused where they are too many',
    async (pages) => {
      const bytes = withCopies(writeTiff({ ...plain, width: 60, height: 60 }), pages);
      const opening = openTiff(memorySource('bad.tif', bytes));
      if (pages === 2) expect((await opening).frames).toBe(2);
      else await expect(opening).rejects.toThrow('bad.tif is damaged: its pages lie over one another;');
    },
  );

  it('of a field that should hold one number no more is read', async () => {
    const widths = Array.from({ length: 60000 }, () => 6);
    const source = memorySource('wide.tif', withFields([[256, LONG, widths]], { ...plain, frames: 2 }));
    let longest = 0;
    const watched: ByteSource = {
      ...source,
      read: (offset, length) => {
        longest = Math.max(longest, length);
        return source.read(offset, length);
      },
    };
    expect((await openTiff(watched)).width).toBe(6);
    expect(longest).toBeLessThan(10000);
  });
});

/** The directory of a little-endian file of one page again and again, so that all pages share its lists. */
function withCopies(bytes: Uint8Array<ArrayBuffer>, pages: number): Uint8Array<ArrayBuffer> {
  const directoryAt = new DataView(bytes.buffer).getUint32(4, true);
  const directory = bytes.slice(directoryAt);
  const size = directory.length;
  const result = new Uint8Array(directoryAt + pages * size);
  result.set(bytes);
  for (let page = 0; page < pages; page++) {
    const at = directoryAt + page * size;
    result.set(directory, at);
    poke(result, at + size - 4, page + 1 < pages ? at + size : 0);
  }
  return result;
}
