import type { ModelNote } from '../../dataset/session.ts';
import { chooseSaveTarget } from '../../platform/browser/files.ts';
import type { Models } from './models.ts';
import type { Notices } from './notices.ts';

const modelType = {
  description: 'Picking network',
  accept: { 'application/octet-stream': ['.safetensors'] },
} as const;

/** Writes a network of Cryolite's format to a file that page and terminal open. */
export async function saveModel(models: Models, notices: Notices, note: ModelNote): Promise<void> {
  try {
    const stem = note.name.replace(/\.safetensors$/i, '').toLowerCase();
    const target = await chooseSaveTarget(`${stem.replace(/[^a-z0-9]+/g, '-')}.safetensors`, modelType);
    if (!target) return;
    await target.write(await models.file(note));
    notices.info(`${target.name} picks the same here and in "cryolite pick --model".`);
  } catch (error) {
    notices.failure(error);
  }
}
