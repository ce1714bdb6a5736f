import { describe, expect, it } from 'vitest';
import { isEer, openEer } from '../../src/formats/eer/read.ts';
import { eerMetadata, encodeEer } from '../fixtures/eer.ts';
import { frugal, fuzz, fuzzTimeout } from './harness.ts';

describe('injured movies', { timeout: fuzzTimeout }, () => {
  it('EER', async () => {
    const electron = (x: number, y: number) => ({ x, y, quarterX: x % 4, quarterY: y % 4 });
    const frames = [[], [electron(0, 0), electron(12, 3)], [electron(19, 6)], [electron(3, 1)]];
    const metadata = eerMetadata([['sensorPixelSize.width', '1e-10', 'm']]);
    const movie = { width: 20, height: 7, frames };
    const seeds = [
      encodeEer(movie),
      encodeEer({ ...movie, compression: 65000, metadata, pagesBefore: 1 }),
      encodeEer({ ...movie, compression: 65002, bits: [4, 1, 2], strips: 2, pagesAfter: 1 }),
      encodeEer({ ...movie, bigTiff: false, metadata }),
      encodeEer({ ...movie, bigTiff: false, bigEndian: true }),
    ];
    await fuzz(seeds, async (bytes) => {
      await isEer(frugal(bytes));
      const image = await openEer(frugal(bytes, 'fuzz', 4), {});
      const { width, height, rawFrames = 0 } = image;
      // A maximal run of 14 bits stands for 16383 pixels.
      expect(width * height).toBeLessThanOrEqual(bytes.length * 10_000);
      expect(rawFrames).toBeLessThan(bytes.length / 20);
      for (const frame of new Set([0, image.frames - 1])) {
        const rows = await image.readRows(frame, 0, height);
        expect(rows.length).toBe(width * height);
      }
    });
  });
});
