import { hasFilePickers, pickFiles, pickFolder, pickGain, pickModel } from '../../platform/browser/files.ts';
import type { ModelUse } from '../../rpc/contract.ts';
import type { App } from './app.ts';
import { galleryCommands } from './galleryCommands.ts';
import { type Command, control, key, plain } from './keys.ts';
import { maskCommands } from './maskCommands.ts';
import { matchingCommands } from './matchingCommands.ts';
import { trainingCommands } from './trainingCommands.ts';
import { trustCommands } from './trustCommands.ts';
import { eraserLimits, type Tool } from './view.ts';

/** Opens the browser's file dialog, or clicks our own input where the File System Access API is missing. */
export function openFiles(app: App): void {
  if (hasFilePickers()) void app.sources.open(pickFiles());
  else clickInput('file-input');
}

export function openFolder(app: App): void {
  if (hasFilePickers()) void app.sources.open(pickFolder());
  else clickInput('folder-input');
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

/** Next or previous item of the list, from the one that is being opened; what can't be opened is passed over. */
export function step(app: App, by: number): void {
  const { items } = app.library;
  const opening = items.findIndex(({ status }) => status === 'opening');
  let at = opening >= 0 ? opening : items.findIndex(({ key }) => key === app.document.key());
  do at += by;
  while (items[at]?.status === 'failed');
  const next = items[at];
  if (next) void app.document.select(next.key);
}

/** Next or previous frame, section or image; of a sum of frames, all of them one further. */
function stepFrame(app: App, by: number): void {
  const opened = app.document.opened();
  if (app.movie.exposure()) void app.movie.step(by);
  else if (opened && opened.frames > 1) {
    const frame = Math.min(opened.frames - 1, Math.max(0, opened.frame + by));
    if (frame !== opened.frame) void app.document.setFrame(frame);
  }
}

/** A threshold step that suits correlations. */
export const correlationStep = 0.01;

/** A threshold step that suits the scores: a hundredth of their range. */
export function thresholdStep(app: App): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const pick of app.picks.all()) {
    if (pick.origin === 'manual') continue;
    low = Math.min(low, pick.score);
    high = Math.max(high, pick.score);
  }
  return high > low ? (high - low) / 100 : 0.01;
}

function moveThreshold(app: App, steps: number): void {
  if (app.template.ghosts().length > 0) {
    // What is still to be decided comes first.
    const value = app.template.threshold() + steps * correlationStep;
    app.template.setThreshold(Number(value.toPrecision(4)));
    return;
  }
  const value = app.parameters.values.threshold + steps * thresholdStep(app);
  app.parameters.set({ threshold: Number(value.toPrecision(4)) });
}

const tool = (wanted: Tool) => (app: App) => app.view.setTool(wanted);

