import { describe, expect, test } from 'vitest';
import { type ByteSource, memorySource } from '../../../../src/core/bytes.ts';
import { FormatError, UsageError } from '../../../../src/core/errors.ts';
import { createRandom } from '../../../../src/core/random.ts';
import { isEer, openEer } from '../../../../src/formats/eer/read.ts';
import type { ReadOptions } from '../../../../src/formats/image.ts';
import { type EerOptions, type Electron, eerMetadata, encodeEer } from '../../../fixtures/eer.ts';
import { renderEerReference } from '../../../reference/eer.ts';

const [width, height] = [48, 20];

/** Raw frames with an electron on each pixel with this probability. */
function randomFrames(count: number, density = 0.05, seed = 1): Electron[][] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () =>
    Array.from({ length: width * height }, (_, i) => i)
      .filter(() => random.uniform() < density)
      .map((i) => ({
        x: i % width,
        y: Math.floor(i / width),
        quarterX: random.integer(4),
        quarterY: random.integer(4),
      })),
  );
}

const frames = randomFrames(11);
const movie: EerOptions = { width, height, frames };

function sourceOf(options: EerOptions, name = 'movie.eer'): ByteSource {
  return memorySource(name, encodeEer(options));
}

const open = (options: EerOptions, read: ReadOptions = {}) => openEer(sourceOf(options), read);

/** Counts of raw frames [first, first + length). */
function expected(list: readonly Electron[][], first: number, length: number): number[] {
  return renderEerReference(list.slice(first, first + length).flat(), width, height, 1);
}

