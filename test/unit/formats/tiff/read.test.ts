import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../../support/properties.ts';
import { memorySource } from '../../../../src/core/bytes.ts';
import { decodeHalf } from '../../../../src/core/dtype.ts';
import { openTiff } from '../../../../src/formats/tiff/read.ts';
import { type TiffSpec, type TiffType, writeTiff } from '../../../fixtures/tiff.ts';

const types: readonly TiffType[] = [
  'uint4',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'float16',
  'float32',
  'float64',
];

/** Numbers that use all bits of a type, different at every place. */
function stored(type: TiffType, frame: number, x: number, y: number, sample = 0): number {
  const n = (x * 7919 + y * 104729 + frame * 31 + sample * 1299709) % 65536;
  switch (type) {
    case 'uint4':
      return n % 16;
    case 'int8':
      return (n % 256) - 128;
    case 'uint8':
      return n % 256;
    case 'int16':
      return n - 32768;
    case 'uint16':
      return n;
    case 'int32':
      return (n - 32768) * 65535;
    case 'uint32':
      return n * 65537;
    // Finite halves only.
    case 'float16':
      return n & 0xbfff;
    case 'float32':
      return Math.fround((n - 30000) / 7);
    case 'float64':
      return (n - 30000) / 7;
  }
}

/** What a stored number is, to the precision of a float. */
const real = (type: TiffType, value: number) => Math.fround(type === 'float16' ? decodeHalf(value) : value);

async function read(spec: TiffSpec, name = 'test.tif') {
  return openTiff(memorySource(name, writeTiff(spec)));
}

/** Checks every pixel of the rows against the values that were stored, turned around in y. */
function expectRows(rows: Float32Array, spec: TiffSpec, frame: number, firstRow: number) {
  const expected = rows.map((_, i) => {
    const x = i % spec.width;
    const row = firstRow + Math.floor(i / spec.width);
    return real(spec.type, spec.value(frame, x, spec.height - 1 - row, 0));
  });
  expect(rows).toEqual(expected);
}

