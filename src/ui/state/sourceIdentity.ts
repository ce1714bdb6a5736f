/** Which source is which: the same folder opened again keeps what is known of its files; another of its name does not get it. */
import { fingerprint } from '../../dataset/fingerprint.ts';
import type { ItemNote } from '../../dataset/session.ts';
import { browserFileSource } from '../../platform/browser/fileSource.ts';
import type { FileSource, LocalFile } from '../../platform/browser/files.ts';
import type { KnownFolder, RecentSource } from '../../platform/browser/sessions.ts';
import { itemPath } from './library.ts';

/** So many files tell whether a folder is the one that a session knows. */
const looksAt = 3;

/** The one of the known sources that lies where this one does, by its handles; their names say nothing. */
export async function sameSource(
  found: Pick<FileSource, 'kind' | 'handles'>,
  known: readonly RecentSource[],
): Promise<RecentSource | undefined> {
  for (const source of known) {
    if (source.kind !== found.kind || found.handles.length === 0) continue;
    // A folder that was found again elsewhere may lie in two places.
    if (source.kind === 'files' && source.handles.length !== found.handles.length) continue;
    const isThere = among(source.handles);
    const [first, ...more] = found.handles;
    // Of thousands of files the first tells already that it is another.
    if (!first || !(await isThere(first))) continue;
    if ((await Promise.all(more.map(isThere))).every((isSame) => isSame)) return source;
  }
  return undefined;
}

/** "micrographs", "micrographs_2", …: without the blanks that RELION's tables can't have in a path. */
export function freeFolder(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}_${number}`;
  return free;
}

/** Of two lists of folders, the first before the second where both know of one. */
export function togetherKnown(
  first: readonly KnownFolder[],
  second: readonly KnownFolder[] = [],
): KnownFolder[] {
  const lying = new Set(first.map(({ lies }) => lies));
  return [...first, ...second.filter(({ lies }) => !lying.has(lies))];
}

/** Those that lie where none of the others does. */
export async function lyingElsewhere(
  handles: readonly FileSystemHandle[],
  others: readonly FileSystemHandle[],
): Promise<FileSystemHandle[]> {
  const isThere = among(others);
  const found = await Promise.all(handles.map(isThere));
  return handles.filter((_, i) => !found[i]);
}

/** Where a source lies: here, and where else it lay. */
export async function placesOf(
  { handles }: Pick<FileSource, 'handles'>,
  others: readonly FileSystemHandle[],
): Promise<readonly FileSystemHandle[]> {
  return [...handles, ...(await lyingElsewhere(others, handles))];
}

/** Whether a handle lies where one of these does. */
function among(handles: readonly FileSystemHandle[]): (handle: FileSystemHandle) => Promise<boolean> {
  const byName = new Map<string, FileSystemHandle[]>();
  for (const handle of handles) {
    const some = byName.get(handle.name);
    if (some) some.push(handle);
    else byName.set(handle.name, [handle]);
  }
  return async (handle) => {
    // Moved ones may be called otherwise, but then no one of the old name is the same.
    for (const other of byName.get(handle.name) ?? []) {
      if (other.kind === handle.kind && (await handle.isSameEntry(other))) return true;
    }
    return false;
  };
}

/** Files under the folders that the session knows them by. Where that name is taken, one keeps its own. */
export function asKnown(files: readonly LocalFile[], folders: readonly KnownFolder[] = []): LocalFile[] {
  if (folders.length === 0) return [...files];
  // The deepest counts.
  const sorted = folders.toSorted((a, b) => b.lies.length - a.lies.length);
  const moved = files.map((file) => ({ file, ...knownFolder(file.folder, sorted) }));
  const taken = new Set(
    moved.filter(({ file, folder }) => folder === file.folder).map(({ file }) => itemPath(file)),
  );
  return moved.map(({ file, folder, isGiven }) => {
    if (folder === file.folder) return file;
    const path = itemPath({ name: file.name, folder });
    if (taken.has(path)) return file;
    taken.add(path);
    const { name, getFile } = file;
    return { name, folder, lies: isGiven ? undefined : { name, folder: file.folder }, getFile };
  });
}

function knownFolder(
  folder: string,
  sorted: readonly KnownFolder[],
): { readonly folder: string; readonly isGiven: boolean } {
  for (const { lies, known, isGiven = false } of sorted) {
    if (folder === lies) return { folder: known, isGiven };
    if (lies !== '' && folder.startsWith(`${lies}/`))
      return { folder: `${known}${folder.slice(lies.length)}`, isGiven };
  }
  return { folder, isGiven: false };
}

/** A source that has no handles any more. */
export interface FormerSource {
  readonly id: string;
  readonly folders: readonly KnownFolder[];
}

/**
 * The source that the session knows these files under though nothing says where it lay: it came from another machine, or its
 * folder was moved or renamed. Told by the paths below the folder, and for some by their date or their content.
 * @param known ids of sources that are told by their handles.
 */
export async function formerSource(
  { kind, name, files }: Pick<FileSource, 'kind' | 'name' | 'files'>,
  notes: readonly ItemNote[],
  known: ReadonlySet<string>,
): Promise<FormerSource | undefined> {
  const below = kind === 'folder' ? belowTop : (path: string) => path;
  const byPath = new Map(files.map((file) => [below(itemPath(file)), file]));
  const found = new Map<string, { all: number; some: { path: string; note: ItemNote }[] }>();
  for (const note of notes) {
    const { key, path } = note;
    if (path === undefined || !key.endsWith(`/${path}`)) continue;
    // Files that were opened by themselves had no folder that this one could be.
    if (kind === 'folder' && !path.includes('/')) continue;
    const id = key.slice(0, -path.length - 1);
    if (known.has(id)) continue;
    const source = found.get(id) ?? { all: 0, some: [] };
    source.all++;
    if (byPath.has(below(path))) source.some.push({ path, note });
    found.set(id, source);
  }
  const likely = [...found.entries()].sort(([, a], [, b]) => b.some.length - a.some.length);
  for (const [id, { all, some }] of likely) {
    // A file or two may lie in many folders.
    if (2 * some.length < Math.min(all, files.length)) continue;
    for (const { path, note } of some.slice(0, looksAt)) {
      const file = byPath.get(below(path));
      if (!file || !(await isNoted(file, note))) continue;
      const top = path.split('/')[0] ?? '';
      return { id, folders: kind === 'folder' && top !== name ? [{ lies: name, known: top }] : [] };
    }
  }
  return undefined;
}

/** "raw/a.mrc" of "Grid3/raw/a.mrc". */
function belowTop(path: string): string {
  return path.slice(path.indexOf('/') + 1);
}

/** Whether a file is the one of the note, by its size and its date or content. Reads at most 68 KiB of it. */
export async function isNoted(file: Pick<LocalFile, 'getFile'>, note: ItemNote): Promise<boolean> {
  try {
    const local = await file.getFile();
    if (note.size !== undefined && note.size !== local.size) return false;
    if (note.modified === undefined || note.modified === local.lastModified) return note.size !== undefined;
    return (
      note.fingerprint !== undefined && note.fingerprint === (await fingerprint(browserFileSource(local), 0))
    );
  } catch {
    return false;
  }
}
