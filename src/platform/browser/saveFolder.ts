import { Zip, ZipPassThrough } from 'fflate';
import { CryoliteError, isAbort } from '../../core/errors.ts';
import { downloadTarget } from './files.ts';

/** Where several files go together: a folder that the user chose, or one archive among the downloads. */
export interface SaveFolder {
  /** Of the folder or the archive. */
  readonly name: string;
  readonly isArchive: boolean;
  /** @throws CryoliteError 'exists' where a folder has such a file. */
  write(name: string, content: Blob): Promise<void>;
  /** Makes an archive whole; a folder has its files already. */
  close(): Promise<void>;
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

function realFolder(handle: FileSystemDirectoryHandle): SaveFolder {
  return {
    name: handle.name,
    isArchive: false,
    write: async (name, content) => {
      if (await hasFile(handle, name)) {
        throw new CryoliteError(
          'exists',
          `${handle.name} has a file ${name} already, which is not replaced: choose another folder.`,
        );
      }
      const file = await handle.getFileHandle(name, { create: true });
      const stream = await file.createWritable();
      await stream.write(content);
      await stream.close();
    },
    close: async () => {},
  };
}

async function hasFile(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    await folder.getFileHandle(name);
    return true;
  } catch {
    return false;
  }
}

/** Parts become blobs as they come, so that the browser may put them on its disk. */
export function archiveFolder(name: string): SaveFolder {
  const parts: Blob[] = [];
  let failure: Error | undefined;
  const zip = new Zip((error, chunk) => {
    if (error) failure = error;
    else parts.push(new Blob([new Uint8Array(chunk)]));
  });
  return {
    name,
    isArchive: true,
    write: async (file, content) => {
      const entry = new ZipPassThrough(file);
      zip.add(entry);
      entry.push(new Uint8Array(await content.arrayBuffer()), true);
      if (failure) throw failure;
    },
    close: async () => {
      zip.end();
      if (failure) throw failure;
      await downloadTarget(name).write(new Blob(parts, { type: 'application/zip' }));
    },
  };
}
