import { CryoliteError } from '../../core/errors.ts';

/**
 * Fetches a file of `public/models` from the site itself. Called in the worker, whose built script lies one folder
 * below the page (`assets/`). In the single file another module takes this one's place.
 */
export async function fetchModel(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const script = import.meta.url;
  const url = new URL(import.meta.env.DEV ? `/models/${name}` : `../models/${name}`, script);
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok)
    throw new CryoliteError('no-model', `The network ${name} could not be loaded; reload the page.`);
  return new Uint8Array(await response.arrayBuffer());
}
