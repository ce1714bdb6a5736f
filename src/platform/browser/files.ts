import { isAbort } from '../../core/errors.ts';
import { naturalKey, sortedBy } from '../../core/naturalOrder.ts';
import type { JobOptions } from '../../core/progress.ts';
import { FolderListing, gainSuffixes, modelSuffixes, openableSuffixes } from './fileNames.ts';

/** A file that was named but not read yet. */
export interface LocalFile {
  readonly name: string;
  /** Folders above it inside the opened folder, "Grid3/raw"; empty for files opened by themselves. */
  readonly folder: string;
  /** How it is called on the disk now, where the list knows it by the name and folder of before. */
  readonly lies?: { readonly name: string; readonly folder: string } | undefined;
  /** @throws when the file has gone or may no longer be read. */
  getFile(): Promise<File>;
}

/** What one action of the user opened: files, or a folder with many. */
export interface FileSource {
  readonly kind: 'files' | 'folder';
  readonly name: string;
  readonly files: readonly LocalFile[];
  /** Handles that outlive the page; empty where the browser has none. */
  readonly handles: readonly FileSystemHandle[];
  /** What of a folder was not listed, in words. */
  readonly leftOut?: string | undefined;
}

/** A folder deeper or larger than this is not a folder of micrographs. */
const maxDepth = 12;
const maxFiles = 50_000;
/** Files between two words about how far the listing is. */
const filesAWord = 100;

const micrographTypes: readonly FilePickerType[] = [
  {
    description: 'Micrographs and movies (MRC, TIFF, EER, DM4, PNG, JPEG)',
    accept: { 'application/octet-stream': [...openableSuffixes] },
  },
];
const gainTypes: readonly FilePickerType[] = [
  {
    description: 'Gain references (MRC, TIFF, DM4)',
    accept: { 'application/octet-stream': [...gainSuffixes] },
  },
];
const modelTypes: readonly FilePickerType[] = [
  {
    description: 'Networks (Cryolite, Topaz, ONNX)',
    accept: { 'application/octet-stream': [...modelSuffixes] },
  },
];

/** Whether files can be opened by handles, which may be kept over a reload. */
export function hasFilePickers(): boolean {
  return typeof window.showOpenFilePicker === 'function';
}

/** Asks for files. @returns undefined when the user changed their mind. */
export async function pickFiles(): Promise<FileSource | undefined> {
  const handles = await orCancelled(
    window.showOpenFilePicker?.({ id: 'micrographs', multiple: true, types: micrographTypes }),
  );
  return handles && handles.length > 0 ? sourceOfHandles(handles) : undefined;
}

/** Asks for a gain reference. @returns undefined when the user changed their mind. */
export async function pickGain(): Promise<File | undefined> {
  const handles = await orCancelled(window.showOpenFilePicker?.({ id: 'gain', types: gainTypes }));
  return await handles?.[0]?.getFile();
}

/** Asks for a network. @returns undefined when the user changed their mind. */
export async function pickModel(): Promise<File | undefined> {
  const handles = await orCancelled(window.showOpenFilePicker?.({ id: 'models', types: modelTypes }));
  return await handles?.[0]?.getFile();
}

/** Asks for a folder. @returns undefined when the user changed their mind. */
export async function pickFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  return await orCancelled(window.showDirectoryPicker?.({ id: 'micrographs', mode: 'read' }));
}

/** The sources behind handles kept from before. The caller has made sure of the permission. */
export async function reopenHandles(
  handles: readonly FileSystemHandle[],
  options: JobOptions = {},
): Promise<FileSource[]> {
  const folders = handles.filter(isFolder);
  const files = handles.filter(isFile);
  const sources = await Promise.all(folders.map((folder) => sourceOfFolder(folder, options)));
  return files.length > 0 ? [sourceOfHandles(files), ...sources] : sources;
}

