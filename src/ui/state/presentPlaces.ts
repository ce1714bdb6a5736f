/** Where the files of the list lie now: a folder that was renamed is known by its former name, but other programs see the new one. */
import type { Library } from './library.ts';

/** A file's name, and the folders above it inside what was opened. */
export interface FilePlace {
  readonly name: string;
  readonly folder: string;
}

/**
 * How other programs find the files of the list: as they are called now. A folder keeps the name that the session knows it by where
 * another folder of the list is called as it is now, so that no two are written as one; so does a file that was shown by itself, of
 * which nobody knows the folder.
 * @returns undefined for what is not in the list.
 */
export function presentPlaces(
  library: Pick<Library, 'plain' | 'file'>,
): (key: string | undefined) => FilePlace | undefined {
  const sourcesUnder = new Map<string, Set<string>>();
  for (const { key, sourceId, folder } of library.plain()) {
    const top = topOf(library.file(key)?.lies?.folder || folder);
    sourcesUnder.set(top, (sourcesUnder.get(top) ?? new Set()).add(sourceId));
  }
  return (key) => {
    const local = key === undefined ? undefined : library.file(key);
    if (!local) return undefined;
    const { name, folder, lies } = local;
    if (!lies) return { name, folder };
    const isAlone = (sourcesUnder.get(topOf(lies.folder))?.size ?? 0) <= 1;
    return { name: lies.name, folder: lies.folder !== '' && isAlone ? lies.folder : folder };
  };
}

/** "Grid3" of "Grid3/raw". */
function topOf(folder: string): string {
  return folder.split('/')[0] ?? '';
}
