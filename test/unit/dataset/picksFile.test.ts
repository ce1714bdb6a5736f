import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../src/core/bytes.ts';
import { readPicksFile } from '../../../src/dataset/picksFile.ts';
import { describeWithShared, sharedSource } from '../formats/sharedData.ts';

const text = (name: string, content: string) => memorySource(name, new TextEncoder().encode(content));
const table = (...rows: string[]) =>
  `data_\nloop_\n_rlnCoordinateX\n_rlnCoordinateY\n_rlnMicrographName\n${rows.join('\n')}\n`;

describe('readPicksFile', () => {
  it('goes by content, not by name', async () => {
    const imported = [{ x: 1, y: 2, score: 0.5, origin: 'imported' }];
    expect(await readPicksFile(text('a.csv', 'x,y,score\n1,2,0.5\n'), 'a')).toEqual(imported);
    const star = 'data_\nloop_\n_rlnCoordinateX\n_rlnCoordinateY\n_rlnAutopickFigureOfMerit\n1 2 0.5\n';
    expect(await readPicksFile(text('a.txt', `\n# version 30001\n\n${star}`), 'a')).toEqual([
      { ...imported[0], row: 0 },
    ]);
  });

  it('takes picks without a score for manual ones', async () => {
    expect(await readPicksFile(text('a.csv', 'x,y\n1,2\n'), 'a')).toEqual([
      { x: 1, y: 2, score: 1, origin: 'manual' },
    ]);
  });

  it('takes the picks of the micrograph out of many', async () => {
    const many = text('p.star', table('1 2 Motion/a.mrc', '3 4 Motion/b.mrc'));
    expect((await readPicksFile(many, 'b.mrc')).map(({ x }) => x)).toEqual([3]);
    await expect(readPicksFile(many, 'c.mrc')).rejects.toThrow(
      'p.star holds particles of 2 micrographs (Motion/a.mrc, Motion/b.mrc), but none of c.mrc.',
    );
    const one = text('p.star', table('1 2 Motion/a.mrc'));
    expect((await readPicksFile(one, 'renamed.mrc')).length).toBe(1);
  });

  it('refuses what is no text', async () => {
    await expect(readPicksFile(memorySource('a.csv', new Uint8Array(9)), 'a')).rejects.toMatchObject({
      problem: 'bad-csv',
    });
    await expect(readPicksFile(text('a.star', ''), 'a')).rejects.toMatchObject({ problem: 'empty' });
  });
});

describeWithShared('data/coordinates/cryosparc', 'readPicksFile on a git-LFS pointer', () => {
  it('says what it is', async () => {
    const source = sharedSource('data/coordinates/cryosparc/lfs_pointer_run_data.star');
    await expect(readPicksFile(source, 'a')).rejects.toMatchObject({
      problem: 'bad-star',
      message: expect.stringMatching(/git-LFS pointer/),
    });
  });
});
