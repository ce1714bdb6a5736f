import { type OpenedModel, openModel } from '../../pipelines/models/open.ts';
import { readModelFile } from '../../platform/node/models.ts';

/** Reads a network of any kind that Cryolite runs. @throws CryoliteError 'no-model'; FormatError as `openModel`. */
export async function openNetwork(path: string): Promise<OpenedModel> {
  return await openModel(path, await readModelFile(path));
}
