import type { App } from './app.ts';
import { batchCommands } from './batchCommands.ts';
import { choiceCommands } from './choiceCommands.ts';
import { chooseModel, openFiles, openFolder } from './chooseFiles.ts';
import { datasetCommands } from './datasetCommands.ts';
import { fileCommands } from './fileCommands.ts';
import { galleryCommands } from './galleryCommands.ts';
import type { Command } from './keys.ts';
import { lookCommands } from './lookCommands.ts';
import { maskCommands } from './maskCommands.ts';
import { matchingCommands } from './matchingCommands.ts';
import { step } from './micrographSteps.ts';
import { pageCommands } from './pageCommands.ts';
import { pickCommands } from './pickCommands.ts';
import { pickEditCommands } from './pickEditCommands.ts';
import { sessionCommands } from './sessionCommands.ts';
import { severalCommands } from './severalCommands.ts';
import { spectrumCommands } from './spectrumCommands.ts';
import { tourCommands } from './tourCommands.ts';
import { trainingCommands } from './trainingCommands.ts';
import { trustCommands } from './trustCommands.ts';
import { viewerCommands } from './viewerCommands.ts';

const openCommands: readonly Command[] = [
  { id: 'open.files', keys: 'O', label: 'Open files', group: 'Open', run: (app) => void openFiles(app) },
  {
    id: 'open.folder',
    keys: 'Shift+O',
    label: 'Open a folder',
    group: 'Open',
    run: (app) => void openFolder(app),
  },
  {
    id: 'open.model',
    keys: 'L',
    label: 'Open a model: a network that picks or denoises',
    group: 'Open',
    run: (app) => void chooseModel(app),
  },
  {
    id: 'open.demo',
    label: 'Open the demo: a micrograph whose particles are known',
    group: 'Open',
    run: (app) => void app.sources.openDemo(),
  },
  {
    id: 'micrograph.next',
    keys: 'N',
    label: 'Next micrograph',
    group: 'Micrographs',
    blocked: needsList,
    run: (app) => step(app, 1),
  },
  {
    id: 'micrograph.previous',
    keys: 'Shift+N',
    label: 'Previous micrograph',
    group: 'Micrographs',
    blocked: needsList,
    run: (app) => step(app, -1),
  },
];

function needsList(app: App): string | undefined {
  return app.library.items.length > 1 ? undefined : 'There is no other micrograph in the list';
}

/** All that the page can do. Where two have the same key, the one with `when` comes first. */
export const commands: readonly Command[] = [
  ...openCommands,
  ...datasetCommands,
  ...lookCommands,
  ...viewerCommands,
  ...trustCommands,
  ...severalCommands,
  ...sessionCommands,
  ...spectrumCommands,
  ...pickCommands,
  ...pickEditCommands,
  ...fileCommands,
  ...tourCommands,
  ...choiceCommands,
  ...batchCommands,
  ...galleryCommands,
  ...matchingCommands,
  ...maskCommands,
  ...trainingCommands,
  ...pageCommands,
];
