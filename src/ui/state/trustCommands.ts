import type { App } from './app.ts';
import { type Command, key } from './keys.ts';

/** Shows the wipe; where it is shown, the other picture comes to the right of its line. */
export function showWipe(app: App): void {
  const { jobs, view } = app;
  if (view.mode() === 'wipe')
    view.setWipe({ right: view.wipe().right === 'filtered' ? 'residual' : 'filtered' });
  else void jobs.showMode('wipe');
}

export const trustCommands: readonly Command[] = [
  {
    keys: '2',
    label: 'Residual: what filtering has taken away',
    group: 'Look',
    matches: key('2'),
    run: (app) => void app.jobs.showMode('residual'),
  },
  {
    keys: '3',
    label: 'Wipe from raw to filtered (again: to the residual)',
    group: 'Look',
    matches: key('3'),
    run: showWipe,
  },
  {
    keys: '4',
    label: 'Judge what filtering has taken away',
    group: 'Look',
    matches: key('4'),
    run: (app) => void app.trust.judge(),
  },
];
