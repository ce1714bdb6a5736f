import {
  hasFilePickers,
  pickFiles,
  pickFolder,
  pickGain,
  pickModel,
  sourceOfFolder,
} from '../../platform/browser/files.ts';
import type { ModelUse } from '../../rpc/contract.ts';
import type { App } from './app.ts';

/** Opens the browser's file dialog, or clicks our own input where the File System Access API is missing. */
export async function openFiles(app: App): Promise<void> {
  if (!hasFilePickers()) return clickInput('file-input');
  try {
    const source = await pickFiles();
    if (source) await app.sources.open(async () => source);
  } catch (error) {
    app.notices.failure(error);
  }
}

export async function openFolder(app: App): Promise<void> {
  if (!hasFilePickers()) return clickInput('folder-input');
  try {
    const folder = await pickFolder();
    if (folder) await app.sources.open((options) => sourceOfFolder(folder, options));
  } catch (error) {
    app.notices.failure(error);
  }
}

/** Asks for a gain reference and tries it on the movie on the screen. */
export async function chooseGain(app: App): Promise<void> {
  if (!hasFilePickers()) return clickInput('gain-input');
  try {
    const file = await pickGain();
    if (file) await app.gainChoice.open(file);
  } catch (error) {
    app.notices.failure(error);
  }
}

/** Asks for a network. @param use what one that can do both is wanted for. */
export async function chooseModel(app: App, use?: ModelUse): Promise<void> {
  if (!hasFilePickers()) return clickInput(modelInputId(use));
  try {
    const file = await pickModel();
    if (file) await app.models.open(file, use);
  } catch (error) {
    app.notices.failure(error);
  }
}

/** The file input for a network; each use has its own, as an input can't be told what it is clicked for. */
export function modelInputId(use: ModelUse | undefined): string {
  return use === undefined ? 'model-input' : `model-input-${use}`;
}

/** Opens the browser's dialog for coordinate files. */
export function choosePicksFile(): void {
  clickInput('picks-input');
}

/** Opens the browser's dialog for coordinates to judge picks by. */
export function chooseReferenceFile(): void {
  clickInput('reference-input');
}

function clickInput(id: string): void {
  document.getElementById(id)?.click();
}
