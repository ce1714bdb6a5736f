import { CryoliteError, isAbort } from '../../core/errors.ts';

/** Where a batch writes pictures and stacks: a folder of its own, so that what it makes anew replaces only its own. */
export interface BatchFolder {
  readonly handle: FileSystemDirectoryHandle;
  /** Whether it is the browser's own storage: what is in it has to be saved at the end. */
  readonly isPrivate: boolean;
  /**
   * Writes a file whole or not at all, with the folders above it.
   * @param path "sums/Grid1/a_sum.mrc".
   * @throws CryoliteError 'no-space' or 'forbidden', which concern all that is still to be written.
   */
  write(path: string, content: Blob): Promise<void>;
  /** @throws where there is no such file. */
  read(path: string): Promise<File>;
}

/**
 * Asks for a folder and makes one in it; a browser without such a dialog gives its own storage.
 * @param name of the new folder.
 * @param sessionId each session has its own part of that storage.
 * @returns undefined when the user changed their mind.
 */
export async function chooseBatchFolder(name: string, sessionId: string): Promise<BatchFolder | undefined> {
  if (!window.showDirectoryPicker) return await privateFolder(sessionId);
  try {
    const parent = await window.showDirectoryPicker({ id: 'results', mode: 'readwrite' });
    return batchFolder(await parent.getDirectoryHandle(name, { create: true }), false);
  } catch (error) {
    if (isAbort(error)) return undefined;
    // A policy may forbid the dialog (an embedded page, a kiosk).
    return await privateFolder(sessionId);
  }
}

/** The browser's own storage; what the session's last batch left there goes. */
async function privateFolder(sessionId: string): Promise<BatchFolder> {
  const root = await navigator.storage.getDirectory();
  const privateName = `batch-${sessionId}`;
  await root.removeEntry(privateName, { recursive: true }).catch(() => {});
  return batchFolder(await root.getDirectoryHandle(privateName, { create: true }), true);
}

/**
 * The folder of a batch from before a reload.
 * @param asks whether the user may be asked, which needs a click.
 * @returns undefined where it may not be written.
 */
export async function reopenBatchFolder(
  handle: FileSystemDirectoryHandle,
  asks: boolean,
): Promise<BatchFolder | undefined> {
  if (await isInPrivateStorage(handle)) return batchFolder(handle, true);
  const state = await handle.queryPermission?.({ mode: 'readwrite' });
  if (state === undefined || state === 'granted') return batchFolder(handle, false);
  if (!asks) return undefined;
  const answer = await handle.requestPermission?.({ mode: 'readwrite' });
  return answer === 'granted' ? batchFolder(handle, false) : undefined;
}

async function isInPrivateStorage(handle: FileSystemDirectoryHandle): Promise<boolean> {
  try {
    const root = await navigator.storage.getDirectory();
    return (await root.resolve(handle)) !== null;
  } catch {
    return false;
  }
}

export function batchFolder(handle: FileSystemDirectoryHandle, isPrivate: boolean): BatchFolder {
  const folderOf = async (path: string, create: boolean) => {
    const parts = path.split('/');
    const name = parts.pop() ?? path;
    let folder = handle;
    for (const part of parts) folder = await folder.getDirectoryHandle(part, { create });
    return { folder, name };
  };
  return {
    handle,
    isPrivate,
    write: async (path, content) => {
      try {
        const { folder, name } = await folderOf(path, true);
        const stream = await (await folder.getFileHandle(name, { create: true })).createWritable();
        try {
          await stream.write(content);
          await stream.close();
        } catch (error) {
          await stream.abort().catch(() => {});
          throw error;
        }
      } catch (error) {
        throw sayForAll(error, handle.name);
      }
    },
    read: async (path) => {
      const { folder, name } = await folderOf(path, false);
      return await (await folder.getFileHandle(name)).getFile();
    },
  };
}

/** What would happen to the next file, too. */
function sayForAll(error: unknown, folder: string): unknown {
  if (!(error instanceof DOMException)) return error;
  if (error.name === 'QuotaExceededError') {
    return new CryoliteError(
      'no-space',
      `There is no room left for files in ${folder}: make room, then resume the batch.`,
    );
  }
  if (error.name === 'NotAllowedError' || error.name === 'NotFoundError') {
    return new CryoliteError(
      'forbidden',
      `${folder} may not be written any more, or was moved: resume the batch to be asked for it again.`,
    );
  }
  return error;
}