describe('TIFF', { timeout: 30_000 }, () => {
  it('turns the rows around, as RELION does', async () => {
    const file = await read({ width: 3, height: 2, type: 'uint8', value: (_, x, y) => 10 * y + x });
    expect([...(await file.readRows(0, 0, 2))]).toEqual([10, 11, 12, 0, 1, 2]);
    expect([...(await file.readRows(0, 1, 1))]).toEqual([0, 1, 2]);
    expect(file).toMatchObject({ format: 'TIFF', kind: 'image', width: 3, height: 2, frames: 1 });
  });

  it.each(types)('gives rows of %s back as they were written, however they were written', async (type) => {
    const option = fc.record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 30 }),
      frames: fc.integer({ min: 1, max: 3 }),
      littleEndian: fc.boolean(),
      bigTiff: fc.boolean(),
      compression: fc.constantFrom('none', 'lzw', 'deflate', 'packbits'),
      rowsPerStrip: fc.integer({ min: 1, max: 40 }),
      tiled: fc.boolean(),
      predict: fc.boolean(),
      thumbnail: fc.constantFrom(undefined, 'marked', 'plain'),
      cuts: fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(option, async ({ tiled, predict, cuts, thumbnail, ...rest }) => {
        const predictor =
          type === 'uint4' || rest.compression === 'none' ? 1 : type.startsWith('float') ? 3 : 2;
        const spec: TiffSpec = {
          ...rest,
          type,
          predictor: predict ? predictor : 1,
          value: (frame, x, y) => stored(type, frame, x, y),
          ...(tiled ? { tile: [16, 32] } : {}),
          ...(thumbnail && rest.width * rest.height > 6 ? { thumbnail } : {}),
        };
        const file = await read(spec);
        expect(file).toMatchObject({ width: spec.width, height: spec.height, frames: spec.frames });
        expect(file.kind).toBe(spec.frames === 1 ? 'image' : 'movie');
        // Bands, mostly in order, sometimes not, so that what is kept of the last one is tried.
        const edges = [...new Set([0, ...cuts.map((cut) => cut % (spec.height + 1)), spec.height])];
        for (let frame = (spec.frames ?? 1) - 1; frame >= 0; frame--) {
          for (let i = 0; i + 1 < edges.length; i++) {
            const [a = 0, b = 0] = [edges[i], edges[i + 1]].sort((p = 0, q = 0) => p - q);
            expectRows(await file.readRows(frame, a, b - a), spec, frame, a);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['int8', 'int8'],
    ['uint8', 'uint8'],
    ['int16', 'int16'],
    ['uint16', 'uint16'],
    ['float16', 'float16'],
    ['float32', 'float32'],
    ['uint4', 'uint4'],
  ] as const)('gives %s as it is stored for the GPU, little-endian', async (type, gpu) => {
    const spec = { width: 5, height: 3, type, littleEndian: false } as const;
    const file = await read({ ...spec, value: (_, x, y) => stored(type, 0, x, y) });
    const samples = await file.readSamples?.(0, 0, 2);
    expect(samples?.type).toBe(gpu);
    const little = writeTiff({ ...spec, littleEndian: true, value: (_, x, y) => stored(type, 0, x, y) });
    const rowBytes = samples?.rowBytes ?? 0;
    const row = (y: number) => [...little.subarray(8 + y * rowBytes, 8 + (y + 1) * rowBytes)];
    const turned = (byte: number) => ((byte & 15) << 4) | (byte >> 4);
    const expected = [...row(2), ...row(1)].map((byte) => (type === 'uint4' ? turned(byte) : byte));
    expect([...(samples?.bytes ?? [])]).toEqual(expected);
  });

  it('has no stored samples where they are computed', async () => {
    for (const type of ['int32', 'uint32', 'float64'] as const) {
      expect((await read({ width: 2, height: 2, type, value: () => 1 })).readSamples).toBeUndefined();
    }
    const colour = await read({ width: 2, height: 2, type: 'uint8', samples: 3, value: () => 1 });
    expect(colour.readSamples).toBeUndefined();
  });

  it.each([
    [false, 3, 'none'],
    [false, 4, 'lzw'],
    [true, 3, 'none'],
    [true, 4, 'deflate'],
  ] as const)(
    'shows the luminance of colour (planes %s, %i samples, %s)',
    async (planar, samples, compression) => {
      const spec: TiffSpec = {
        width: 7,
        height: 5,
        type: 'uint8',
        samples,
        planar,
        compression,
        rowsPerStrip: 2,
        value: (_, x, y, s) => (x * 31 + y * 57 + s * 91) % 256,
        ...(compression === 'none' ? {} : { predictor: 2 }),
      };
      const file = await read(spec);
      const rows = await file.readRows(0, 0, 5);
      for (let y = 0; y < 5; y++) {
        for (let x = 0; x < 7; x++) {
          const [r = 0, g = 0, b = 0] = [0, 1, 2].map((s) => spec.value(0, x, 4 - y, s));
          expect(rows[y * 7 + x]).toBeCloseTo(0.299 * r + 0.587 * g + 0.114 * b, 4);
        }
      }
      expect(file.warnings).toContain('The file is in colour; its luminance is shown.');
    },
  );

  it('keeps grey levels written as colour exactly', async () => {
    const file = await read({ width: 256, height: 1, type: 'uint8', samples: 3, value: (_, x) => x });
    expect([...(await file.readRows(0, 0, 1))]).toEqual(Array.from({ length: 256 }, (_, i) => i));
  });

  it('takes the first of several grey samples, and values under white-is-zero and palettes as they are', async () => {
    const alpha = await read({
      width: 4,
      height: 1,
      type: 'uint16',
      samples: 2,
      photometric: 1,
      value: (_, x, _y, s) => x + 100 * s,
    });
    expect([...(await alpha.readRows(0, 0, 1))]).toEqual([0, 1, 2, 3]);
    expect(alpha.warnings.join()).toContain('2 values a pixel; the first is shown');
    const white = await read({ width: 4, height: 1, type: 'uint8', photometric: 0, value: (_, x) => x });
    expect([...(await white.readRows(0, 0, 1))]).toEqual([0, 1, 2, 3]);
    expect(white.warnings.join()).toContain('0 is white');
    const palette = await read({ width: 4, height: 1, type: 'uint8', photometric: 3, value: (_, x) => x });
    expect(palette.warnings.join()).toContain('palette');
  });

  it('leaves out pages of other sizes and kinds, and says so', async () => {
    const spec: TiffSpec = {
      width: 8,
      height: 4,
      type: 'int16',
      frames: 2,
      thumbnail: 'plain',
      value: (f) => f,
    };
    const file = await read(spec);
    expect(file).toMatchObject({ frames: 2, kind: 'movie' });
    expect(file.warnings[0]).toBe('1 page of another size or kind, such as a thumbnail, is left out.');
    expect(file.facts.find((fact) => fact.name === 'Pages')).toMatchObject({
      value: '3',
      verdict: 'doubtful',
    });
  });

  it('refuses rows and frames that are not there', async () => {
    const file = await read({ width: 3, height: 4, type: 'uint8', value: () => 0 });
    for (const [frame, first, count] of [
      [1, 0, 1],
      [-1, 0, 1],
      [0, 3, 2],
      [0, 0.5, 1],
      [0, 0, -1],
    ] as const) {
      await expect(file.readRows(frame, first, count)).rejects.toThrow(RangeError);
    }
    expect(await file.readRows(0, 4, 0)).toHaveLength(0);
  });
});
