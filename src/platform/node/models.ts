import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CryoliteError } from '../../core/errors.ts';
import { fileExists } from './files.ts';

/** The picking network that comes with the program. */
export const pickerFile = 'particle-picker.safetensors';

/** The denoiser that comes with the program. */
export const denoiserFile = 'denoiser.safetensors';

/** The path of a file of `public/models`, which lies in a folder above this program's. */
export async function shippedModel(name: string): Promise<string> {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const path = join(folder, 'public', 'models', name);
    if (await fileExists(path)) return path;
    const parent = dirname(folder);
    if (parent === folder)
      throw new CryoliteError('no-model', `The network ${name} is missing from this installation.`);
    folder = parent;
  }
}

/** The largest weights file that is read, bytes; larger ones are no picker. */
const largestModel = 512 * 2 ** 20;

/** @throws CryoliteError when the file is not there or absurdly large. */
export async function readModelFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const bytes = await readFile(path);
    if (bytes.byteLength > largestModel) throw new RangeError('too large');
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new CryoliteError('no-model', `The network ${path} can't be read: check the path.`, { cause });
  }
}
