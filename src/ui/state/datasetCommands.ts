import type { App } from './app.ts';
import type { Command } from './keys.ts';
import type { Acceptance } from './library.ts';

const group = 'Micrographs';
const inGrid = (app: App): boolean => app.stage.shown() === 'grid';

/** What accepting and rejecting is about: in the grid what is selected there, else the micrograph on the screen. */
export function marked(app: App): readonly string[] {
  const { selection, shown } = app.dataset;
  const key = app.document.key();
  if (!inGrid(app)) return key === undefined ? [] : [key];
  if (selection.members().length > 0) return selection.members();
  const under = shown()[selection.cursor() ?? -1];
  return under === undefined ? [] : [under];
}

/** Marks, and says so where it can't be seen. */
export function mark(app: App, acceptance: Acceptance): void {
  const keys = marked(app);
  // Rejected tiles may leave the grid: the keyboard goes on from where they were.
  const cursor = app.dataset.selection.cursor();
  app.acceptance.mark(keys, acceptance);
  if (inGrid(app)) {
    const { selection, shown } = app.dataset;
    if (selection.members().length === 0 && cursor !== undefined && shown().length > 0) {
      selection.only(Math.min(cursor, shown().length - 1));
    }
    return;
  }
  const item = app.library.find(keys[0]);
  if (!item) return;
  const words = item.acceptance === undefined ? 'is undecided again' : `is ${item.acceptance}`;
  const left = item.acceptance === 'rejected' ? ', and left out of exports, extraction and batches' : '';
  app.notices.info(`${item.name} ${words}${left}.`);
}

function needsMarked(app: App): string | undefined {
  return marked(app).length > 0 ? undefined : 'Select micrographs first';
}

/** The list and the grid of micrographs. */
export const datasetCommands: readonly Command[] = [
  {
    id: 'dataset.grid',
    keys: 'Shift+G',
    label: 'Grid of all micrographs',
    group,
    blocked: (app) => (app.library.items.length > 0 ? undefined : 'Open a folder first'),
    run: (app) => app.stage.toggle('grid'),
  },
  {
    id: 'micrograph.accept',
    keys: 'Shift+Y',
    label: 'Accept the micrograph',
    group,
    blocked: needsMarked,
    run: (app) => mark(app, 'accepted'),
  },
  {
    id: 'micrograph.reject',
    keys: 'Shift+X',
    label: 'Reject the micrograph',
    group,
    blocked: needsMarked,
    run: (app) => mark(app, 'rejected'),
  },
  {
    id: 'grid.accept',
    keys: 'Y',
    label: 'In the grid: accept what is selected',
    group,
    when: inGrid,
    run: (app) => mark(app, 'accepted'),
  },
  {
    id: 'grid.reject',
    keys: 'X',
    label: 'In the grid: reject what is selected',
    group,
    when: inGrid,
    run: (app) => mark(app, 'rejected'),
  },
  {
    id: 'grid.undo',
    keys: 'Ctrl+Z',
    label: 'In the grid: undo accepting and rejecting',
    group,
    when: inGrid,
    run: (app) => app.acceptance.undo(),
  },
  {
    id: 'grid.redo',
    keys: 'Ctrl+Shift+Z',
    alsoKeys: ['Ctrl+Y'],
    label: 'In the grid: redo accepting and rejecting',
    group,
    when: inGrid,
    run: (app) => app.acceptance.redo(),
  },
  {
    id: 'dataset.judge',
    keys: 'Shift+Q',
    label: 'Judge the quality of all micrographs, or stop',
    group,
    blocked: ({ judging, tasks, gpu }) => {
      if (tasks.isRunning('judge')) return undefined;
      if (gpu()?.available === false) return 'Judging needs WebGPU, which this browser does not offer';
      return judging.left() > 0 ? undefined : 'There is no micrograph that is not judged';
    },
    run: ({ judging, tasks }) => {
      if (tasks.isRunning('judge')) tasks.cancel('judge');
      else void judging.judgeAll();
    },
  },
  {
    id: 'micrograph.undo',
    label: 'Undo accepting and rejecting of micrographs',
    group,
    blocked: (app) => (app.acceptance.undoAction() ? undefined : 'Nothing was accepted or rejected'),
    run: (app) => app.acceptance.undo(),
  },
  {
    id: 'grid.leave',
    keys: 'Esc',
    label: 'Back from the grid to the picture',
    group,
    when: (app) => inGrid(app) && app.tasks.list().length === 0 && app.notices.list().length === 0,
    run: (app) => app.stage.show('picture'),
  },
];
