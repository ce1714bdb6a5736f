import type { App } from './app.ts';
import { type Command, needsMicrograph } from './keys.ts';
import type { Tool } from './view.ts';

const group = 'Pick';
const tool = (wanted: Tool) => (app: App) => app.view.setTool(wanted);
const hasChosen = (app: App): boolean => app.selection.count() > 0 && !app.review.isOn();
const needsChosen = (app: App): string | undefined =>
  app.selection.count() > 0 ? undefined : 'Choose picks first, with the lasso or the rectangle';

/** Gives what is chosen the class of this number, or new picks where nothing is chosen; a class that is not there is made. */
function useClass(app: App, number: number): void {
  const { classes } = app.picks;
  if (number === classes.list().length) classes.add();
  const wanted = classes.list()[number];
  if (!wanted) return;
  if (app.selection.count() > 0) app.selection.classify(wanted.id);
  else classes.setActive(wanted.id);
}

const classCommands = Array.from(
  { length: 8 },
  (_, i): Command => ({
    id: `class.${i + 1}`,
    keys: `Shift+${i + 1}`,
    label: `Class ${i + 1}: of what is chosen, or of new picks`,
    group,
    run: (app) => useClass(app, i),
  }),
);

/** Picking by hand, beyond single clicks. */
export const pickEditCommands: readonly Command[] = [
  {
    id: 'tool.lasso',
    keys: '5',
    label: 'Lasso: choose picks',
    group,
    blocked: needsMicrograph,
    run: tool('lasso'),
  },
  {
    id: 'tool.rectangle',
    keys: '6',
    label: 'Rectangle: choose picks',
    group,
    blocked: needsMicrograph,
    run: tool('rectangle'),
  },
  {
    id: 'tool.move',
    keys: '7',
    label: 'Move picks by dragging',
    group,
    blocked: needsMicrograph,
    run: tool('move'),
  },
  {
    id: 'tool.filament',
    keys: '8',
    label: 'Filaments: click on both ends',
    group,
    blocked: needsMicrograph,
    run: tool('filament'),
  },
  ...classCommands,
  {
    id: 'selection.all',
    keys: 'Ctrl+A',
    label: 'Choose all picks shown',
    group,
    blocked: needsMicrograph,
    run: (app) => app.selection.chooseAll(),
  },
  {
    id: 'selection.clear',
    keys: 'Esc',
    label: 'Choose nothing; give up a filament',
    group,
    when: (app) => app.tour.at() === undefined && (hasChosen(app) || app.selection.pending() !== undefined),
    run: (app) => app.selection.clear(),
  },
  {
    id: 'selection.remove',
    keys: 'Delete',
    label: 'Remove what is chosen',
    group,
    when: hasChosen,
    run: (app) => app.selection.remove(),
  },
  {
    id: 'selection.confirm',
    keys: 'Enter',
    label: 'Confirm what is chosen: picks by hand from then on',
    group,
    when: hasChosen,
    run: (app) => app.selection.confirm(),
  },
  {
    id: 'selection.copy',
    keys: 'Ctrl+C',
    label: 'Copy what is chosen',
    group,
    when: (app) => hasChosen(app) && document.getSelection()?.isCollapsed !== false,
    run: (app) => app.pasteboard.copy(),
  },
  {
    id: 'selection.paste',
    keys: 'Ctrl+V',
    label: 'Paste picks on this micrograph',
    group,
    blocked: (app) => (app.pasteboard.count() > 0 ? needsMicrograph(app) : 'Copy picks first, with Ctrl+C'),
    run: (app) => app.pasteboard.paste(),
  },
  {
    id: 'picks.copyToNext',
    keys: 'Alt+N',
    label: 'Copy all picks to the next micrograph',
    group,
    blocked: needsMicrograph,
    run: (app) => void app.pasteboard.copyToNext(),
  },
  {
    id: 'picks.makeClass',
    label: 'Call what is chosen by the class of new picks',
    group,
    blocked: needsChosen,
    run: (app) => app.selection.classify(app.picks.classes.active().id),
  },
  {
    id: 'class.alone',
    label: 'Show the class of new picks alone, or all classes',
    group: 'Look',
    run: (app) => app.picks.classes.solo(app.picks.classes.active().id),
  },
  {
    id: 'look.shape',
    label: 'Draw picks as circles, boxes or dots',
    group: 'Look',
    run: (app) => {
      const shapes = { circle: 'box', box: 'dot', dot: 'circle' } as const;
      app.pickLook.setShape(shapes[app.pickLook.shape()]);
    },
  },
];
