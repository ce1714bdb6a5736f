import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../../src/core/bytes.ts';
import { FIELD } from '../../../../src/formats/mrc/layout.ts';
import { openMrc } from '../../../../src/formats/mrc/read.ts';
import { encodeHeader, type MrcWriteOptions } from '../../../../src/formats/mrc/write.ts';

/** A file of zeros with a good header, to be spoilt by the test. */
function file(
  options: Partial<MrcWriteOptions>,
  spoil: (view: DataView) => void = () => {},
  size = 1024 + 4 * 12,
) {
  const bytes = new Uint8Array(size);
  bytes.set(encodeHeader({ width: 4, height: 3, pixelSizeAngstrom: 1.25, ...options }));
  spoil(new DataView(bytes.buffer));
  return memorySource('test.mrc', bytes);
}

describe('the MRC header', () => {
  it('is described in words, without a warning when there is nothing to say', async () => {
    const image = await openMrc(file({}));
    expect(image.description).toBe('MRC mode 2 (32-bit float), little-endian');
    expect(image.warnings).toEqual([]);
    expect(image.pixelSizeAngstrom).toBe(1.25);
  });

  it('keeps the pixel size apart from the image size', async () => {
    const image = await openMrc(
      file({}, (view) => {
        view.setInt32(FIELD.mx, 8, true);
        view.setFloat32(FIELD.cellX, 20, true);
      }),
    );
    expect(image.pixelSizeAngstrom).toBe(2.5);
  });

  it('states the pixel size without the noise of 32 bits', async () => {
    const image = await openMrc(file({ width: 4, pixelSizeAngstrom: 1.77 }));
    expect(image.pixelSizeAngstrom).toBe(1.77);
  });

  it.each([
    [1, /exactly 1 Å/],
    [undefined, /does not state its pixel size/],
  ])('warns of a pixel size of %s', async (pixelSizeAngstrom, words) => {
    const image = await openMrc(file({ pixelSizeAngstrom }));
    expect(image.pixelSizeAngstrom).toBe(pixelSizeAngstrom);
    expect(image.warnings.join()).toMatch(words);
  });

  it('says how many frames of a stack that was cut off are whole', async () => {
    await expect(openMrc(file({ frames: 5 }, () => {}, 1024 + 4 * 12 * 3 + 7))).rejects.toThrow(
      'test.mrc is cut off: its pixels need 240 bytes and 3 of 5 frames are there.',
    );
  });

  it.each([
    [7, /32-bit integers/],
    [16, /RGB/],
    [9, /does not exist/],
  ])('explains mode %i', async (mode, words) => {
    await expect(openMrc(file({}, (view) => view.setInt32(FIELD.mode, mode, true)))).rejects.toThrow(words);
  });

  it('reads only the header when it opens a file', async () => {
    const whole = file({});
    const reads: number[] = [];
    await openMrc({
      ...whole,
      read: (offset, length) => {
        reads.push(length);
        return whole.read(offset, length);
      },
    });
    expect(reads).toEqual([1024]);
  });
});