/** Files from `<input type="file">`, with or without `webkitdirectory`. */
export function sourceOfFileList(list: Iterable<File>): FileSource | undefined {
  const files = [...list];
  const first = files[0];
  if (!first) return undefined;
  const folder = first.webkitRelativePath.split('/')[0];
  if (!folder) return { kind: 'files', name: describe(files), files: files.map(localFile), handles: [] };
  const listing = new FolderListing<LocalFile>(maxFiles);
  for (const file of files) listing.add(localFile(file));
  return { kind: 'folder', name: folder, ...listed(listing), handles: [] };
}

/**
 * What was dropped: a source for the files together and one for each folder. Must be called in the drop event
 * itself, before anything is awaited, as the items are gone afterwards.
 * @param isWanted leaves out files that are no micrographs, by their names; folders are searched for micrographs anyway.
 */
export async function sourcesOfDrop(
  data: DataTransfer,
  isWanted: (name: string) => boolean,
  options: JobOptions = {},
): Promise<FileSource[]> {
  const items = [...data.items].filter((item) => item.kind === 'file');
  const pending = items.map((item) => item.getAsFileSystemHandle?.());
  if (pending.length > 0 && pending.every((promise) => promise !== undefined)) {
    const handles = (await Promise.all(pending)).filter((handle) => handle != null);
    return reopenHandles(
      handles.filter((handle) => isFolder(handle) || isWanted(handle.name)),
      options,
    );
  }
  // Firefox and Safari have no handles to give, but they do show the folders.
  const entries = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const folders = entries.flatMap(({ entry }) => (entry instanceof FileSystemDirectoryEntry ? [entry] : []));
  const files = entries.flatMap(({ entry, file }) =>
    file && isWanted(file.name) && !(entry instanceof FileSystemDirectoryEntry) ? [file] : [],
  );
  const loose = sourceOfFileList(files);
  return [
    ...(loose ? [loose] : []),
    ...(await Promise.all(folders.map((folder) => sourceOfEntry(folder, options)))),
  ];
}

async function sourceOfEntry(folder: FileSystemDirectoryEntry, options: JobOptions): Promise<FileSource> {
  const listing = new FolderListing<LocalFile>(maxFiles);
  const visit = async (directory: FileSystemDirectoryEntry, path: string, depth: number): Promise<void> => {
    const reader = directory.createReader();
    const read = (): Promise<FileSystemEntry[]> =>
      new Promise((done, fail) => reader.readEntries(done, fail));
    // A reader gives its entries in portions; an empty one is the last.
    for (let entries = await read(); entries.length > 0 && !listing.isFull; entries = await read()) {
      tell(folder.name, listing.count, options);
      for (const entry of entries) {
        if (entry instanceof FileSystemDirectoryEntry) {
          if (depth < maxDepth) await visit(entry, `${path}/${entry.name}`, depth + 1);
          else listing.skipFolder();
        } else if (entry instanceof FileSystemFileEntry) {
          const getFile = (): Promise<File> => new Promise((done, fail) => entry.file(done, fail));
          listing.add({ name: entry.name, folder: path, getFile });
        }
      }
    }
  };
  await visit(folder, folder.name, 0);
  return { kind: 'folder', name: folder.name, ...listed(listing), handles: [] };
}

/** Whether all handles may be read now, without asking. */
export async function mayRead(handles: readonly FileSystemHandle[]): Promise<boolean> {
  const states = await Promise.all(handles.map((handle) => handle.queryPermission?.({ mode: 'read' })));
  return states.every((state) => state === undefined || state === 'granted');
}

/** Asks the user to let us read; needs a click. */
export async function askToRead(handles: readonly FileSystemHandle[]): Promise<boolean> {
  for (const handle of handles) {
    const state = await handle.requestPermission?.({ mode: 'read' });
    if (state !== undefined && state !== 'granted') return false;
  }
  return true;
}

/** Where a file will go: a place the user chose, or the downloads folder. */
export interface SaveTarget {
  readonly name: string;
  write(content: Blob): Promise<void>;
}

