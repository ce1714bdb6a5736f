import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../../support/properties.ts';
import { type ByteSource, memorySource } from '../../../../src/core/bytes.ts';
import { FormatError } from '../../../../src/core/errors.ts';
import { openDm4 } from '../../../../src/formats/dm4/read.ts';
import { isDigitalMicrograph } from '../../../../src/formats/magic.ts';
import { type DmNode, type DmSpec, type DmTree, writeDm, writeTree } from '../../../fixtures/dm.ts';

const open = (bytes: Uint8Array<ArrayBuffer>) => openDm4(memorySource('gain.dm4', bytes));

/** Gatan's number, ours, and numbers that use the range of the type. */
const types = [
  [1, 'int16', (n: number) => (n % 65536) - 32768],
  [2, 'float32', (n: number) => Math.fround(n / 7)],
  [6, 'uint8', (n: number) => n % 256],
  [7, undefined, (n: number) => (n % 65536) * 60000 - 2e9],
  [9, 'int8', (n: number) => (n % 256) - 128],
  [10, 'uint16', (n: number) => n % 65536],
  [11, undefined, (n: number) => (n % 65536) * 65537],
  [12, undefined, (n: number) => n / 7],
  [14, 'uint8', (n: number) => n % 2],
] as const;

describe('DM3 and DM4', { timeout: 30_000 }, () => {
  it.each(types)(
    'gives pixels of type %i (%s) back, the last stored row first',
    async (dataType, type, make) => {
      const option = fc.record({
        width: fc.integer({ min: 3, max: 40 }),
        height: fc.integer({ min: 2, max: 20 }),
        frames: fc.integer({ min: 1, max: 3 }),
        version: fc.constantFrom<3 | 4>(3, 4),
        littleEndian: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(option, fc.nat(), async (shape, cut) => {
          const { width, height, frames } = shape;
          const value = (frame: number, x: number, y: number) => make(frame * 7001 + y * 1009 + x * 31);
          const file = await open(writeDm({ ...shape, dataType, value }));
          expect(file).toMatchObject({ format: 'DM4', width, height, frames, pixelSizeAngstrom: 1 });
          expect(file.kind).toBe(frames > 1 ? 'movie' : 'image');
          const first = cut % height;
          const rows = await file.readRows(frames - 1, first, height - first);
          const expected = rows.map((_, i) =>
            value(frames - 1, i % width, height - 1 - first - Math.floor(i / width)),
          );
          expect(rows).toEqual(expected);
          const samples = await file.readSamples?.(0, 0, height);
          expect(samples?.type).toBe(type);
          if (!samples || type !== 'int16') return;
          const view = new DataView(samples.bytes.buffer);
          expect(view.getInt16(samples.rowBytes * (height - 1), true)).toBe(value(0, 0, 0));
        }),
        { numRuns: 25 },
      );
    },
  );

  const plain: DmSpec = { width: 5, height: 4, dataType: 2, value: (_, x, y) => x + 5 * y };

  it.each([
    [0.106, 'nm', 1.06],
    [1.06, 'Å', 1.06],
    [0.000106, 'µm', 1.06],
    [2, '', undefined],
    [0.5, '1/nm', undefined],
    [0, 'nm', undefined],
    [Number.NaN, 'nm', undefined],
    [-1, 'nm', undefined],
  ])('a scale of %d %s is a pixel of %s Å', async (scale, units, expected) => {
    const file = await open(writeDm({ ...plain, scale, units }));
    expect(file.pixelSizeAngstrom).toBe(expected);
    expect(file.warnings.includes('The file does not state its pixel size; give it by hand.')).toBe(
      expected === undefined,
    );
  });

  it('tells of the microscope, and explains the tags', async () => {
    const file = await open(writeDm(plain));
    expect(file.acquisition).toEqual({ voltageKilovolt: 300, magnification: 105000, exposureSeconds: 2.5 });
    expect(file.description).toBe('DM4, 32-bit float, little-endian');
    expect(file.facts.map(({ name, value }) => `${name} ${value}`)).toEqual([
      'Version 4',
      'Byte order 1',
      'ImageList 2',
      'Dimensions 5 × 4 × 1',
      'Row order last first',
      'DataType 2',
      'Calibrations nm',
    ]);
  });

  it('reads only the rows asked for, and skips the pixels on the way to the tags behind them', async () => {
    const bytes = writeDm({ ...plain, width: 160, height: 120 });
    const reads: number[] = [];
    const source = memorySource('gain.dm4', bytes);
    const counting: ByteSource = {
      ...source,
      read: (offset, length) => {
        reads.push(length);
        return source.read(offset, length);
      },
    };
    const file = await openDm4(counting);
    expect(reads.length).toBeLessThan(5);
    expect(reads.reduce((a, b) => a + b)).toBeLessThan(bytes.length);
    reads.length = 0;
    await file.readRows(0, 10, 3);
    expect(reads).toEqual([3 * 160 * 4]);
    await expect(file.readRows(0, 119, 2)).rejects.toThrow(RangeError);
    await expect(file.readRows(1, 0, 1)).rejects.toThrow(RangeError);
  });

  const good = writeDm(plain);
  const image = (entries: DmTree): Uint8Array<ArrayBuffer> =>
    writeTree([['ImageList', [['', [['ImageData', entries]]]]]], 4, true);
  const data: readonly [string, DmNode] = ['Data', { elementType: 6, values: [1, 2, 3, 4] }];
  const ofType = (value: number): readonly [string, DmNode] => ['DataType', { type: 5, value }];
  const size = (...sizes: readonly number[]): readonly [string, DmNode] => [
    'Dimensions',
    sizes.map((value) => ['', { type: 5, value }] as const),
  ];
  let deep: DmNode = [];
  for (let i = 0; i < 100; i++) deep = [['', deep]];

  it.each([
    ['no bytes', new Uint8Array(), 'empty', 'gain.dm4 is empty (0 bytes).'],
    [
      'another file',
      new Uint8Array(100).fill(7),
      'bad-dm4',
      'gain.dm4 is not a DM3 or DM4 file: its first bytes are not those of one.',
    ],
    [
      'a cut file',
      good.slice(0, -40),
      'truncated',
      'gain.dm4 is cut off: its tags go on beyond its end; fetch or write it again.',
    ],
    ['a file cut in the pixels', good.slice(0, 900), 'truncated', 'is cut off'],
    [
      'no image',
      writeTree([['ImageList', []]], 4, true),
      'bad-dm4',
      'holds no image: export one from Digital Micrograph.',
    ],
    ['no list of images', writeTree([['a', { text: 'b' }]], 3, false), 'bad-dm4', 'holds no image'],
    [
      'complex pixels',
      image([data, ofType(3), size(2, 2)]),
      'bad-dm4',
      "has pixels of type 3 (complex numbers), which can't be read: convert it to real numbers.",
    ],
    ['unknown pixels', image([data, ofType(77), size(2, 2)]), 'bad-dm4', 'has pixels of type 77 (unknown)'],
    ['no size', image([data, ofType(2)]), 'bad-dimensions', 'says that its image is 0 × 1 × 1 pixels'],
    [
      'a negative size',
      image([
        data,
        ofType(2),
        [
          'Dimensions',
          [
            ['', { type: 3, value: -2 }],
            ['', { type: 3, value: 2 }],
          ],
        ],
      ]),
      'bad-dimensions',
      'is -2 × 2 × 1 pixels',
    ],
    ['four dimensions', image([data, ofType(2), size(1, 2, 1, 2)]), 'bad-dimensions', '1 × 2 × 1 × 2 pixels'],
    [
      'more pixels than bytes',
      image([data, ofType(2), size(3, 2)]),
      'bad-dm4',
      'is damaged: its image of 3 × 2 × 1 pixels has only 16 bytes',
    ],
    ['a huge size', image([data, ofType(2), size(4e9, 4e9)]), 'bad-dimensions', '4000000000 × 4000000000'],
    [
      'a huge stack',
      image([data, ofType(2), size(2, 2, 4e9)]),
      'bad-dm4',
      '2 × 2 × 4000000000 pixels has only 16 bytes',
    ],
    [
      'a huge array',
      image([['Data', { words: [20, 6, 2 ** 50], bytes: [] }], ofType(2), size(2, 2)]),
      'truncated',
      'is cut off',
    ],
    [
      'groups in groups',
      writeTree([['', deep]], 4, true),
      'bad-dm4',
      'is damaged: its groups lie more than 64 deep in one another',
    ],
    [
      'a value of no type',
      writeTree([['a', { words: [99], bytes: [] }]], 4, true),
      'bad-dm4',
      'a value is of type 99',
    ],
    [
      'a value of no words',
      writeTree([['a', { words: [], bytes: [] }]], 3, true),
      'bad-dm4',
      'a value is described in 0 words',
    ],
    [
      'a record of missing fields',
      writeTree([['a', { words: [15, 0, 9, 0, 3], bytes: [] }]], 4, true),
      'bad-dm4',
      'a value is of type 15',
    ],
    [
      'a tag of another kind',
      good.map((byte, i) => (i === 26 ? 22 : byte)),
      'bad-dm4',
      'a tag is of kind 22',
    ],
  ] as const)('refuses %s', async (_, bytes, problem, sentence) => {
    const error = await open(new Uint8Array(bytes)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FormatError);
    expect(String(error)).toContain(sentence);
    expect(error).toMatchObject({ problem, file: 'gain.dm4' });
  });

  it('is told from a big-endian MRC file 4 pixels wide', () => {
    expect(isDigitalMicrograph(writeDm(plain))).toBe(true);
    expect(isDigitalMicrograph(writeDm({ ...plain, version: 3, littleEndian: false }))).toBe(true);
    const mrc = new DataView(new ArrayBuffer(1024));
    [4, 100, 30, 1, 0, 0, 0, 4, 100].forEach((word, i) => {
      mrc.setInt32(4 * i, word);
    });
    mrc.setInt32(16, 500_000);
    expect(isDigitalMicrograph(new Uint8Array(mrc.buffer))).toBe(false);
  });
});