export const commands: readonly Command[] = [
  ...galleryCommands,
  ...trainingCommands,
  ...trustCommands,
  ...matchingCommands,
  ...maskCommands,
  {
    keys: 'O',
    label: 'Open files',
    group: 'Open',
    matches: (e) => key('o')(e) && !e.shiftKey,
    run: openFiles,
  },
  {
    keys: 'Shift+O',
    label: 'Open a folder',
    group: 'Open',
    matches: (e) => key('o')(e) && e.shiftKey,
    run: openFolder,
  },
  {
    keys: 'L',
    label: 'Open a model: a network that picks or denoises',
    group: 'Open',
    matches: key('l'),
    run: (app) => void chooseModel(app),
  },
  {
    keys: 'N',
    label: 'Next micrograph (Shift+N: previous)',
    group: 'Open',
    matches: key('n'),
    run: (app, event) => step(app, event.shiftKey ? -1 : 1),
  },
  { keys: 'F', label: 'Fit the micrograph', group: 'Look', matches: key('f'), run: (app) => app.view.fit() },
  { keys: '1', label: 'One to one', group: 'Look', matches: key('1'), run: (app) => app.view.oneToOne() },
  {
    keys: '+',
    label: 'Zoom in',
    group: 'Look',
    matches: (e) => plain(e) && (e.key === '+' || e.key === '='),
    run: (app) => app.view.zoomBy(1.5),
  },
  { keys: '−', label: 'Zoom out', group: 'Look', matches: key('-'), run: (app) => app.view.zoomBy(1 / 1.5) },
  {
    keys: 'R',
    label: 'Raw picture',
    group: 'Look',
    matches: key('r'),
    run: (app) => void app.jobs.showMode('raw'),
  },
  {
    keys: 'G',
    label: 'Filtered picture',
    group: 'Look',
    matches: key('g'),
    run: (app) => void app.jobs.showMode('filtered'),
  },
  {
    keys: 'B',
    label: 'Both, side by side',
    group: 'Look',
    matches: key('b'),
    run: (app) => void app.jobs.showMode('both'),
  },
  {
    keys: 'K',
    label: 'Next frame or section (J: previous)',
    group: 'Look',
    matches: (e) => (key('k')(e) || key('j')(e)) && !e.shiftKey,
    run: (app, event) => stepFrame(app, event.key.toLowerCase() === 'k' ? 1 : -1),
  },
  {
    keys: 'S',
    label: 'Sum or single frames of a movie',
    group: 'Look',
    matches: key('s'),
    run: (app) => void app.movie.setSingle(!app.movie.isSingle()),
  },
  {
    keys: 'I',
    label: 'Invert',
    group: 'Look',
    matches: key('i'),
    run: (app) => app.view.setInverted(!app.view.inverted()),
  },
  {
    keys: 'H',
    label: 'Hide or show picks',
    group: 'Look',
    matches: key('h'),
    run: (app) => app.view.setPicksVisible(!app.view.picksVisible()),
  },
  {
    keys: 'P',
    label: 'Pick particles',
    group: 'Pick',
    matches: key('p'),
    run: (app) => void app.jobs.pick(),
  },
  {
    keys: 'Enter',
    label: 'Accept the candidates of the template',
    group: 'Pick',
    // On a button it presses that.
    matches: (e) =>
      key('enter')(e) && !(e.target instanceof Element && e.target.closest('button, a, summary, input')),
    run: (app) => {
      if (app.template.isOn()) app.template.accept();
    },
  },
  { keys: 'V', label: 'Pan (or hold Space)', group: 'Pick', matches: key('v'), run: tool('pan') },
  { keys: 'A', label: 'Add picks by clicking', group: 'Pick', matches: key('a'), run: tool('add') },
  {
    keys: 'E',
    label: 'Erase picks by dragging',
    group: 'Pick',
    matches: (e) => key('e')(e) && !e.shiftKey,
    run: tool('erase'),
  },
  { keys: 'M', label: 'Measure the diameter', group: 'Pick', matches: key('m'), run: tool('measure') },
  {
    keys: '[',
    label: 'Smaller eraser',
    group: 'Pick',
    matches: key('['),
    run: (app) => app.view.setEraser(app.view.eraser() / eraserLimits.step),
  },
  {
    keys: ']',
    label: 'Larger eraser',
    group: 'Pick',
    matches: key(']'),
    run: (app) => app.view.setEraser(app.view.eraser() * eraserLimits.step),
  },
  {
    keys: ',',
    label: 'Lower the threshold',
    group: 'Pick',
    matches: key(','),
    run: (app) => moveThreshold(app, -1),
  },
  {
    keys: '.',
    label: 'Raise the threshold',
    group: 'Pick',
    matches: key('.'),
    run: (app) => moveThreshold(app, 1),
  },
  {
    keys: 'U',
    label: 'How good the picks are: curves and table',
    group: 'Pick',
    matches: key('u'),
    run: (app) => app.evaluation.setOpen(true),
  },
  {
    keys: 'X',
    label: 'Compare the picks with a reference, or those of before',
    group: 'Pick',
    matches: key('x'),
    run: (app) => app.comparison.toggle(),
  },
  {
    keys: 'Ctrl+Z',
    label: 'Undo',
    group: 'Pick',
    matches: control('z', false),
    run: (app) => app.picks.undo(),
  },
  {
    keys: 'Ctrl+Shift+Z',
    label: 'Redo (or Ctrl+Y)',
    group: 'Pick',
    matches: (e) => control('z', true)(e) || control('y', false)(e),
    run: (app) => app.picks.redo(),
  },
  {
    keys: 'D',
    label: 'Diagnostics of the GPU',
    group: 'Page',
    matches: key('d'),
    run: (app) => app.diagnostics.setOpen(true),
  },
  {
    keys: 'Esc',
    label: 'Cancel what is running; put messages away',
    group: 'Page',
    matches: key('escape'),
    run: leave,
  },
  {
    keys: '?',
    label: 'This sheet',
    group: 'Page',
    matches: key('?'),
    run: (app) => app.setHelp(!app.help()),
  },
];

function leave(app: App): void {
  if (app.help()) app.setHelp(false);
  else if (app.review.isOn()) app.review.leave();
  else if (app.tasks.list().length > 0) app.tasks.cancelAll();
  else if (app.notices.list().length > 0) app.notices.dismissAll();
  else app.view.setTool('pan');
}

/** Listens on the window. Keys typed into a field stay there. @returns a function that stops it. */
export function listenToKeys(app: App): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || isTyping(event.target)) return;
    // What is asked in a dialog comes first; only the sheet of shortcuts is put away by the key that opened it.
    if (document.querySelector('dialog[open]') && !(app.help() && event.key === '?')) return;
    const command = commands.find((candidate) => candidate.matches(event) && (candidate.when?.(app) ?? true));
    if (!command) return;
    event.preventDefault();
    command.run(app, event);
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !['range', 'checkbox', 'radio'].includes(target.type);
}
