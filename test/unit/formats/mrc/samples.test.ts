import { describe, expect, it } from 'vitest';
import { FIELD } from '../../../../src/formats/mrc/layout.ts';
import { openMrc } from '../../../../src/formats/mrc/read.ts';
import { mrcSource } from './build.ts';

const inMode = (mode: number, pixels: Uint8Array) =>
  openMrc(mrcSource({ width: 3, height: 2, pixels, spoil: (view) => view.setInt32(FIELD.mode, mode, true) }));

describe('mode 101', () => {
  // Rows 1 2 3 and 4 5 6; the high nibble of each second byte is padding.
  const pixels = Uint8Array.of(0x21, 0xf3, 0x54, 0xf6);

  it('has the earlier pixel in the low nibble and rows of whole bytes', async () => {
    const image = await inMode(101, pixels);
    expect([...(await image.readRows(0, 0, 2))]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...(await image.readRows(0, 1, 1))]).toEqual([4, 5, 6]);
    expect(await image.readSamples?.(0, 1, 1)).toEqual({
      type: 'uint4',
      bytes: Uint8Array.of(0x54, 0xf6),
      rowBytes: 2,
    });
  });
});

describe('complex modes', () => {
  it.each([
    [3, new Uint8Array(Int16Array.from([3, 4, -5, 12, 0, 0, 1, 0, 0, -1, -32768, -32768]).buffer)],
    [4, new Uint8Array(Float32Array.from([3, 4, -5, 12, 0, 0, 1, 0, 0, -1, -32768, -32768]).buffer)],
  ])('mode %i shows amplitudes and says so; there are no samples to unpack', async (mode, pixels) => {
    const image = await inMode(mode, pixels);
    expect([...(await image.readRows(0, 0, 2))]).toEqual([5, 13, 0, 1, 1, Math.fround(32768 * Math.SQRT2)]);
    expect(image.warnings.join()).toMatch(/complex.*amplitudes are shown/);
    expect(image.readSamples).toBeUndefined();
  });

  it('an amplitude whose square is no 32-bit float', async () => {
    const pixels = new Uint8Array(Float32Array.from([3e30, 4e30, ...new Float32Array(10)]).buffer);
    const [first] = await (await inMode(4, pixels)).readRows(0, 0, 1);
    expect(first).toBe(Math.fround(5e30));
  });
});
