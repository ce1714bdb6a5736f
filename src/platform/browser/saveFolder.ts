import { Zip, ZipPassThrough } from 'fflate';
import { CryoliteError, isAbort } from '../../core/errors.ts';
import { downloadTarget } from './files.ts';

/** Where several files go together: a folder that the user chose, or one archive among the downloads. */
export interface SaveFolder {
  /** Of the folder or the archive. */
  readonly name: string;
  readonly isArchive: boolean;
  /** @throws CryoliteError 'exists' where there is one of these files already. */
  checkFree(names: readonly string[]): Promise<void>;
  /**
   * Writes a file whole or not at all, with the folders in its name.
   * @param spareBytes what must still fit in after it.
   * @throws CryoliteError 'exists' where a folder has such a file; 'too-large' where an archive can't hold it.
   */
  write(name: string, content: Blob, spareBytes?: number): Promise<void>;
  /** Makes an archive whole; a folder has its files already. */
  close(): Promise<void>;
  /** Takes back all that was written, as far as it can be. */
  discard(): Promise<void>;
}

/**
 * Asks for a folder before the files are made, as the question must follow a click closely; without such a dialog they
 * become one zip archive, as they are, since noise can't be packed.
 * @returns undefined when the user changed their mind.
 */
export async function chooseSaveFolder(archiveName: string): Promise<SaveFolder | undefined> {
  if (!window.showDirectoryPicker) return archiveFolder(archiveName);
  try {
    return realFolder(await window.showDirectoryPicker({ id: 'results', mode: 'readwrite' }));
  } catch (error) {
    if (isAbort(error)) return undefined;
    // A policy may forbid the dialog (an embedded page, a kiosk); the download still works.
    return archiveFolder(archiveName);
  }
}

export function realFolder(handle: FileSystemDirectoryHandle): SaveFolder {
  const written: string[] = [];
  const checkFree = async (names: readonly string[]): Promise<void> => {
    for (const name of names) {
      if (await hasEntry(handle, name.split('/'))) {
        throw new CryoliteError(
          'exists',
          `${handle.name} has a file ${name} already, which is not replaced: choose another folder.`,
        );
      }
    }
  };
  return {
    name: handle.name,
    isArchive: false,
    checkFree,
    write: async (name, content) => {
      await checkFree([name]);
      const { folder, last } = await makeFolders(handle, name);
      const file = await folder.getFileHandle(last, { create: true });
      try {
        const stream = await file.createWritable();
        try {
          await stream.write(content);
          await stream.close();
        } catch (error) {
          await stream.abort().catch(() => {});
          throw error;
        }
      } catch (error) {
        // The empty file that stands for it would be taken for the file itself.
        await folder.removeEntry(last).catch(() => {});
        throw error;
      }
      written.push(name);
    },
    close: async () => {},
    discard: async () => {
      for (const name of written.splice(0)) {
        const { folder, last } = await makeFolders(handle, name);
        await folder.removeEntry(last).catch(() => {});
      }
    },
  };
}

/** The folder that a file of this name, "info/a_info.json", belongs into, made where it is missing. */
async function makeFolders(
  root: FileSystemDirectoryHandle,
  name: string,
): Promise<{ readonly folder: FileSystemDirectoryHandle; readonly last: string }> {
  const parts = name.split('/');
  const last = parts.pop() ?? name;
  let folder = root;
  for (const part of parts) folder = await folder.getDirectoryHandle(part, { create: true });
  return { folder, last };
}

async function hasEntry(root: FileSystemDirectoryHandle, parts: readonly string[]): Promise<boolean> {
  const [first = '', ...rest] = parts;
  try {
    if (rest.length > 0) return await hasEntry(await root.getDirectoryHandle(first), rest);
    await root.getFileHandle(first);
    return true;
  } catch (error) {
    // A folder of this name is in the way, too.
    if (error instanceof DOMException && error.name === 'TypeMismatchError') return true;
    if (error instanceof DOMException && error.name === 'NotFoundError') return false;
    throw error;
  }
}

/** Where a zip archive without 64-bit fields ends: its offsets and sizes have 32 bits. */
const largestArchive = 2 ** 32 - 1;
/** Headers of a file, with 16 bytes after it, and of the archive's end, without the names; two of them have the name. */
const bytesPerEntry = 30 + 16 + 46;
const bytesOfEnd = 22;
/** Read at once: a blob may be larger than any array. */
const sliceBytes = 2 ** 24;

/** Parts become blobs as they come, so that the browser may put them on its disk. */
export function archiveFolder(name: string, largest = largestArchive): SaveFolder {
  let parts: Blob[] = [];
  let failure: unknown;
  /** Of the archive as if it were closed now. */
  let bytes = bytesOfEnd;
  const names = new Set<string>();
  const zip = new Zip((error, chunk) => {
    if (error) failure = error;
    else parts.push(new Blob([new Uint8Array(chunk)]));
  });
  const checkFree = async (wanted: readonly string[]): Promise<void> => {
    const taken = wanted.find((one) => names.has(one));
    if (taken !== undefined) throw new CryoliteError('exists', `${name} has a file ${taken} already.`);
  };
  return {
    name,
    isArchive: true,
    checkFree,
    write: async (file, content, spareBytes = 0) => {
      await checkFree([file]);
      const more = content.size + bytesPerEntry + 2 * new TextEncoder().encode(file).length;
      if (bytes + more + spareBytes > largest) {
        throw new CryoliteError(
          'too-large',
          `${name} would be larger than a zip archive can be, ${sizeWords(largest)}: extract fewer micrographs at a time, bin the boxes, or use a browser that saves into a folder, such as Chrome.`,
        );
      }
      bytes += more;
      names.add(file);
      const entry = new ZipPassThrough(file);
      zip.add(entry);
      try {
        for (let from = 0; from < content.size; from += sliceBytes) {
          const slice = content.slice(from, from + sliceBytes);
          entry.push(new Uint8Array(await slice.arrayBuffer()), false);
        }
        entry.push(new Uint8Array(0), true);
      } catch (error) {
        // An archive with half a file in it is none.
        failure ??= error;
      }
      if (failure !== undefined) throw failure;
    },
    close: async () => {
      if (failure !== undefined) throw failure;
      zip.end();
      if (failure !== undefined) throw failure;
      await downloadTarget(name).write(new Blob(parts, { type: 'application/zip' }));
    },
    discard: async () => {
      parts = [];
      zip.terminate();
      failure = new CryoliteError('closed', `${name} was given up.`);
    },
  };
}

function sizeWords(bytes: number): string {
  return bytes >= 2 ** 30 ? `${Math.round(bytes / 2 ** 30)} GiB` : `${bytes} bytes`;
}
