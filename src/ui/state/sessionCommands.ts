import type { Command } from './keys.ts';

const group = 'Open';

/** The file input of sessions. */
export const sessionInputId = 'session-input';

export const sessionCommands: readonly Command[] = [
  {
    id: 'session.list',
    keys: 'Shift+U',
    label: 'Sessions: open, name, delete, export',
    group,
    run: (app) => app.sessions.setOpen(!app.sessions.isOpen()),
  },
  {
    id: 'session.new',
    label: 'New session',
    group,
    run: (app) => void app.sessions.create(),
  },
  {
    id: 'session.export',
    label: 'Export this session as one file',
    group,
    run: (app) => void app.sessions.exportFile(),
  },
  {
    id: 'session.import',
    label: 'Import a session from a file',
    group,
    run: () => document.getElementById(sessionInputId)?.click(),
  },
];
