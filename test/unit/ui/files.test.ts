import { describe, expect, it } from 'vitest';
import {
  FolderListing,
  fileStem,
  looksLikeGain,
  openableSuffixes,
} from '../../../src/platform/browser/fileNames.ts';
import { sortDrop } from '../../../src/ui/state/drops.ts';
import { sumName } from '../../../src/ui/state/sums.ts';

const listed = (names: readonly string[], limit = 100): string[] => {
  const listing = new FolderListing<{ readonly name: string }>(limit);
  for (const name of names) listing.add({ name });
  return listing.files().map(({ name }) => name);
};

describe('a folder', () => {
  it('lists what a microscope writes, in any case and in wrappers', () => {
    const all = [
      'a.mrc',
      'b.MRCS',
      'c.st',
      'd.map.gz',
      'e.rec.bz2',
      'f.preali',
      'g.TIFF',
      'h.tif',
      'i.eer',
      'j.dm4',
      'k.ali',
      'l.ccp4',
    ];
    expect(listed([...all, 'm.txt', 'n.mrc.zip', 'o.star', 'p.xml.gz', 'q.tif.gz'])).toEqual(all);
  });

  it('leaves out thumbnails and gain references beside micrographs, but shows them where they are alone', () => {
    const others = ['a.png', 'a.jpg', 'gain.mrc', 'x.gain', 'SuperRef_1.dm4'];
    expect(listed(['a.mrc', ...others, 'b.eer'])).toEqual(['a.mrc', 'b.eer']);
    expect(listed([...others, 'notes.txt'])).toEqual(others);
  });

  it('is not searched without end, and thumbnails take no room from micrographs', () => {
    const listing = new FolderListing<{ readonly name: string }>(2);
    for (const name of ['1.png', '2.png', '3.png', '1.mrc', '2.mrc', '3.mrc']) listing.add({ name });
    expect(listing.isFull).toBe(true);
    expect(listing.files()).toHaveLength(2);
  });
});

describe('names', () => {
  it('of gain references are known, of others not taken for them', () => {
    const gains = ['gain.mrc', 'K3_GainRef.tif', 'x.gain', 'CountRef_May.mrc', 'anything.dm4', 'gain.mrc.gz'];
    const others = ['again_01.mrc', 'against.tif', 'may08.mrc', 'gains', 'gain.txt'];
    expect([gains.map(looksLikeGain), others.map(looksLikeGain)]).toEqual([
      gains.map(() => true),
      others.map(() => false),
    ]);
  });

  it('lose what says their format, wrapper and all', () => {
    expect(['a.b.mrc.gz', 'a.eer', 'a.tiff', 'a.JPG', 'a'].map(fileStem)).toEqual([
      'a.b',
      'a',
      'a',
      'a',
      'a',
    ]);
  });

  it('of sums say which frames are in them', () => {
    const range = { first: 2, last: 19 };
    expect(sumName('m.eer', 'all', range)).toBe('m_sum.mrc');
    expect(sumName('m.mrc.gz', 'even', range)).toBe('m_EVN.mrc');
    expect(sumName('m.tif', 'odd', range)).toBe('m_ODD.mrc');
    expect(sumName('m.mrc', 'all', { first: 6, last: 6 })).toBe('m_frame7.mrc');
  });

  it('are offered in the dialog for all that a folder lists', () => {
    for (const suffix of openableSuffixes) {
      const name = `a${suffix === '.gz' || suffix === '.bz2' ? '.mrc' : ''}${suffix}`;
      expect(listed([name])).toEqual([name]);
    }
  });
});

describe('what is dropped together', () => {
  it('is told apart: picks, a gain reference for the movie, networks, and micrographs', () => {
    const names = ['a.mrc', 'mine.cryolite', 'a.star', 'gain.mrc', 'folder', 'resnet8_u32.sav', 'N.ONNX'];
    expect(sortDrop(names, false)).toEqual({
      sessions: ['mine.cryolite'],
      picks: ['a.star'],
      gains: ['gain.mrc'],
      models: ['resnet8_u32.sav', 'N.ONNX'],
      micrographs: ['a.mrc', 'folder'],
    });
  });

  it('takes a gain reference alone for one only where a movie is open', () => {
    const nothing = { sessions: [], picks: [], models: [], gains: [], micrographs: [] };
    expect(sortDrop(['x.dm4'], true)).toEqual({ ...nothing, gains: ['x.dm4'] });
    expect(sortDrop(['x.dm4'], false)).toEqual({ ...nothing, micrographs: ['x.dm4'] });
    expect(sortDrop(['a.star'], true)).toEqual({ ...nothing, picks: ['a.star'] });
    expect(sortDrop(['unet.pt'], true)).toEqual({ ...nothing, models: ['unet.pt'] });
    // Beside others a DM4 is a micrograph, too.
    expect(sortDrop(['x.dm4', 'a.mrc'], true).gains).toEqual([]);
  });
});