/**
 * Asks where to save before the content is made, as the question must follow a click closely. The browser asks
 * before it replaces a file; a download never replaces one.
 * @returns undefined when the user changed their mind.
 */
export async function chooseSaveTarget(
  suggestedName: string,
  type: FilePickerType,
): Promise<SaveTarget | undefined> {
  if (!window.showSaveFilePicker) return downloadTarget(suggestedName);
  try {
    const handle = await window.showSaveFilePicker({ id: 'results', suggestedName, types: [type] });
    return {
      name: handle.name,
      write: async (content) => {
        const stream = await handle.createWritable();
        await stream.write(content);
        await stream.close();
      },
    };
  } catch (error) {
    if (isAbort(error)) return undefined;
    // A policy may forbid the dialog (an embedded page, a kiosk); the download still works.
    return downloadTarget(suggestedName);
  }
}

/** A file for the downloads folder. */
export function downloadTarget(name: string): SaveTarget {
  return {
    name,
    write: async (content) => {
      const url = URL.createObjectURL(content);
      const link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
      // The browser needs the address until it has begun to read.
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    },
  };
}

function sourceOfHandles(handles: readonly FileSystemFileHandle[]): FileSource {
  const files = handles.map((handle) => ({ name: handle.name, folder: '', getFile: () => handle.getFile() }));
  return { kind: 'files', name: describe(handles), files, handles };
}

/** Lists the micrographs of a folder and below; nothing is read. @throws AbortError when it is cancelled. */
export async function sourceOfFolder(
  handle: FileSystemDirectoryHandle,
  options: JobOptions = {},
): Promise<FileSource> {
  const listing = new FolderListing<LocalFile>(maxFiles);
  await collect(handle, handle.name, 0, listing, options);
  return { kind: 'folder', name: handle.name, ...listed(listing), handles: [handle] };
}

async function collect(
  directory: FileSystemDirectoryHandle,
  path: string,
  depth: number,
  listing: FolderListing<LocalFile>,
  options: JobOptions,
): Promise<void> {
  let seen = 0;
  for await (const entry of directory.values()) {
    if (seen++ % filesAWord === 0) tell(path, listing.count, options);
    if (isFile(entry)) {
      listing.add({ name: entry.name, folder: path, getFile: () => entry.getFile() });
    } else if (isFolder(entry) && !entry.name.startsWith('.')) {
      if (depth < maxDepth) await collect(entry, `${path}/${entry.name}`, depth + 1, listing, options);
      else listing.skipFolder();
    }
  }
}

/** Says how far a listing is. @throws AbortError when it was cancelled. */
function tell(folder: string, found: number, { signal, onProgress }: JobOptions): void {
  signal?.throwIfAborted();
  const files = `${found.toLocaleString('en')} file${found === 1 ? '' : 's'}`;
  onProgress?.({ stage: `Listing ${folder}: ${files}`, done: 0, total: 0 });
}

function localFile(file: File): LocalFile {
  const folder = file.webkitRelativePath.split('/').slice(0, -1).join('/');
  return { name: file.name, folder, getFile: async () => file };
}

function listed(listing: FolderListing<LocalFile>): Pick<FileSource, 'files' | 'leftOut'> {
  const files = sortedBy(listing.files(), ({ folder, name }) => naturalKey(`${folder}/${name}`));
  return { files, leftOut: listing.leftOut };
}

function describe(files: readonly { readonly name: string }[]): string {
  const first = files[0]?.name ?? '';
  return files.length > 1 ? `${first} and ${files.length - 1} more` : first;
}

function isFile(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === 'file';
}

export function isFolder(handle: FileSystemHandle): handle is FileSystemDirectoryHandle {
  return handle.kind === 'directory';
}

async function orCancelled<T>(asked: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isAbort(error)) return undefined;
    throw error;
  }
}
