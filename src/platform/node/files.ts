/** Files of the machine as byte sources and sinks. */
import { randomBytes } from 'node:crypto';
import { access, type FileHandle, link, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { type ByteSink, type ByteSource, checkRange } from '../../core/bytes.ts';
import { CryoliteError, messageOf, UsageError } from '../../core/errors.ts';

export interface NodeFileSource extends ByteSource {
  close(): Promise<void>;
}

/**
 * Opens a file for reading anywhere in it.
 * @throws CryoliteError no-file when there is none that can be read.
 */
export async function nodeFileSource(path: string): Promise<NodeFileSource> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw explain(path, error, 'read');
  });
  const info = await handle.stat();
  if (!info.isFile()) {
    await handle.close();
    throw new CryoliteError('no-file', `${path} is not a file${info.isDirectory() ? ' but a folder' : ''}.`);
  }
  const name = basename(path);
  return {
    name,
    size: info.size,
    read: async (offset, length) => {
      checkRange(name, info.size, offset, length);
      return readFully(handle, name, offset, length);
    },
    close: () => handle.close(),
  };
}

/** Opens a file, hands it to `work` and closes it whatever happens. */
export async function withFile<T>(path: string, work: (source: ByteSource) => Promise<T>): Promise<T> {
  const source = await nodeFileSource(path);
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}

/**
 * Opens a file for writing. Bytes go to a hidden file beside it, which takes its name when it is closed: a crash
 * or an abort leaves no half file under the name.
 * @throws as `refuseTaken` does; CryoliteError no-file when the folder can't be written to.
 */
export async function nodeFileSink(
  path: string,
  options: { readonly overwrite: boolean },
): Promise<ByteSink> {
  const { overwrite } = options;
  await refuseTaken(path, overwrite);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
  const handle = await open(temporary, 'wx').catch((error: unknown) => {
    throw explain(path, error, 'written');
  });
  let finished = false;
  return {
    write: async (bytes) => {
      let written = 0;
      while (written < bytes.byteLength) {
        const { bytesWritten } = await handle.write(bytes, written);
        written += bytesWritten;
      }
    },
    close: async () => {
      await handle.close();
      if (overwrite) {
        await rename(temporary, path);
      } else {
        // Unlike a rename, a link does not replace a file that came into being meanwhile.
        const error = await link(temporary, path).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error && (codeOf(error) === 'EEXIST' || (await fileExists(path)))) throw exists(path);
        // Some file systems have no links.
        if (error) await rename(temporary, path);
        else await rm(temporary);
      }
      finished = true;
    },
    abort: async () => {
      if (finished) return;
      finished = true;
      await handle.close().catch(() => {});
      await rm(temporary, { force: true });
    },
  };
}

/**
 * Says no to a name under which a file can't be written.
 * @throws CryoliteError exists when there is such a file already and `overwrite` is false; UsageError for a folder.
 */
export async function refuseTaken(path: string, overwrite: boolean): Promise<void> {
  if (await isFolder(path)) throw new UsageError(`${path} is a folder: give the name of a file.`);
  if (!overwrite && (await fileExists(path))) throw exists(path);
}

const exists = (path: string): CryoliteError =>
  new CryoliteError('exists', `${path} exists already: give --overwrite to replace it.`);

/** Writes a whole file of text (UTF-8) under the rules of `nodeFileSink`. */
export async function writeTextFile(
  path: string,
  text: string,
  options: { readonly overwrite: boolean },
): Promise<void> {
  await writeBinaryFile(path, new TextEncoder().encode(text), options);
}

/** Writes a whole file under the rules of `nodeFileSink`. */
export async function writeBinaryFile(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  options: { readonly overwrite: boolean },
): Promise<void> {
  const sink = await nodeFileSink(path, options);
  try {
    await sink.write(bytes);
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

/**
 * Paths of the files in a folder (not below it) with one of the extensions, sorted by name; hidden ones left out.
 * @param extensions in lower case with the dot: ".star".
 */
export async function listFiles(folder: string, extensions: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw explain(folder, error, 'read');
  });
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .filter((name) => extensions.includes(extname(name).toLowerCase()))
    .sort()
    .map((name) => join(folder, name));
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}

/** The one name of a file, whatever links lead to it; of one that is not there yet, where it would come to be. */
export async function realPath(path: string): Promise<string> {
  const whole = resolve(path);
  return await realpath(whole).catch(async () => {
    const folder = dirname(whole);
    return folder === whole ? whole : join(await realPath(folder), basename(whole));
  });
}

export async function fileExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** A read may give less than asked; at the end of a file that shrank, nothing. */
async function readFully(
  handle: FileHandle,
  name: string,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) throw new RangeError(`${name} is shorter than it was when it was opened.`);
    done += bytesRead;
  }
  return bytes;
}

function explain(path: string, error: unknown, done: 'read' | 'written'): CryoliteError {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: done === 'read' ? 'it does not exist' : 'its folder does not exist',
    ENOTDIR: 'part of its path is a file, not a folder',
    EACCES: 'permission is denied',
    EPERM: 'permission is denied',
    EROFS: 'the disk is read-only',
    ENOSPC: 'the disk is full',
    EISDIR: 'it is a folder',
  };
  const reason = reasons[codeOf(error)] ?? messageOf(error);
  return new CryoliteError('no-file', `${path} can't be ${done}: ${reason}.`, { cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Takes a file away, if it is there. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}
