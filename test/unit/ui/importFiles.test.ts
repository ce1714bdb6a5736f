import { describe, expect, it } from 'vitest';
import { writeCoordinateFiles, writeStarParticles } from '../../../src/formats/star/particles.ts';
import { writeStarPicks } from '../../../src/formats/star/picks.ts';
import { goByOneName, sortFiles } from '../../../src/ui/state/importFiles.ts';
import { coordinateReader } from './fixtures.ts';

const pick = { x: 1, y: 2, score: 0.5 };
const file = (name: string, text = writeStarPicks([pick])): File => new File([text], name);
const names = async (files: readonly File[], micrograph: string, isMeant: boolean) => {
  const { ours, left } = await sortFiles(coordinateReader, files, micrograph, isMeant);
  return [ours.map(({ name }) => name), left.map(({ name }) => name)];
};

describe('files of picks', () => {
  it('go by the name of a micrograph but for what programs put behind it', () => {
    expect(goByOneName('a.star', 'a.mrc')).toBe(true);
    expect(goByOneName('a_autopick.star', 'a.mrc')).toBe(true);
    expect(goByOneName('a_info.json', 'a.tif')).toBe(true);
    expect(goByOneName('a.csv', 'a_avg.mrc.gz')).toBe(true);
    expect(goByOneName('a_DW_manualpick.star', 'a.mrc')).toBe(true);
    expect(goByOneName('a_1.star', 'a_10.mrc')).toBe(false);
    expect(goByOneName('b.star', 'a.mrc')).toBe(false);
  });

  it('are imported as they are meant: a single one always, of several those of the name', async () => {
    expect(await names([file('b.star')], 'a.mrc', true)).toEqual([['b.star'], []]);
    expect(await names([file('b.star')], 'a.mrc', false)).toEqual([[], ['b.star']]);
    const several = [file('a.box'), file('b.box'), file('a_topaz.txt')];
    expect(await names(several, 'a.mrc', true)).toEqual([['a.box', 'a_topaz.txt'], ['b.box']]);
    expect(await names([file('p.star'), file('q.star')], 'a.mrc', true)).toEqual([['p.star', 'q.star'], []]);
    expect(await names([file('p.star'), file('q.star')], 'a.mrc', false)).toEqual([[], ['p.star', 'q.star']]);
  });

  it('of many micrographs are known by what is in them, and a bad one beside them does no harm', async () => {
    const many = ['a', 'b'].map((name) => ({ name: `MotionCorr/${name}.mrc`, coordinates: [pick] }));
    const files = [
      file('bad.star', 'nothing'),
      file('particles.star', writeStarParticles(many)),
      file('c.star'),
    ];
    expect(await names(files, 'a.mrc', false)).toEqual([['particles.star'], ['bad.star', 'c.star']]);
    expect(await names(files, 'x.mrc', false)).toEqual([[], ['bad.star', 'particles.star', 'c.star']]);
  });

  it('are found for an index among those that came with it, whatever folders it names', async () => {
    const index = writeCoordinateFiles([
      { micrograph: 'Micrographs/a.mrc', coordinates: 'AutoPick/job010/first.star' },
      { micrograph: 'Micrographs/b.mrc', coordinates: 'AutoPick/job010/second.star' },
    ]);
    const files = [file('autopick.star', index), file('first.star'), file('second.star'), file('other.star')];
    expect(await names(files, 'a.mrc', false)).toEqual([['autopick.star'], ['other.star']]);
  });
});
