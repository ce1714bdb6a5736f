import { describe, expect, it } from 'vitest';
import { openDm4 } from '../../src/formats/dm4/read.ts';
import { writeDm } from '../fixtures/dm.ts';
import { frugal, fuzz, fuzzTimeout } from './harness.ts';

const small = { width: 9, height: 7, value: (frame: number, x: number, y: number) => frame + x + y } as const;

describe('injured DM files', { timeout: fuzzTimeout }, () => {
  it('DM3 and DM4', async () => {
    const seeds = [
      writeDm({ ...small, dataType: 2 }),
      writeDm({ ...small, dataType: 10, version: 3, frames: 2 }),
      writeDm({ ...small, dataType: 6, littleEndian: false }),
      writeDm({ ...small, dataType: 12, version: 3, littleEndian: false }),
    ];
    await fuzz(seeds, async (bytes) => {
      const { width, height, frames, readRows } = await openDm4(frugal(bytes, 'fuzz.dm4', 3));
      expect(width * height * frames).toBeLessThanOrEqual(bytes.length);
      for (const frame of new Set([0, frames - 1])) {
        expect((await readRows(frame, 0, height)).length).toBe(width * height);
      }
    });
  });
});
