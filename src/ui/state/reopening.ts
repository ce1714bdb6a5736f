import type { JobOptions } from '../../core/progress.ts';
import type { ItemNote } from '../../dataset/session.ts';
import { type FileSource, isFolder, type LocalFile, reopenHandles } from '../../platform/browser/files.ts';
import { matchLost } from './lostFiles.ts';

/** What is there of a source that was open before. */
export interface Reopened {
  /** The files of all its places; undefined where none of them is there. */
  readonly found: FileSource | undefined;
  /** Files and folders that are not where they were. */
  readonly missing: readonly FileSystemHandle[];
}

/** Lists all places of a source: after files were moved there may be several. @throws AbortError when it is cancelled. */
export async function reopenPlaces(
  handles: readonly FileSystemHandle[],
  options: JobOptions,
): Promise<Reopened> {
  const places: FileSource[] = [];
  const missing: FileSystemHandle[] = [];
  // Files are not looked for before they are read.
  const loose = handles.filter((handle) => !isFolder(handle));
  for (const place of [loose, ...handles.filter(isFolder).map((handle) => [handle])]) {
    try {
      places.push(...(await reopenHandles(place, options)));
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'NotFoundError') throw error;
      missing.push(...place);
    }
  }
  const first = places[0];
  if (!first) return { found: undefined, missing };
  const leftOut = places.flatMap(({ leftOut: some }) => some ?? []).join(' and ');
  return {
    found: {
      ...first,
      handles,
      files: places.flatMap(({ files }) => files),
      leftOut: leftOut === '' ? undefined : leftOut,
    },
    missing,
  };
}

/** Says what to do about them. */
export function goneWords(missing: readonly Pick<FileSystemHandle, 'name'>[]): string {
  const what = `${missing.map(({ name }) => name).join(' and ')} ${missing.length === 1 ? 'is' : 'are'}`;
  return `${what} not where the session saw it: it was moved, renamed or deleted. Open it from its new place, and what is known of its files comes back.`;
}

/**
 * Files of a source that were worked on and are not where they were: they keep their places in the list, so that they are
 * named and can be found again. Those that lie elsewhere in the source, or are called otherwise now, are there.
 * @param files those that are there. @param keys of these.
 */
export async function missingFiles(
  sourceId: string,
  notes: readonly ItemNote[],
  files: readonly LocalFile[],
  keys: readonly string[],
): Promise<LocalFile[]> {
  const present = new Set(keys);
  const own = notes.filter(({ key }) => key.startsWith(`${sourceId}/`));
  const there = new Set(own.flatMap((note) => (present.has(note.key) ? marksOf(note) : [])));
  const missing = own.flatMap((note) => {
    const { key, acceptance, pickCount = 0 } = note;
    // What was rejected may well have been deleted.
    const isWorkedOn = acceptance === 'accepted' || (pickCount > 0 && acceptance !== 'rejected');
    if (present.has(key) || !isWorkedOn || marksOf(note).some((mark) => there.has(mark))) return [];
    const folders = key.slice(sourceId.length + 1).split('/');
    return [{ key, name: folders.pop() ?? '', folder: folders.join('/') }];
  });
  if (missing.length === 0) return [];
  const byKey = new Map(own.map((note) => [note.key, note]));
  const fresh = files.filter((_, i) => !byKey.has(keys[i] ?? ''));
  const { matched } = await matchLost(missing, fresh, byKey, 'content');
  const found = new Set(matched.map(({ item }) => item));
  return missing
    .filter((item) => !found.has(item))
    .map(({ name, folder }) => {
      const getFile = (): Promise<never> =>
        Promise.reject(new DOMException(`${name} is not there.`, 'NotFoundError'));
      return { name, folder, getFile };
    });
}

/** What tells that two notes are about one file: its content, or its name, size and date. */
function marksOf({ key, fingerprint, size, modified }: ItemNote): string[] {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return [
    ...(fingerprint === undefined ? [] : [fingerprint]),
    ...(size === undefined || modified === undefined ? [] : [`${name}/${size}/${modified}`]),
  ];
}