describe('a movie', () => {
  test.each<[string, Partial<EerOptions>]>([
    ['coding 65000', { compression: 65000 }],
    ['coding 65001', {}],
    ['coding 65002', { compression: 65002, bits: [6, 1, 2] }],
    ['plain TIFF', { bigTiff: false }],
    ['big-endian directories', { bigEndian: true }],
    ['seven strips a frame', { strips: 7 }],
    ['a sum before and a preview after the raw frames', { pagesBefore: 1, pagesAfter: 2 }],
  ])('is counted in fractions of the number asked for: %s', async (_, variant) => {
    const options = { ...movie, ...variant };
    expect(await isEer(sourceOf(options))).toBe(true);
    const image = await open(options, { framesPerFraction: 4 });
    expect(image).toMatchObject({ format: 'EER', kind: 'movie', width, height, frames: 2 });
    expect(image).toMatchObject({ rawFrames: 11, framesPerFraction: 4 });
    for (const frame of [1, 0]) {
      const samples = await image.readSamples?.(frame, 0, height);
      expect(samples).toMatchObject({ type: 'uint8', rowBytes: width });
      expect([...(samples?.bytes ?? [])]).toEqual(expected(frames, 4 * frame, 4));
      const rows = await image.readRows(frame, 3, 5);
      expect(rows).toBeInstanceOf(Float32Array);
      expect([...rows]).toEqual(expected(frames, 4 * frame, 4).slice(3 * width, 8 * width));
    }
  });

  test('shorter than the fraction that suits others is one frame', async () => {
    const image = await open(movie, { framesPerFraction: 40 });
    expect(image).toMatchObject({ frames: 1, rawFrames: 11, framesPerFraction: 11 });
    expect(image.warnings[0]).toBe('There are 11 raw frames, fewer than the 40 of a frame: all make one.');
    expect([...(await image.readRows(0, 0, height))]).toEqual(expected(frames, 0, 11));
  });

  test('tells what is left over, what the file does not know, and what its fields mean', async () => {
    const image = await open({ ...movie, pagesAfter: 1, orientation: 2 }, { framesPerFraction: 4 });
    expect(image.pixelSizeAngstrom).toBeUndefined();
    expect(image.warnings).toEqual([
      'The last 3 of 11 raw frames are left out: they do not fill a frame of 4.',
      'The file does not state its pixel size; give it by hand.',
    ]);
    expect(image.description).toBe('EER 65001 (electrons of 11 raw frames), 4 to a frame');
    expect(image.facts.map(({ name, value }) => [name, value])).toEqual([
      ['ImageWidth', '48'],
      ['ImageLength', '20'],
      ['Compression', '65001'],
      ['Orientation', '2'],
      ['Raw frames', '11'],
      ['Other pages', '1'],
    ]);
  });

  test('more than 255 raw frames in a fraction are counted in 16 bits', async () => {
    const many = randomFrames(300, 0.01).map((list) => [
      ...list.filter(({ x, y }) => x > 0 || y > 0),
      { x: 0, y: 0, quarterX: 0, quarterY: 0 },
    ]);
    const options = { width, height, frames: many };
    const image = await open(options, { framesPerFraction: 300 });
    const samples = await image.readSamples?.(0, 1, 2);
    expect(samples).toMatchObject({ type: 'uint16', rowBytes: 2 * width });
    expect([...new Uint16Array(samples?.bytes.buffer ?? new ArrayBuffer())]).toEqual(
      expected(many, 0, 300).slice(width, 3 * width),
    );
    expect((await image.readRows(0, 0, 1))[0]).toBe(300);
    const byte = await open(options, { framesPerFraction: 255 });
    expect(await byte.readSamples?.(0, 0, 1)).toMatchObject({ type: 'uint8' });
  });

  test('without a number, a frame has about 1 e/Å² where the pixel size is known, else about 40 raw frames', async () => {
    const list = randomFrames(60);
    const perPixel = (list[0]?.length ?? 0) / (width * height);
    // 0.05 e/px of 0.7 Å: 0.1 e/Å² a raw frame.
    const metadata = eerMetadata([
      ['sensorPixelSize.width', '7e-11', 'm'],
      ['exposureTime', '0.25', 's'],
      ['totalDose', '3', 'e/pixel'],
      ['numberOfFrames', '64'],
    ]);
    const known = await open({ width, height, frames: list, metadata });
    expect(known.pixelSizeAngstrom).toBe(0.7);
    const dose = (perPixel / 0.49) * (known.framesPerFraction ?? 0);
    expect(dose).toBeGreaterThan(0.8);
    expect(dose).toBeLessThan(1.2);
    expect(known.acquisition).toMatchObject({ exposureSeconds: 0.25 });
    expect(known.acquisition.doseElectronsPerSquareAngstrom).toBeCloseTo(3 / 0.49, 8);
    expect(known.warnings).toContain(
      'The camera took 64 raw frames, but only 60 are in the file: it may be cut off.',
    );
    expect(known.facts.map(({ name }) => name)).toContain('exposureTime');
    expect((await open({ width, height, frames: list })).framesPerFraction).toBe(30);
  });

  test('bands of a frame read its raw frames once; only they are read; memory holds one frame', async () => {
    const inner = sourceOf(movie);
    const reads: number[] = [];
    const source: ByteSource = {
      ...inner,
      read: (offset, length) => {
        reads.push(length);
        return inner.read(offset, length);
      },
    };
    const image = await openEer(source, { framesPerFraction: 3 });
    reads.length = 0;
    const bands = await Promise.all([0, 5, 10, 15].map((row) => image.readSamples?.(1, row, 5)));
    await image.readRows(1, 19, 1);
    expect(reads).toHaveLength(3);
    expect(bands.flatMap((band) => [...(band?.bytes ?? [])])).toEqual(expected(frames, 3, 3));
    // The caller owns what it gets.
    bands[0]?.bytes.fill(99);
    expect([...(await image.readRows(1, 0, 20))]).toEqual(expected(frames, 3, 3));
    await image.readRows(0, 0, 1);
    expect(reads).toHaveLength(6);
  });
});

