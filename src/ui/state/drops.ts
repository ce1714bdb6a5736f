import { coordinateFileName } from '../../dataset/coordinates/detect.ts';
import { looksLikeGain, saysGain } from '../../platform/browser/fileNames.ts';

/** What files that were dropped together are, by their names. */
export interface SortedDrop {
  readonly picks: readonly string[];
  /** To be tried on the movie on the screen, or on the one that came with it. */
  readonly gains: readonly string[];
  /** Everything else, folders too. */
  readonly micrographs: readonly string[];
}

/**
 * A gain reference belongs on a movie: the one that is open, or those it came with. By itself and without a movie it
 * is a picture like any other.
 */
export function sortDrop(names: readonly string[], isMovieOpen: boolean): SortedDrop {
  const picks = names.filter((name) => coordinateFileName.test(name));
  const rest = names.filter((name) => !coordinateFileName.test(name));
  if (rest.every(looksLikeGain)) {
    return isMovieOpen ? { picks, gains: rest, micrographs: [] } : { picks, gains: [], micrographs: rest };
  }
  return { picks, gains: rest.filter(saysGain), micrographs: rest.filter((name) => !saysGain(name)) };
}
