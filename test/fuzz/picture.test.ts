import { encode } from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { openPicture } from '../../src/formats/picture/read.ts';
import { writePng } from '../fixtures/png.ts';
import { frugal, fuzz, fuzzTimeout } from './harness.ts';

const grey = {
  width: 9,
  height: 7,
  value: (x: number, y: number, c: number) => (x * 7 + y * 3 + c) % 2,
} as const;

async function read(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const { width, height, readRows } = await openPicture(frugal(bytes));
  expect((await readRows(0, 0, height)).length).toBe(width * height);
}

describe('injured pictures', { timeout: fuzzTimeout }, () => {
  it('PNG', async () => {
    const palette = [[1, 2, 3] as const, [200, 100, 0] as const];
    const seeds = [
      writePng({ ...grey, depth: 8, colour: 0 }),
      writePng({ ...grey, depth: 16, colour: 2, interlaced: true }),
      writePng({ ...grey, depth: 1, colour: 3, palette }),
      // Checksums mostly stop injuries: a long chunk that is not looked at lets some through.
      writePng({ ...grey, depth: 8, colour: 4, extra: [['tEXt', new Uint8Array(3000)]] }),
    ];
    await fuzz(seeds, read);
  });

  it('JPEG', async () => {
    const data = Uint8Array.from({ length: 20 * 12 * 4 }, (_, i) => (i * 7) % 251);
    const seeds = [30, 90].map(
      (quality) => new Uint8Array(encode({ width: 20, height: 12, data }, quality).data),
    );
    await fuzz(seeds, read);
  });
});
