import type { ItemNote } from '../../dataset/session.ts';
import type { LocalFile } from '../../platform/browser/files.ts';
import type { KnownFolder } from '../../platform/browser/sessions.ts';
import type { LibraryItem } from './library.ts';
import { isNoted } from './sourceIdentity.ts';

/** What is asked of a file of the right name: that the user has shown it, or that its date or content is that of the missing one. */
export type LostProof = 'name' | 'content';

/** Of the list. */
export type LostItem = Pick<LibraryItem, 'key' | 'name' | 'folder'>;

export interface Matched<T extends LostItem = LibraryItem> {
  readonly item: T;
  readonly file: LocalFile;
}

/**
 * Finds lost files again among others: by name, in the folder that is most like the old one; or renamed, by date or content.
 * @param notes of the items, by their keys: where the size is known it has to be that.
 * @returns what was found, and sentences about files of the right name that are others.
 */
export async function matchLost<T extends LostItem>(
  lost: readonly T[],
  files: readonly LocalFile[],
  notes: ReadonlyMap<string, ItemNote>,
  proof: LostProof = 'name',
): Promise<{ readonly matched: readonly Matched<T>[]; readonly others: readonly string[] }> {
  const byName = new Map<string, LocalFile[]>();
  for (const file of files) byName.set(file.name, [...(byName.get(file.name) ?? []), file]);
  const names = new Set(lost.map(({ name }) => name));
  const strangers = files
    .filter(({ name }) => !names.has(name))
    .slice(0, Math.floor(mostPairs / Math.max(1, lost.length)));
  const matched: Matched<T>[] = [];
  const others: string[] = [];
  const taken = new Set<LocalFile>();
  const lostByName = new Map<string, LostItem[]>();
  for (const item of lost) lostByName.set(item.name, [...(lostByName.get(item.name) ?? []), item]);
  const rivals = ({ name }: LostItem): readonly LostItem[] => lostByName.get(name) ?? [];
  for (const item of lost) {
    const candidates = byName.get(item.name) ?? [];
    const likely = candidates.toSorted(
      (a, b) => commonTail(b.folder, item.folder) - commonTail(a.folder, item.folder),
    );
    const note = notes.get(item.key);
    const wanted = note?.size;
    const isFit = async (file: LocalFile): Promise<boolean> =>
      proof === 'content'
        ? note !== undefined && (await isNoted(file, note))
        : wanted === undefined || (await sizeOf(file)) === wanted;
    let found: LocalFile | undefined;
    let isOther = false;
    for (const file of likely) {
      // Each file is one of the lost, and that which lay most as it does.
      if (taken.has(file) || rivals(item).some((rival) => isNearer(file, rival, item))) continue;
      if (await isFit(file)) found = file;
      else isOther = true;
      if (found) break;
    }
    if (found) {
      taken.add(found);
      matched.push({ item, file: found });
    } else if (isOther) {
      others.push(`The ${item.name} there is another file: it had ${wanted} bytes when the session saw it.`);
    } else if (likely.length === 0) {
      const renamed = note && (await renamedFile(note, strangers));
      if (!renamed) continue;
      strangers.splice(strangers.indexOf(renamed), 1);
      matched.push({ item, file: renamed });
    }
  }
  return { matched, others };
}

/** So many pairs of a missing file and another at most are looked at. */
const mostPairs = 20_000;

/** A file of another name than any that is missing, of the size and date, or content, that the session has seen. */
async function renamedFile(note: ItemNote, files: readonly LocalFile[]): Promise<LocalFile | undefined> {
  // The content decides where it is known: what was written in one go may have one date.
  const wanted = note.fingerprint === undefined ? note : { ...note, modified: -1 };
  for (const file of files) if (await isNoted(file, wanted)) return file;
  return undefined;
}

/** Where the folders of files lie that were found again, and what they are known by. */
export function movedFolders(matched: readonly Matched[]): KnownFolder[] {
  const folders = new Map<string, string>();
  for (const { item, file } of matched) if (!folders.has(file.folder)) folders.set(file.folder, item.folder);
  return [...folders].map(([lies, known]) => ({ lies, known }));
}

function isNearer({ folder }: LocalFile, one: LostItem, other: LostItem): boolean {
  return commonTail(folder, one.folder) > commonTail(folder, other.folder);
}

/** Folders that two paths have in common at their ends. */
function commonTail(a: string, b: string): number {
  const [from, to] = [a.split('/').reverse(), b.split('/').reverse()];
  const different = from.findIndex((folder, i) => folder !== to[i]);
  return different < 0 ? from.length : different;
}

/** Undefined where it can't be read. */
async function sizeOf(file: LocalFile): Promise<number | undefined> {
  try {
    return (await file.getFile()).size;
  } catch {
    return undefined;
  }
}
