/** Coordinate files on a disk: those that an index names, and those that are written. */
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { ByteSource } from '../core/bytes.ts';
import { memorySource } from '../core/bytes.ts';
import type { NamedBytes } from '../dataset/coordinates/write.ts';
import { fileExists, nodeFileSink, withFile } from '../platform/node/files.ts';

/**
 * Finds the files that an index of coordinate files names. Its paths are relative to RELION's project folder, which is
 * some folders above the index; so they are looked for from its own folder upwards, and last beside it by name alone.
 */
export function besideIndex(index: string): (path: string) => Promise<ByteSource | undefined> {
  const folder = dirname(resolve(index));
  const folders = [folder];
  for (let above = dirname(folder); above !== folders.at(-1); above = dirname(above)) folders.push(above);
  return async (path) => {
    const candidates = isAbsolute(path)
      ? [path]
      : [...folders.map((one) => join(one, path)), join(folder, basename(path))];
    for (const candidate of candidates) {
      if (await fileExists(candidate)) return await loaded(candidate);
    }
    return undefined;
  };
}

/** The whole file in memory, so that none of thousands stays open. */
async function loaded(path: string): Promise<ByteSource> {
  return await withFile(path, async (source) => memorySource(source.name, await source.read(0, source.size)));
}

/** Writes files under the rules of `nodeFileSink`. @returns their paths. */
export async function writeFiles(
  folder: string,
  files: readonly NamedBytes[],
  options: { readonly overwrite: boolean },
): Promise<string[]> {
  const paths: string[] = [];
  for (const { name, bytes } of files) {
    const path = join(folder, name);
    const sink = await nodeFileSink(path, options);
    try {
      await sink.write(bytes);
      await sink.close();
    } catch (error) {
      await sink.abort();
      throw error;
    }
    paths.push(path);
  }
  return paths;
}
