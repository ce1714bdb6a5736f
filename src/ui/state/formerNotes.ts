import type { ItemNote } from '../../dataset/session.ts';
import type { LocalFile } from '../../platform/browser/files.ts';
import { isNoted } from './sourceIdentity.ts';

/** What a session knows of files that were opened in another way, or lay elsewhere, or were called otherwise. */
export interface FormerNotes {
  /**
   * @param path folder and name, as they are known now.
   * @param isListed whether the item of a key is in the list: then its note is its own.
   * @returns the note that is about this file, told by size and date and name, or by size and content.
   */
  of(
    path: string,
    getFile: LocalFile['getFile'],
    isListed: (key: string) => boolean,
  ): Promise<ItemNote | undefined>;
}

/** @param known ids of sources whose files are known by where they lie: others may have files of the same names. */
export function formerNotes(notes: readonly ItemNote[], known: ReadonlySet<string>): FormerNotes {
  const byPath = new Map<string, ItemNote>();
  const byDate = new Map<string, ItemNote[]>();
  for (const note of notes) {
    const { path, size, modified } = note;
    if (path === undefined || size === undefined) continue;
    byPath.set(path, note);
    if (modified === undefined) continue;
    const some = byDate.get(`${size}/${modified}`);
    if (some) some.push(note);
    else byDate.set(`${size}/${modified}`, [note]);
  }
  return {
    of: async (path, getFile, isListed) => {
      const file = await getFile();
      const dated = byDate.get(`${file.size}/${file.lastModified}`) ?? [];
      const name = nameOf(path);
      const moved = dated.filter((note) => nameOf(note.path ?? '') === name);
      if (moved.length > 0) return moved.find((note) => note.path === path) ?? moved.at(-1);
      const renamed = dated.filter(({ key, fingerprint }) => fingerprint !== undefined && !isListed(key));
      // The content decides: what was written in one go may have one date.
      for (const note of renamed) {
        if (await isNoted({ getFile }, { ...note, modified: -1 })) return note;
      }
      const copied = byPath.get(path);
      if (!copied || copied.size !== file.size) return undefined;
      // A date without content proves nothing.
      const isUnproven = copied.modified !== undefined && copied.fingerprint === undefined;
      if (isUnproven) return known.has(sourceOf(copied)) ? undefined : copied;
      return (await isNoted({ getFile }, copied)) ? copied : undefined;
    },
  };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function sourceOf({ key, path = '' }: ItemNote): string {
  return key.slice(0, -path.length - 1);
}
