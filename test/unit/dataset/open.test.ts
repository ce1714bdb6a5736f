import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { memorySink, memorySource } from '../../../src/core/bytes.ts';
import { explainHeader, openMicrograph } from '../../../src/dataset/open.ts';
import { recognise } from '../../../src/formats/magic.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { writeDm } from '../../fixtures/dm.ts';
import { encodeEer } from '../../fixtures/eer.ts';
import { writePng } from '../../fixtures/png.ts';
import { writeTiff } from '../../fixtures/tiff.ts';
import { describeWithShared, sharedSource } from '../formats/sharedData.ts';

const bytesOf = (text: string) => Uint8Array.from([...text], (letter) => letter.charCodeAt(0));

describe('openMicrograph', () => {
  it('describes an MRC file and reads its rows', async () => {
    const sink = memorySink();
    const pixels = Float32Array.from({ length: 12 }, (_, i) => i);
    await writeMrc(sink, { width: 3, height: 2, frames: 2, pixelSizeAngstrom: 1.5 }, [pixels]);
    const micrograph = await openMicrograph(memorySource('a.mrc', sink.bytes()));
    expect(micrograph).toMatchObject({
      name: 'a.mrc',
      width: 3,
      height: 2,
      frames: 2,
      pixelSizeAngstrom: 1.5,
    });
    expect(micrograph.warnings).toEqual([]);
    expect([...(await micrograph.readRows(1, 1, 1))]).toEqual([9, 10, 11]);
  });

  it.each([
    ['\xfd7zXZ\0', 'bad-compression', /xz, which is not supported: unpack it first \(unxz\)/],
    ['\x28\xb5\x2f\xfd', 'bad-compression', /zstd, which is not supported/],
    ['PK\x03\x04', 'bad-compression', /ZIP archive/],
    ['\x89PNG\r\n\x1a\n', 'not-mrc', /a PNG picture under the name of a micrograph.*rename it to .png/],
    ['\xff\xd8\xff\xe0', 'not-mrc', /a JPEG picture under the name of a micrograph/],
    ['\x89HDF\r\n\x1a\n', 'not-mrc', /HDF5 file, which is not supported/],
    ['\x93NUMPY\x01\0', 'not-mrc', /NumPy file/],
    ['version https://git-lfs.github.com/spec/v1\noid', 'not-mrc', /git-LFS pointer.*git lfs pull/],
    ['data_\nloop_\n', 'not-mrc', /text file/],
    ['', 'empty', /empty \(0 bytes\)/],
  ])('says what %j is instead', async (content, problem, words) => {
    const opened = openMicrograph(memorySource('movie.mrc', bytesOf(content)));
    await expect(opened).rejects.toMatchObject({ problem, message: expect.stringMatching(words) });
  });

  it('hands the options to the reader', async () => {
    const sink = memorySink();
    await writeMrc(sink, { width: 2, height: 1, mode: 0, pixelSizeAngstrom: 1.5 }, [Float32Array.of(-1, 1)]);
    const source = memorySource('a.mrc', sink.bytes());
    expect([...(await (await openMicrograph(source)).readRows(0, 0, 1))]).toEqual([-1, 1]);
    const unsigned = await openMicrograph(source, { byteSign: 'unsigned' });
    expect(unsigned.byteSign).toBe('unsigned');
    expect([...(await unsigned.readRows(0, 0, 1))]).toEqual([255, 1]);
  });

  it('explains a header also where it refuses the file', async () => {
    const sink = memorySink();
    await writeMrc(sink, { width: 3, height: 2, pixelSizeAngstrom: 1.5 }, [new Float32Array(6)]);
    const cut = memorySource('a.mrc', sink.bytes().slice(0, 1040));
    await expect(openMicrograph(cut)).rejects.toMatchObject({ problem: 'truncated' });
    const facts = await explainHeader(cut);
    expect(facts.find(({ name }) => name === 'NX, NY, NZ')?.verdict).toBe('good');
    expect(facts.at(-1)).toMatchObject({ name: 'File size', verdict: 'wrong' });
  });
});

