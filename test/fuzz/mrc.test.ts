import { describe, expect, it } from 'vitest';
import { memorySink } from '../../src/core/bytes.ts';
import { openMicrograph } from '../../src/dataset/open.ts';
import { FIELD } from '../../src/formats/mrc/layout.ts';
import type { WritableMode } from '../../src/formats/mrc/modes.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { encode, frugal, fuzz, fuzzTimeout } from './harness.ts';

describe('injured micrographs', { timeout: fuzzTimeout }, () => {
  it('MRC', async () => {
    const modes: readonly WritableMode[] = [0, 1, 2, 6, 12];
    const seeds: Uint8Array<ArrayBuffer>[] = [];
    for (const mode of modes) {
      const sink = memorySink();
      const pixels = Float32Array.from({ length: 7 * 5 * 2 }, (_, i) => i);
      await writeMrc(sink, { width: 7, height: 5, frames: 2, mode, pixelSizeAngstrom: 1.5 }, [pixels]);
      const bytes = sink.bytes();
      seeds.push(bytes);
      // The same with a Thermo Fisher extended header.
      const extended = Uint8Array.from([
        ...bytes.subarray(0, 1024),
        ...new Uint8Array(768),
        ...bytes.subarray(1024),
      ]);
      new DataView(extended.buffer).setInt32(FIELD.nsymbt, 768, true);
      extended.set(encode('FEI1'), FIELD.extendedType);
      new DataView(extended.buffer).setFloat32(FIELD.cellX, 0, true);
      seeds.push(extended);
    }
    await fuzz(seeds, async (bytes) => {
      const { width, height, frames, readRows } = await openMicrograph(frugal(bytes));
      expect(width * height * frames).toBeLessThanOrEqual(bytes.length);
      for (const frame of new Set([0, frames - 1])) {
        expect((await readRows(frame, 0, height)).length).toBe(width * height);
      }
    });
  });
});
