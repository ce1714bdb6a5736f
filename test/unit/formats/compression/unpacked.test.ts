import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByteSource, concatBytes, memorySource } from '../../../../src/core/bytes.ts';
import { FormatError } from '../../../../src/core/errors.ts';
import { openMicrograph } from '../../../../src/dataset/open.ts';
import { unpacked } from '../../../../src/formats/compression/unpacked.ts';
import { FIELD } from '../../../../src/formats/mrc/layout.ts';
import { mrcBytes } from '../mrc/build.ts';
import { packed } from './packed.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const gzip = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes));
const bzip2 = (name: keyof typeof packed) => Uint8Array.from(Buffer.from(packed[name], 'base64'));
const pixels = Uint8Array.from(new Uint8Array(Float32Array.from({ length: 12 }, (_, i) => i).buffer));
const small = mrcBytes({ pixels });

/** A header of a file of that size, and as many zeros as are given. */
function claim(width: number, height: number, zeros: number): Uint8Array<ArrayBuffer> {
  const spoil = (view: DataView) => {
    view.setInt32(FIELD.nx, width, true);
    view.setInt32(FIELD.ny, height, true);
  };
  return mrcBytes({ spoil, pixels: new Uint8Array(zeros) });
}

async function problemOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const error: unknown = await openMicrograph(memorySource('a.mrc', bytes)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FormatError)) throw new Error(`no FormatError but ${error}`);
  expect(error.message).toMatch(/^a\.mrc .*\.$/);
  return `${error.problem}: ${error.message}`;
}

describe('unpacked', () => {
  it('leaves alone what is not packed', async () => {
    const source = memorySource('a.mrc.gz', small);
    expect(await unpacked(source)).toBe(source);
  });

  it('gives any range of a content of any size, packed in any pieces', async () => {
    // Many chunks of memory, from a source that is read in several pieces.
    const random = Uint8Array.from({ length: 1024 * 2601 }, (_, i) => (i * i * 2654435761) >>> 13);
    const content = mrcBytes({ width: 1024, height: 2601, pixels: random, mode: 0 });
    const source = await unpacked(memorySource('a', gzip(content)));
    expect([source.name, source.size]).toEqual(['a', content.length]);
    const range = fc
      .tuple(fc.nat(content.length), fc.nat(content.length))
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    await fc.assert(
      fc.asyncProperty(range, async ([from, to]) => {
        const found = await source.read(from, to - from);
        expect(Buffer.compare(found, content.subarray(from, to))).toBe(0);
      }),
      { numRuns: 20 },
    );
    await expect(source.read(content.length - 1, 2)).rejects.toThrow(RangeError);
  });

  it.each(['gzip', 'bzip2'] as const)('%s, as a whole and of several parts', async (compression) => {
    const parts =
      compression === 'gzip'
        ? [[gzip(small)], [gzip(small.subarray(0, 500)), gzip(small.subarray(500))]]
        : [[bzip2('small')], [bzip2('firstHalf'), bzip2('secondHalf')], [bzip2('small'), bzip2('empty')]];
    for (const part of parts) {
      const image = await openMicrograph(memorySource('a.mrc', concatBytes(part)));
      expect([image.width, image.height, image.compression]).toEqual([4, 3, compression]);
      expect([...(await image.readRows(0, 0, 3))]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    }
  });

  it.each([
    ['gzip', gzip(small)],
    ['bzip2', bzip2('small')],
  ])(
    'refuses %s that is cut anywhere, and never gives another content for a changed byte',
    async (_, whole) => {
      for (let length = 4; length < whole.length; length++) {
        expect(await problemOf(whole.slice(0, length))).toMatch(/^bad-compression: .*cut off or damaged/);
      }
      const good = await unpacked(memorySource('a.mrc', whole));
      const expected = await good.read(0, good.size);
      // Some bits are padding, and there may be two ways to pack the same: but never is another content taken for good.
      for (let at = 0; at < whole.length; at++) {
        const changed = whole.slice();
        changed[at] = (changed[at] ?? 0) ^ 0x10;
        const content = await unpacked(memorySource('a.mrc', changed)).catch((error: unknown) => error);
        if (content instanceof FormatError) continue;
        const source = content as ByteSource;
        const isPacked = at > 2;
        expect([at, await source.read(0, source.size)]).toEqual([at, isPacked ? expected : changed]);
      }
    },
  );

  it.each([
    ['text, long', gzip(bytesOf('hello '.repeat(300))), /^not-mrc: .*text file/],
    ['text, short', gzip(bytesOf('hello')), /^not-mrc: .*text file/],
    ['text in bzip2', bzip2('text'), /^not-mrc: .*text file/],
    ['nothing', gzip(new Uint8Array()), /^empty/],
    ['nothing in bzip2', bzip2('empty'), /^empty/],
    ['a piece of a header', gzip(small.subarray(0, 700)), /^truncated: .*only 700 bytes/],
    ['half of the pixels', gzip(small.subarray(0, 1050)), /^truncated: /],
    ['another packed file', gzip(gzip(small)), /^bad-compression: .*holds another gzip file/],
    ['another packed file in bzip2', bzip2('gzipInside'), /^bad-compression: .*holds another gzip file/],
    ['a header that is none', gzip(new Uint8Array(2000).fill(3)), /^not-mrc/],
  ])('refuses a packed file that holds %s', async (_, bytes, words) => {
    expect(await problemOf(bytes)).toMatch(words);
  });
});

describe('bombs', () => {
  it('a small picture with 2 GiB of zeros behind it is given up after the first of them', async () => {
    // 2 MiB of packed zeros are 2 GiB; made of members, since packing so many takes long.
    const zeros = gzip(new Uint8Array(2 ** 24));
    const bytes = concatBytes([gzip(small), ...Array.from({ length: 128 }, () => zeros)]);
    const start = performance.now();
    expect(await problemOf(bytes)).toMatch(/^bad-compression: .*unpacks to more than the 1 MiB/);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('a header that promises more than gzip can hold is refused at once', async () => {
    const bytes = gzip(claim(20_000, 20_000, 2 ** 22));
    expect(await problemOf(bytes)).toMatch(/^bad-compression: .*promises 1.49 GiB, which can't be in/);
  });

  it('so is more than we unpack', async () => {
    expect(await problemOf(bzip2('claimOf4GiB'))).toMatch(
      /^bad-compression: .*holds 4.47 GiB.*2 GiB are unpacked/,
    );
  });

  it('a block of bzip2 that unpacks to 46 MB is given up in the middle', async () => {
    expect(await problemOf(bzip2('bomb'))).toMatch(/^bad-compression: .*unpacks to more than the 1 MiB/);
  });
});
