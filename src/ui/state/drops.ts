import { coordinateFileName } from '../../dataset/coordinates/detect.ts';
import { isSessionFile } from '../../dataset/sessionFile/entries.ts';
import { isModel, looksLikeGain, saysGain } from '../../platform/browser/fileNames.ts';

/** What files that were dropped together are, by their names. */
export interface SortedDrop {
  readonly sessions: readonly string[];
  readonly picks: readonly string[];
  /** To be tried on the movie on the screen, or on the one that came with it. */
  readonly gains: readonly string[];
  /** Networks. */
  readonly models: readonly string[];
  /** Everything else, folders too. */
  readonly micrographs: readonly string[];
}

/**
 * A gain reference belongs on a movie: the one that is open, or those it came with. By itself and without a movie it
 * is a picture like any other.
 */
export function sortDrop(all: readonly string[], isMovieOpen: boolean): SortedDrop {
  const sessions = all.filter(isSessionFile);
  const names = all.filter((name) => !isSessionFile(name));
  const picks = names.filter((name) => coordinateFileName.test(name));
  const models = names.filter(isModel);
  const rest = names.filter((name) => !coordinateFileName.test(name) && !isModel(name));
  const sorted = { sessions, picks, models };
  if (rest.every(looksLikeGain)) {
    return isMovieOpen
      ? { ...sorted, gains: rest, micrographs: [] }
      : { ...sorted, gains: [], micrographs: rest };
  }
  return {
    ...sorted,
    gains: rest.filter(saysGain),
    micrographs: rest.filter((name) => !saysGain(name)),
  };
}
