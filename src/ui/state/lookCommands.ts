import type { App } from './app.ts';
import { nextSide } from './beside.ts';
import { type Command, needsMicrograph } from './keys.ts';

/** Next or previous frame, section or image; of a sum of frames, all of them one further. */
function stepFrame(app: App, by: number): void {
  const opened = app.document.opened();
  if (app.movie.exposure()) void app.movie.step(by);
  else if (opened && opened.frames > 1) {
    const frame = Math.min(opened.frames - 1, Math.max(0, opened.frame + by));
    if (frame !== opened.frame) void app.document.setFrame(frame);
  }
}

/** Shows pictures side by side; where they are, the next of them. */
export function showSide(app: App): void {
  const { document, jobs, view } = app;
  if (view.mode() !== 'side') return void jobs.showMode('side');
  void jobs.showSide(nextSide(view.side(), (kind) => document.made(kind) !== undefined));
}

function needsFrames(app: App): string | undefined {
  const opened = app.document.opened();
  if (!opened) return needsMicrograph(app);
  return opened.frames > 1 ? undefined : 'This micrograph has one frame';
}

const group = 'Look';

/** What is seen of the micrograph, and how large. */
export const lookCommands: readonly Command[] = [
  {
    id: 'view.fit',
    keys: 'F',
    label: 'Fit the micrograph',
    group,
    blocked: needsMicrograph,
    run: (app) => app.view.fit(),
  },
  {
    id: 'view.oneToOne',
    keys: '1',
    label: 'One to one: a pixel of the file is a pixel of the screen',
    group,
    blocked: needsMicrograph,
    run: (app) => app.view.oneToOne(),
  },
  {
    id: 'view.zoomIn',
    keys: '+',
    label: 'Zoom in',
    group,
    blocked: needsMicrograph,
    run: (app) => app.view.zoomBy(1.5),
  },
  {
    id: 'view.zoomOut',
    keys: '−',
    label: 'Zoom out',
    group,
    blocked: needsMicrograph,
    run: (app) => app.view.zoomBy(1 / 1.5),
  },
  {
    id: 'view.raw',
    keys: 'R',
    label: 'Raw picture',
    group,
    blocked: needsMicrograph,
    run: (app) => void app.jobs.showMode('raw'),
  },
  {
    id: 'view.filtered',
    keys: 'G',
    label: 'Filtered or denoised picture, as step 2 says (again: the other one)',
    group,
    blocked: needsMicrograph,
    run: (app) => void app.jobs.showMade(),
  },
  {
    id: 'view.side',
    keys: 'B',
    label: 'Side by side: raw, filtered, denoised (again: other pictures)',
    group,
    blocked: needsMicrograph,
    run: showSide,
  },
  {
    id: 'frame.next',
    keys: 'K',
    label: 'Next frame or section',
    group,
    blocked: needsFrames,
    run: (app) => stepFrame(app, 1),
  },
  {
    id: 'frame.previous',
    keys: 'J',
    label: 'Previous frame or section',
    group,
    blocked: needsFrames,
    run: (app) => stepFrame(app, -1),
  },
  {
    id: 'movie.single',
    keys: 'Shift+K',
    label: 'Sum or single frames of a movie',
    group,
    blocked: needsFrames,
    run: (app) => void app.movie.setSingle(!app.movie.isSingle()),
  },
  {
    id: 'view.invert',
    keys: 'I',
    label: 'Invert: white particles',
    group,
    run: (app) => app.view.setInverted(!app.view.inverted()),
  },
  {
    id: 'picks.hide',
    keys: 'H',
    label: 'Hide or show picks',
    group,
    run: (app) => app.view.setPicksVisible(!app.view.picksVisible()),
  },
];
