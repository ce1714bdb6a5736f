import { describe, expect, it } from 'vitest';
import { FIELD } from '../../../../src/formats/mrc/layout.ts';
import { openMrc } from '../../../../src/formats/mrc/read.ts';
import { describeWithShared, sharedSource } from '../sharedData.ts';
import { mrcSource } from './build.ts';

interface Header {
  readonly size?: number;
  readonly frames?: number;
  readonly ispg?: number;
  readonly mz?: number;
  readonly mode?: 2 | 6;
  readonly cellZ?: number;
}

async function kindOf(name: string, header: Header = {}) {
  const { size = 512, frames = 3, ispg = 0, mz = 1, mode = 2, cellZ = 1.25 } = header;
  const spoil = (view: DataView) => {
    view.setInt32(FIELD.spaceGroup, ispg, true);
    view.setInt32(FIELD.mz, mz, true);
    view.setFloat32(FIELD.cellZ, cellZ, true);
  };
  const pixels = new Uint8Array(size * size * frames * 4);
  return await openMrc(mrcSource({ width: size, height: size, frames, mode, pixels, spoil }, name));
}

describe('what the sections of a file are', () => {
  it.each<[string, Header, string]>([
    ['a.mrc', { frames: 1 }, 'image'],
    ['a.rec', { frames: 1, ispg: 1 }, 'image'],
    ['a.mrc', {}, 'movie'],
    ['a.mrcs', {}, 'movie'],
    ['a.mrc', { size: 511 }, 'stack'],
    ['a.st', {}, 'stack'],
    ['a.preali', {}, 'stack'],
    ['a.st.gz', {}, 'stack'],
    ['a.MAP', {}, 'volume'],
    ['a.rec', {}, 'volume'],
    ['a.mrc', { ispg: 401 }, 'volume-stack'],
    ['a.map', { ispg: 630 }, 'volume-stack'],
    // A header that calls it a volume, and can be believed.
    ['a.mrc', { size: 32, ispg: 1, mz: 3 }, 'volume'],
    ['a.mrc', { size: 32, ispg: 155, mz: 120 }, 'volume'],
    ['a.mrc', { size: 4, frames: 3, ispg: 1, mz: 3, cellZ: 0 }, 'volume'],
    // And those that can not.
    ['a.mrc', { ispg: 1, mz: 3 }, 'movie'],
    ['a.mrc', { size: 32, ispg: 1, mz: 1 }, 'stack'],
    ['a.mrc', { size: 32, ispg: 1, mz: 3, mode: 6 }, 'stack'],
    ['a.mrc', { size: 32, ispg: 1, mz: 3, cellZ: -1 }, 'stack'],
    ['a.mrc', { size: 32, ispg: 1, mz: 3, cellZ: Number.NaN }, 'stack'],
    ['a.mrc', { size: 32, ispg: 1, mz: 3, cellZ: 0 }, 'stack'],
    ['a.mrcs', { size: 32, ispg: 1, mz: 3 }, 'stack'],
  ])('%s %j is a %s', async (name, header, kind) => {
    expect((await kindOf(name, header)).kind).toBe(kind);
  });

  it('is said where the header claims something else', async () => {
    expect((await kindOf('a.mrc', { ispg: 1, mz: 3 })).warnings.join()).toMatch(
      /calls it a volume \(ISPG 1\), but it looks like a movie/,
    );
    expect((await kindOf('a.rec')).warnings).toEqual([]);
  });
});

describeWithShared('data/conformance/real', 'kinds of real files', () => {
  it.each([
    ['conformance/real/Custom_movie.mrc', 'stack'],
    ['conformance/real/20241021_00405_movie.mrc', 'stack'],
    ['conformance/real/EMD-3001.map', 'volume'],
    ['conformance/real/3pqr-mode0.ccp4', 'volume'],
    ['conformance/real/maptools_file.mrc', 'volume'],
    ['conformance/real/ncem_temp.mrc', 'stack'],
    ['volumes/clean70SRibosome_vol_65p.mrc', 'volume'],
    ['movie/hiv_images_shift_noise_80x80x10.mrc', 'stack'],
  ])('%s is a %s', async (file, kind) => {
    expect((await openMrc(sharedSource(`data/${file}`))).kind).toBe(kind);
  });
});
