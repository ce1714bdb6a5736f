import { describe, expect, it } from 'vitest';
import { memorySink, memorySource } from '../../../src/core/bytes.ts';
import { openMicrograph } from '../../../src/dataset/open.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
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
    ['\x1f\x8b\x08\0', 'bad-compression', /compressed with gzip, not supported yet/],
    ['BZh91AY&SY', 'bad-compression', /bzip2, not supported yet/],
    ['\x89PNG\r\n\x1a\n', 'not-mrc', /PNG picture/],
    ['II*\0', 'not-mrc', /TIFF file, not supported yet/],
    ['MM\0+\0\x08', 'not-mrc', /TIFF file, not supported yet/],
    ['\x89HDF\r\n\x1a\n', 'not-mrc', /HDF5 file, not supported yet/],
    ['version https://git-lfs.github.com/spec/v1\noid', 'not-mrc', /git-LFS pointer.*git lfs pull/],
    ['data_\nloop_\n', 'not-mrc', /text file/],
    ['', 'empty', /empty \(0 bytes\)/],
  ])('says what %j is instead', async (content, problem, words) => {
    const opened = openMicrograph(memorySource('movie.mrc', bytesOf(content)));
    await expect(opened).rejects.toMatchObject({ problem, message: expect.stringMatching(words) });
  });

  it('calls a BigTIFF named .eer an EER movie', async () => {
    const opened = openMicrograph(memorySource('movie.eer', bytesOf('II+\0\x08\0')));
    await expect(opened).rejects.toThrow('movie.eer is an EER movie, not supported yet');
  });
});

describeWithShared('data/volumes', 'openMicrograph on a density map', () => {
  it('warns that it is a volume', async () => {
    const micrograph = await openMicrograph(sharedSource('data/conformance/synth/volume5_ispg1.mrc'));
    expect(micrograph.frames).toBe(5);
    expect(micrograph.warnings.join()).toMatch(/volume/);
  });
});
