import type { App } from './app.ts';
import { type Command, key } from './keys.ts';

const isAsked = (app: App): boolean => app.review.isOn();
const group = 'Train';

/** Keys of the training, and of its questions while they are asked: these come before what the keys mean elsewhere. */
export const trainingCommands: readonly Command[] = [
  {
    keys: 'T',
    label: 'Train on the picks by hand; stop the training',
    group,
    matches: (event) => key('t')(event) && !event.shiftKey,
    run: (app) => void app.training.toggle(),
  },
  {
    keys: 'C',
    label: 'Continue a training that was stopped',
    group,
    matches: (event) => key('c')(event) && !event.shiftKey,
    run: (app) => void app.training.goOn(),
  },
  {
    keys: 'Shift+T',
    label: 'Undo the training: the network of before (again: redo)',
    group,
    matches: (event) => key('t')(event) && event.shiftKey,
    run: (app) => app.training.undo(),
  },
  {
    keys: 'Q',
    label: 'Questions: the candidates it is least sure of',
    group,
    matches: key('q'),
    run: (app) => void app.review.begin(),
  },
  {
    keys: 'Y',
    label: 'Yes, a particle',
    group,
    matches: key('y'),
    when: isAsked,
    run: (app) => void app.review.answer(true),
  },
  {
    keys: 'N',
    label: 'No particle (while questions are asked)',
    group,
    matches: key('n'),
    when: isAsked,
    run: (app) => void app.review.answer(false),
  },
  {
    keys: 'S',
    label: 'Skip the question',
    group,
    matches: key('s'),
    when: isAsked,
    run: (app) => void app.review.skip(),
  },
  {
    keys: 'Backspace',
    label: 'Take the last answer back',
    group,
    matches: key('backspace'),
    when: isAsked,
    run: (app) => void app.review.back(),
  },
];
