import { packCoordinates } from '../dataset/coordinates/packed.ts';
import { readCoordinates } from '../dataset/coordinates/read.ts';
import { mostStarLetters } from '../dataset/session.ts';
import type { CoordinateApi } from '../rpc/coordinates.ts';
import type { ComputePlatform } from './serviceParts.ts';

/** The part of the contract that reads coordinate files of other programs. */
export function coordinateService({ sourceOf }: Pick<ComputePlatform, 'sourceOf'>): CoordinateApi {
  return {
    readCoordinates: async (file, among) => {
      const used: string[] = [];
      // By their names without folders: an index names them as they lay on another machine.
      const byName = new Map(among.map((one) => [one.name, one]));
      const read = await readCoordinates(sourceOf(file), {
        resolve: async (path) => {
          const found = byName.get(path.split(/[/\\]/).at(-1) ?? '');
          if (found) used.push(found.name);
          return found && sourceOf(found);
        },
      });
      const { star, micrographs, ...rest } = read;
      return {
        ...rest,
        isTable: star !== undefined,
        starText: star && star.text.length <= mostStarLetters ? star.text : undefined,
        used,
        micrographs: micrographs.map(({ coordinates, ...one }) => ({
          ...one,
          packed: packCoordinates(coordinates),
        })),
      };
    },
  };
}
