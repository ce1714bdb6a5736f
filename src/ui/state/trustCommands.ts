import type { App } from './app.ts';
import { nextWipe } from './beside.ts';
import { type Command, needsMicrograph } from './keys.ts';

/** Shows the wipe; where it is shown, between the next two of the pictures there are. */
export function showWipe(app: App): void {
  const { document, jobs, view } = app;
  if (view.mode() !== 'wipe') return void jobs.showMode('wipe');
  void jobs.showWipe(nextWipe(view.wipe(), (kind) => document.made(kind) !== undefined));
}

export const trustCommands: readonly Command[] = [
  {
    id: 'view.residual',
    keys: '2',
    label: 'Residual: what filtering has taken away',
    group: 'Look',
    blocked: needsMicrograph,
    run: (app) => void app.jobs.showMode('residual'),
  },
  {
    id: 'view.wipe',
    keys: '3',
    label: 'Wipe between two of raw, filtered, denoised, residual (again: other pictures)',
    group: 'Look',
    blocked: needsMicrograph,
    run: showWipe,
  },
  {
    id: 'trust.judge',
    keys: '4',
    label: 'Judge what filtering has taken away',
    group: 'Look',
    blocked: needsMicrograph,
    run: (app) => void app.trust.judge(),
  },
];
