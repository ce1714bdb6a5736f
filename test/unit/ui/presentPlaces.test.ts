import { describe, expect, test } from 'vitest';
import type { LocalFile } from '../../../src/platform/browser/files.ts';
import { createLibrary, itemPath } from '../../../src/ui/state/library.ts';
import { presentPlaces } from '../../../src/ui/state/presentPlaces.ts';
import { asKnown } from '../../../src/ui/state/sourceIdentity.ts';

const local = (folder: string, name = 'a.mrc'): LocalFile => ({
  ...{ name, folder },
  getFile: async () => new File([], name),
});

const placesOf = (...sources: readonly (readonly LocalFile[])[]): (string | undefined)[] => {
  const library = createLibrary();
  const keys = sources.flatMap((files, i) => library.add(`s${i}`, files));
  const placeOf = presentPlaces(library);
  return keys.map((key) => {
    const place = placeOf(key);
    return place && itemPath(place);
  });
};

describe('where files lie now', () => {
  const renamed = asKnown([local('done'), local('done/raw')], [{ lies: 'done', known: 'grid' }]);

  test('is where the list knows them, unless their folder was renamed', () => {
    expect(renamed.map(({ folder }) => folder)).toEqual(['grid', 'grid/raw']);
    expect(placesOf([local('other')], renamed)).toEqual(['other/a.mrc', 'done/a.mrc', 'done/raw/a.mrc']);
  });

  test('is told by the number where two folders have one name, which was never another', () => {
    const second = asKnown([local('grid')], [{ lies: 'grid', known: 'grid_2', isGiven: true }]);
    expect(placesOf([local('grid')], second)).toEqual(['grid/a.mrc', 'grid_2/a.mrc']);
    // Also where the first one is not open.
    expect(placesOf(second)).toEqual(['grid_2/a.mrc']);
  });

  test('is told by the former name where another folder of the list has the new one', () => {
    expect(placesOf([local('done')], renamed)).toEqual(['done/a.mrc', 'grid/a.mrc', 'grid/raw/a.mrc']);
    const swapped = asKnown([local('grid')], [{ lies: 'grid', known: 'done' }]);
    expect(placesOf(swapped, renamed)).toEqual(['grid/a.mrc', 'done/a.mrc', 'done/raw/a.mrc']);
  });

  test('is a new name in the folder of before where a file was shown by itself', () => {
    const lies = { name: 'b.mrc', folder: '' };
    expect(placesOf([{ ...local('grid'), lies }])).toEqual(['grid/b.mrc']);
  });

  test('is unknown of what is not in the list', () => {
    expect(presentPlaces(createLibrary())('s/a.mrc')).toBeUndefined();
    expect(presentPlaces(createLibrary())(undefined)).toBeUndefined();
  });
});
