import { describe, expect, it } from 'vitest';
import { FIELD } from '../../../../src/formats/mrc/layout.ts';
import { openMrc } from '../../../../src/formats/mrc/read.ts';
import { mrcSource } from './build.ts';

const [width, height] = [16, 16];
/** A smooth picture in 0..255. */
const smooth = Uint8Array.from({ length: width * height }, (_, i) => 100 + (i % width) * 4);

interface Given {
  readonly range?: readonly [number, number];
  readonly flags?: number;
  readonly version?: number;
  readonly pixels?: Uint8Array;
}

function source({ range: [min, max] = [0, -1], flags, version = 0, pixels = smooth }: Given) {
  const spoil = (view: DataView) => {
    view.setInt32(FIELD.version, version, true);
    view.setFloat32(FIELD.dmin, min, true);
    view.setFloat32(FIELD.dmax, max, true);
    view.setFloat32(FIELD.dmean, (min + max) / 2, true);
    if (flags === undefined) return;
    view.setInt32(FIELD.imodStamp, 1146047817, true);
    view.setInt32(FIELD.imodFlags, flags, true);
  };
  return mrcSource({ width, height, mode: 0, pixels, spoil });
}

describe('bytes of mode 0', () => {
  const noise = Uint8Array.from({ length: width * height }, (_, i) => (i * 151) % 256);
  const dark = smooth.map((value) => value / 2);

  it.each<[string, Given, string, boolean]>([
    ["IMOD's flag, clear", { flags: 0, version: 20141 }, 'unsigned', false],
    ["IMOD's flag, set", { flags: 1 }, 'signed', false],
    ["IMOD's flag against the stated range", { flags: 0, range: [-128, 127] }, 'unsigned', false],
    ['a stated maximum above 127', { range: [0, 255], version: 20141 }, 'unsigned', true],
    ['a stated minimum below 0', { range: [-128, 127] }, 'signed', false],
    ['the version of MRC2014', { version: 20140, range: [0, 127] }, 'signed', false],
    ['pixels that are torn as signed ones', {}, 'unsigned', true],
    ['pixels that are torn as unsigned ones', { pixels: smooth.map((v) => v - 128) }, 'signed', true],
    ['pixels that do not tell', { pixels: noise }, 'signed', true],
    ['pixels that are the same either way', { pixels: dark }, 'signed', false],
  ])('%s', async (_, given, sign, isGuessed) => {
    const image = await openMrc(source(given));
    expect(image.byteSign).toBe(sign);
    expect(/bytes are signed/.test(image.warnings.join())).toBe(isGuessed);
    expect(image.description).toContain(`8-bit ${sign} integer`);
    const mode = image.facts.find(({ name }) => name === 'MODE');
    expect(mode?.verdict).toBe(isGuessed ? 'doubtful' : 'good');
    const first = (given.pixels ?? smooth)[0] ?? 0;
    const [value] = await image.readRows(0, 0, 1);
    expect(value).toBe(sign === 'signed' && first > 127 ? first - 256 : first);
    expect((await image.readSamples?.(0, 0, 1))?.type).toBe(sign === 'signed' ? 'int8' : 'uint8');
  });

  it('are read as the user says, against everything', async () => {
    const given = source({ flags: 0, range: [0, 255], version: 20141 });
    const image = await openMrc(given, { byteSign: 'signed' });
    expect(image.byteSign).toBe('signed');
    expect(image.warnings.join()).not.toMatch(/signed/);
    expect(image.facts.find(({ name }) => name === 'MODE')?.meaning).toMatch(/as you set it/);
  });

  it('have no say in other modes', async () => {
    const image = await openMrc(mrcSource({}), { byteSign: 'unsigned' });
    expect(image.byteSign).toBeUndefined();
  });
});
