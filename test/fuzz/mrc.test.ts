import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/core/bytes.ts';
import { explainHeader, openMicrograph } from '../../src/dataset/open.ts';
import { FIELD } from '../../src/formats/mrc/layout.ts';
import { packed } from '../unit/formats/compression/packed.ts';
import { type MrcParts, mrcBytes } from '../unit/formats/mrc/build.ts';
import { frugal, fuzz, fuzzTimeout } from './harness.ts';

const [width, height, frames] = [7, 5, 2];
const size = { width, height, frames };

/** One file of each mode, with and without each extended header, in both byte orders where that is easy. */
function seeds(): Uint8Array<ArrayBuffer>[] {
  const inMode = (mode: number, bytesPerRow: number, parts: MrcParts = {}) => {
    const pixels = Uint8Array.from({ length: bytesPerRow * height * frames }, (_, i) => i);
    const spoil = (view: DataView) => {
      view.setInt32(FIELD.mode, mode, true);
      parts.spoil?.(view);
    };
    return mrcBytes({ ...size, pixels, ...parts, spoil });
  };
  const fei = (bytes: number) => {
    const record = new Uint8Array(2 * bytes).fill(1);
    new DataView(record.buffer).setInt32(0, bytes, true);
    return record;
  };
  const counts = (nint: number, nreal: number) => (view: DataView) => {
    view.setInt16(FIELD.nint, nint, true);
    view.setInt16(FIELD.nreal, nreal, true);
  };
  // Without a version and a stated range, the sign of its bytes is guessed from the pixels.
  const unsure = (view: DataView) => view.setInt32(FIELD.version, 0, true);
  return [
    ...[0, 1, 2, 3, 4, 6, 12, 101].map((mode) =>
      inMode(mode, { 0: 7, 2: 28, 3: 28, 4: 56, 101: 4 }[mode] ?? 14),
    ),
    inMode(0, 7, { spoil: unsure }),
    inMode(1, 14, { extended: fei(768), type: 'FEI1', pixelSizeAngstrom: undefined }),
    inMode(2, 28, { extended: fei(888), type: 'FEI2' }),
    inMode(6, 14, { extended: new Uint8Array(28).fill(3), type: 'SERI', spoil: counts(14, 43) }),
    inMode(6, 14, { extended: new Uint8Array(28).fill(3), spoil: counts(14, 43) }),
    inMode(2, 28, { extended: new Uint8Array(256).fill(60), type: 'AGAR', spoil: counts(0, 32) }),
    inMode(2, 28, { extended: new Uint8Array(160).fill(88), type: 'CCP4' }),
  ];
}

/** Opens and reads; the pixels must be no more than the bytes can hold. */
async function read(bytes: Uint8Array<ArrayBuffer>, most: number): Promise<void> {
  const micrograph = await openMicrograph(frugal(bytes));
  expect(micrograph.width * micrograph.height * micrograph.frames).toBeLessThanOrEqual(most);
  for (const frame of new Set([0, micrograph.frames - 1])) {
    const rows = await micrograph.readRows(frame, 0, micrograph.height);
    expect(rows.length).toBe(micrograph.width * micrograph.height);
    const samples = await micrograph.readSamples?.(frame, 0, micrograph.height);
    if (samples) expect(samples.bytes.length).toBe(samples.rowBytes * micrograph.height);
  }
}

describe('injured micrographs', { timeout: fuzzTimeout }, () => {
  it('MRC', async () => {
    await fuzz(seeds(), async (bytes) => {
      // Whatever the header says, it can be explained where the file is taken for MRC at all.
      await explainHeader(memorySource('fuzz', bytes)).catch((error: unknown) => {
        expect(error).toMatchObject({ name: 'FormatError' });
      });
      // Two pixels of mode 101 in a byte.
      await read(bytes, 2 * bytes.length);
    });
  });

  it('MRC, packed after it was injured', async () => {
    await fuzz(seeds(), (bytes) => read(new Uint8Array(gzipSync(bytes)), 2 * bytes.length));
  });

  it('MRC, injured after it was packed', async () => {
    const whole = seeds();
    const bzip2 = Uint8Array.from(Buffer.from(packed.small, 'base64'));
    const bomb = Uint8Array.from(Buffer.from(packed.bomb, 'base64'));
    const all = whole.flatMap((bytes) => [bytes, new Uint8Array(gzipSync(bytes)), bzip2]);
    // More than a picture of a few pixels and the slack after it is never kept.
    await fuzz([...all, bomb], (bytes) => read(bytes, 2 ** 22));
  });
});
