/** Stands in for `platform/browser/fetchModel.ts` in the single file: the networks are inside the worker's program. */
import files from 'virtual:embedded-files';
import { CryoliteError } from '../../../src/core/errors.ts';

export async function fetchModel(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const packed = files[`models/${name}`];
  if (packed === undefined)
    throw new CryoliteError('no-model', `The network ${name} is not in this file; take another copy of it.`);
  const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