describe('recognise', () => {
  it.each([
    ['\x1f\x8b\x08\0', 'gzip'],
    ['BZh91AY&SY', 'bzip2'],
    ['II*\0', 'tiff'],
    ['MM\0+\0\x08', 'tiff'],
    ['II+\0', 'tiff'],
    ['\x89PNG\r\n\x1a\n', 'png'],
    ['\xff\xd8\xff\xe0', 'jpeg'],
    ['\0\0\0\x04\0\0\0\0\0\x01\0\0\0\0\0\x01\x01\0\0\0\0\0\0\0\0\x05', 'dm4'],
    // A K3's movie of 6 GB.
    ['\0\0\0\x04\0\0\0\x01\x70\0\0\0\0\0\0\x01\x01\0\0\0\0\0\0\0\0\x05', 'dm4'],
    ['\0\0\0\x03\0\x01\0\0\0\0\0\x01\x01\0\0\0\0\x05\x01\x01\0\0\0\0\0\0', 'dm4'],
    // A big-endian MRC file of 4 columns and 1 row, mode 1.
    [`\0\0\0\x04\0\0\0\x01\0\0\0\x01\0\0\0\x01${'\0'.repeat(100)}`, 'mrc'],
    // Of 3 columns and 2 rows, mode 2.
    [`\0\0\0\x03\0\0\0\x02\0\0\0\x01\0\0\0\x02${'\0'.repeat(100)}`, 'mrc'],
    ['\0\0\0\0', 'mrc'],
  ])('%j is %s', (content, kind) => {
    expect(recognise('file', bytesOf(content))).toBe(kind);
  });
});

describe('openMicrograph on every format', () => {
  const [width, height] = [4, 3];
  const value = (_frame: number, x: number, y: number) => x + 10 * y;
  const files: readonly (readonly [string, Uint8Array<ArrayBuffer>])[] = [
    ['TIFF', writeTiff({ width, height, type: 'uint16', value })],
    ['EER', encodeEer({ width, height, frames: [[{ x: 1, y: 0, quarterX: 0, quarterY: 0 }]] })],
    ['DM4', writeDm({ width, height, dataType: 2, value })],
    ['PNG', writePng({ width, height, depth: 8, colour: 0, value: (x, y) => value(0, x, y) })],
  ];

  it.each(files)('%s, plain and packed, whatever its name', async (format, bytes) => {
    for (const content of [bytes, new Uint8Array(gzipSync(bytes))]) {
      const micrograph = await openMicrograph(memorySource('anything', content));
      expect(micrograph).toMatchObject({
        name: 'anything',
        format,
        width,
        height,
        frames: 1,
      });
      expect(micrograph.compression).toBe(content === bytes ? undefined : 'gzip');
      expect(micrograph.header).toBeUndefined();
      expect(micrograph.facts.length).toBeGreaterThan(0);
      const rows = await micrograph.readRows(0, 1, 1);
      expect(rows.length).toBe(width);
      if (format === 'PNG') expect([...rows]).toEqual([10, 11, 12, 13]);
    }
  });
});

describeWithShared('data/conformance', 'openMicrograph on real files', () => {
  it('knows a density map', async () => {
    const micrograph = await openMicrograph(sharedSource('data/conformance/synth/volume5_ispg1.mrc'));
    expect(micrograph.frames).toBe(5);
    expect(micrograph).toMatchObject({ kind: 'volume', warnings: [] });
  });

  it('goes by the bytes, not by the name', async () => {
    const micrograph = await openMicrograph(sharedSource('data/conformance/synth/gz_without_suffix.mrc'));
    expect(micrograph).toMatchObject({ name: 'gz_without_suffix.mrc', compression: 'gzip', format: 'MRC' });
  });
});