describe('bad movies', () => {
  const bad = async (source: ByteSource, read: ReadOptions = {}): Promise<string> => {
    try {
      const image = await openEer(source, { framesPerFraction: 1, ...read });
      for (let frame = 0; frame < image.frames; frame++) await image.readRows(frame, 0, height);
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      return error instanceof FormatError ? `${error.problem}: ${error.message}` : '';
    }
    return 'none';
  };

  test('a raw frame that decodes to too few or too many pixels is named; the others can be read', async () => {
    const injure = (bytes: Uint8Array<ArrayBuffer>, frame: number) => {
      // A run of 0 becomes one of 64 or so.
      if (frame === 6) bytes[0] = (bytes[0] ?? 0) ^ 0x40;
      return bytes;
    };
    const source = sourceOf({ ...movie, injure });
    expect(await bad(source)).toMatch(
      /^bad-eer: movie.eer is damaged: its raw frame 7 of 11 decodes to \d+ pixels instead of 960. Copy or download it again.$/,
    );
    const image = await openEer(source, { framesPerFraction: 2 });
    for (let again = 0; again < 2; again++)
      await expect(image.readRows(3, 0, 1)).rejects.toThrow(FormatError);
    expect([...(await image.readRows(4, 0, height))]).toEqual(expected(frames, 8, 2));
  });

  test.each<[string, Partial<EerOptions>, RegExp]>([
    [
      'a frame whose bits run out',
      { injure: (bytes) => bytes.subarray(0, bytes.length - 8) },
      /raw frame 1 of 11 decodes to \d+ pixels instead of 960/,
    ],
    [
      'an empty frame',
      { injure: () => new Uint8Array() },
      /its raw frame 1 has 0 bytes, which can't hold 48 × 20/,
    ],
    [
      'a frame of far too many bytes',
      { injure: (bytes, i) => (i === 4 ? new Uint8Array(5000) : bytes) },
      /its raw frame 5 has 5000 bytes, which can't hold/,
    ],
    [
      'a frame that claims 67 million pixels',
      { claim: () => ({ width: 8192, height: 8192 }) },
      /its raw frame 1 has \d+ bytes, which can't hold 8192 × 8192 pixels/,
    ],
    [
      'a frame that claims 4 billion columns',
      { claim: () => ({ width: 4e9, height: 20 }) },
      /says its raw frame 1 has 4000000000 × 20 pixels, which no detector has/,
    ],
    ['no rows', { claim: () => ({ width, height: 0 }) }, /48 × 0 pixels, which no detector has/],
    [
      'frames of different sizes',
      { claim: (i) => ({ width, height: i === 2 ? 19 : 20 }) },
      /its raw frame 3 is 48 × 19 pixels with coding 65001, unlike the first \(48 × 20, 65001\)/,
    ],
    [
      'widths of codes that make no sense',
      { compression: 65002, statedBits: [40, 2, 2] },
      /widths that can't be \(tags 65007 to 65009: 40, 2, 2\)/,
    ],
    ['no widths of codes', { compression: 65002, statedBits: [] }, /tags 65007 to 65009: none, none, none/],
  ])('%s', async (_, variant, words) => {
    const answer = await bad(sourceOf({ ...movie, ...variant }));
    expect(answer).toMatch(/^bad-eer: movie.eer /);
    expect(answer).toMatch(words);
  });

  test('a movie that is cut off anywhere is refused as such, or damaged', async () => {
    const bytes = encodeEer(movie);
    for (let length = 0; length < bytes.length; length += 37) {
      const answer = await bad(memorySource('cut.eer', bytes.slice(0, length)));
      expect(answer).toMatch(/^(truncated|empty|bad-eer): cut.eer /);
    }
    expect(await bad(memorySource('cut.eer', bytes.slice(0, bytes.length - 10)))).toMatch(
      /^truncated: .* is cut off/,
    );
  });

  test('a TIFF without raw frames, and what is no TIFF', async () => {
    const none = sourceOf({ ...movie, frames: [], pagesAfter: 3 });
    expect(await isEer(none)).toBe(false);
    expect(await bad(none)).toMatch(/^bad-eer: movie.eer has no raw frames of electrons/);
    for (const bytes of [
      [],
      [1, 2, 3],
      [...new TextEncoder().encode('II*\0 and no more')],
      new Array(4000).fill(65),
    ]) {
      expect(await isEer(memorySource('x.eer', Uint8Array.from(bytes)))).toBe(false);
    }
  });

  test('a file that goes away while it is open', async () => {
    const inner = sourceOf(movie);
    let gone = false;
    const source: ByteSource = {
      ...inner,
      read: async (offset, length) => {
        if (gone) throw new RangeError('gone');
        return inner.read(offset, length);
      },
    };
    const image = await openEer(source, { framesPerFraction: 2 });
    gone = true;
    await expect(image.readRows(0, 0, 1)).rejects.toMatchObject({ problem: 'changed' });
    gone = false;
    expect(await image.readRows(0, 0, 1)).toHaveLength(width);
  });

  test('numbers of raw frames and rows that there are not', async () => {
    await expect(open(movie, { framesPerFraction: 0 })).rejects.toThrow(UsageError);
    await expect(open(movie, { framesPerFraction: 0 })).rejects.toThrow(/0 raw frames can't make a fraction/);
    const image = await open(movie, { framesPerFraction: 5 });
    for (const [frame, row, count] of [
      [2, 0, 1],
      [-1, 0, 1],
      [0, 20, 1],
      [0, 0, 21],
      [0.5, 0, 1],
    ] as const) {
      await expect(image.readRows(frame, row, count)).rejects.toThrow(RangeError);
    }
  });
});
