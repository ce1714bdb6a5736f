import { type Point, toImage, toPixel } from '../viewer/transform.ts';
import type { App } from './app.ts';
import { foundScores } from './foundScores.ts';
import { type Command, needsMicrograph } from './keys.ts';
import { eraserLimits, type Tool } from './view.ts';

/** A threshold step that suits correlations. */
export const correlationStep = 0.01;

/** A threshold step that suits the scores: a hundredth of their range. */
function moveThreshold(app: App, steps: number): void {
  if (app.template.ghosts().length > 0) {
    // What is still to be decided comes first.
    const value = app.template.threshold() + steps * correlationStep;
    app.template.setThreshold(Number(value.toPrecision(4)));
    return;
  }
  const value = app.parameters.values.threshold + steps * foundScores(app.picks.all()).step;
  app.parameters.set({ threshold: Number(value.toPrecision(4)) });
}

/** The pixel in the middle of the first picture, where the keyboard's cross is. */
function crossPixel(app: App): Point {
  const [pane] = app.view.panes();
  const rect = pane?.rect ?? { x: 0, y: 0, ...app.view.canvas() };
  const middle = { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
  return toPixel(toImage(app.view.view(), rect, middle));
}

const tool = (wanted: Tool) => (app: App) => app.view.setTool(wanted);
const group = 'Pick';

/** Picking, by the networks and by hand. */
export const pickCommands: readonly Command[] = [
  {
    id: 'pick.run',
    keys: 'P',
    label: 'Pick particles',
    group,
    blocked: needsMicrograph,
    run: (app) => void app.jobs.pick(),
  },
  {
    id: 'template.accept',
    keys: 'Enter',
    label: 'Accept the candidates of the template',
    group,
    blocked: (app) => (app.template.isOn() ? undefined : 'Template is not chosen'),
    run: (app) => app.template.accept(),
  },
  { id: 'tool.pan', keys: 'V', label: 'Pan (or hold Space)', group, run: tool('pan') },
  { id: 'tool.add', keys: 'C', label: 'Add picks by clicking', group, run: tool('add') },
  { id: 'tool.erase', keys: 'E', label: 'Erase picks by dragging', group, run: tool('erase') },
  { id: 'tool.measure', keys: 'M', label: 'Measure the diameter, Å', group, run: tool('measure') },
  {
    id: 'eraser.smaller',
    keys: '[',
    label: 'Smaller eraser',
    group,
    run: (app) => app.view.setEraser(app.view.eraser() / eraserLimits.step),
  },
  {
    id: 'eraser.larger',
    keys: ']',
    label: 'Larger eraser',
    group,
    run: (app) => app.view.setEraser(app.view.eraser() * eraserLimits.step),
  },
  {
    id: 'cross.add',
    keys: 'Shift+Enter',
    label: 'Add a pick under the cross: the middle, where the arrow keys bring the micrograph',
    group,
    blocked: needsMicrograph,
    run: (app) => {
      const at = crossPixel(app);
      app.picks.add(app.template.ghostAt(at) ?? at, app.picks.classes.activeId());
      app.view.setPicksVisible(true);
    },
  },
  {
    id: 'cross.remove',
    keys: 'Shift+Delete',
    alsoKeys: ['Shift+Backspace'],
    label: 'Remove the pick under the cross',
    group,
    blocked: needsMicrograph,
    run: (app) => {
      const { diameterAngstrom, pixelSizeAngstrom = 1 } = app.parameters.values;
      const pick = app.picks.index().nearest(crossPixel(app), diameterAngstrom / pixelSizeAngstrom / 2);
      if (pick) app.picks.remove([pick]);
    },
  },
  {
    id: 'threshold.lower',
    keys: ',',
    label: 'Lower the threshold',
    group,
    run: (app) => moveThreshold(app, -1),
  },
  {
    id: 'threshold.raise',
    keys: '.',
    label: 'Raise the threshold',
    group,
    run: (app) => moveThreshold(app, 1),
  },
  {
    id: 'evaluation.open',
    keys: 'U',
    label: 'How good the picks are: curves and table',
    group,
    run: (app) => app.evaluation.setOpen(true),
  },
  {
    id: 'comparison.toggle',
    keys: 'X',
    label: 'Compare the picks with a reference, or those of before',
    group,
    run: (app) => app.comparison.toggle(),
  },
  {
    id: 'picks.undo',
    keys: 'Ctrl+Z',
    label: 'Undo',
    group,
    blocked: (app) => (app.picks.undoAction() ? undefined : 'Nothing to undo'),
    run: (app) => app.picks.undo(),
  },
  {
    id: 'picks.redo',
    keys: 'Ctrl+Shift+Z',
    alsoKeys: ['Ctrl+Y'],
    label: 'Redo',
    group,
    blocked: (app) => (app.picks.redoAction() ? undefined : 'Nothing to redo'),
    run: (app) => app.picks.redo(),
  },
];
