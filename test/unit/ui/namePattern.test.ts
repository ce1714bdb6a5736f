import { describe, expect, test } from 'vitest';
import { globPattern, pathFilter } from '../../../src/ui/state/namePattern.ts';

const paths = [
  'data/Grid1/raw/a_avg.mrc',
  'data/Grid1/raw/a_frame.mrc',
  'data/Grid1/Grid2/deep/b_avg.mrc',
  'data/Other/c_avg.mrc',
  'loose.mrc',
];
const found = (text: string): string[] => paths.filter(pathFilter(text));

describe('what a filter field finds', () => {
  test.each([
    ['', [0, 1, 2, 3, 4]],
    ['AVG', [0, 2, 3]],
    ['grid1 avg', [0, 2]],
    ['avg !grid2', [0, 3]],
    ['*_avg.mrc', [0, 2, 3]],
    ['?_frame.mrc', [1]],
    ['Grid*/**/*_avg.mrc', [0, 2]],
    ['data/*/*_avg.mrc', [3]],
    ['Other/*', [3]],
    ['[ab]_avg.mrc', [0, 2]],
    ['[!ab]_avg.mrc', [3]],
    ['[z-a]*', []],
    ['*.tif', []],
    // A bracket that does not end is a letter.
    ['[a', []],
  ] as const)('%s', (text, places) => {
    expect(found(text)).toEqual(places.map((place) => paths[place]));
  });

  test('letters that mean something to regular expressions mean nothing here', () => {
    expect(globPattern('a+(1).mrc*').test('a+(1).mrc.gz')).toBe(true);
    expect(globPattern('a.mrc').test('a_mrc')).toBe(false);
    expect(globPattern('**').test('a/b/c')).toBe(true);
  });
});
