import { describe, expect, it } from 'vitest';
import { openTiff } from '../../src/formats/tiff/read.ts';
import { type TiffSpec, writeTiff } from '../fixtures/tiff.ts';
import { frugal, fuzz, fuzzTimeout } from './harness.ts';

const value: TiffSpec['value'] = (frame, x, y, sample) => (x * 31 + y * 17 + frame * 5 + sample * 3) % 200;
const small = { width: 11, height: 7, value } as const;

const seeds: readonly TiffSpec[] = [
  { ...small, type: 'uint8', frames: 2 },
  { ...small, type: 'int16', compression: 'lzw', predictor: 2, rowsPerStrip: 2, frames: 2 },
  { ...small, type: 'uint16', compression: 'deflate', littleEndian: false },
  { ...small, type: 'float32', compression: 'deflate', predictor: 3, bigTiff: true, frames: 2 },
  { ...small, type: 'float16', compression: 'packbits', tile: [16, 16], bigTiff: true, littleEndian: false },
  { ...small, type: 'uint4', thumbnail: 'marked' },
  { ...small, type: 'uint8', samples: 3, planar: true, compression: 'lzw', thumbnail: 'plain' },
  { ...small, type: 'float64', samples: 3, rowsPerStrip: 3, fields: [[270, 2, 'ImageJ=1.53t\nunit=nm\n']] },
];

describe('injured TIFF files', { timeout: fuzzTimeout }, () => {
  it('TIFF', async () => {
    await fuzz(seeds.map(writeTiff), async (bytes) => {
      // Chunks may lie over one another: every frame may read the whole file once.
      const { width, height, frames, readRows, readSamples } = await openTiff(frugal(bytes, 'fuzz.tif', 6));
      expect(width * height).toBeLessThanOrEqual(bytes.length * 4000);
      for (const frame of new Set([0, frames - 1])) {
        expect((await readRows(frame, 0, height)).length).toBe(width * height);
      }
      const last = await readSamples?.(0, height - 1, 1);
      if (last) expect(last.bytes.length).toBe(last.rowBytes);
    });
  });
});
