import type { App } from './app.ts';
import { keysPage } from './help.ts';
import type { Command } from './keys.ts';

const group = 'Page';

/** The page itself. */
export const pageCommands: readonly Command[] = [
  {
    id: 'page.diagnostics',
    keys: 'Shift+D',
    label: 'Diagnostics of the GPU',
    group,
    run: (app) => app.diagnostics.setOpen(true),
  },
  {
    id: 'page.leave',
    keys: 'Esc',
    label: 'Cancel what is running; put messages away',
    group,
    run: leave,
  },
  {
    id: 'page.palette',
    keys: 'Ctrl+K',
    label: 'Palette: everything the page can do, by a few letters',
    group,
    run: (app) => app.palette.setOpen(!app.palette.isOpen()),
  },
  {
    id: 'page.micrographs',
    keys: 'Ctrl+J',
    label: 'Go to a micrograph by its name',
    group,
    blocked: (app) => (app.library.items.length > 0 ? undefined : 'Open a micrograph first'),
    run: (app) => app.palette.ask('@'),
  },
  {
    id: 'page.keys',
    keys: '?',
    label: 'All keys',
    group,
    run: (app) => (app.help.shown() ? app.help.close() : app.help.open(keysPage)),
  },
  {
    id: 'page.help',
    keys: 'F1',
    label: 'Help: how to open, pick, train, export',
    group,
    run: (app) => app.help.open('opening'),
  },
];

function leave(app: App): void {
  if (app.review.isOn()) app.review.leave();
  else if (app.tasks.list().length > 0) app.tasks.cancelAll();
  else if (app.notices.list().length > 0) app.notices.dismissAll();
  else app.view.setTool('pan');
}
