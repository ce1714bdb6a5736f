import type { App } from './app.ts';
import type { Command } from './keys.ts';

const isOn = (app: App): boolean => app.tour.at() !== undefined;
const group = 'Page';

/** The tour; its keys mean this only while it is on. */
export const tourCommands: readonly Command[] = [
  {
    id: 'tour.start',
    label: 'Tour: five steps on the demo, from opening to export',
    group,
    run: (app) => app.tour.start(),
  },
  {
    id: 'tour.next',
    keys: 'PageDown',
    label: 'Next step of the tour',
    group,
    when: isOn,
    run: (app) => app.tour.next(),
  },
  {
    id: 'tour.back',
    keys: 'PageUp',
    label: 'Back in the tour',
    group,
    when: isOn,
    run: (app) => app.tour.back(),
  },
  { id: 'tour.stop', keys: 'Esc', label: 'End the tour', group, when: isOn, run: (app) => app.tour.stop() },
];
