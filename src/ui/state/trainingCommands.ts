import type { App } from './app.ts';
import type { Command } from './keys.ts';

const isAsked = (app: App): boolean => app.review.isOn();
const group = 'Train';

/** Keys of the training, and of its questions while they are asked: these come before what the keys mean elsewhere. */
export const trainingCommands: readonly Command[] = [
  {
    id: 'train.toggle',
    keys: 'T',
    label: 'Train on the picks by hand; stop the training',
    group,
    run: (app) => void app.training.toggle(),
  },
  {
    id: 'train.continue',
    keys: 'Shift+R',
    label: 'Resume a training that was stopped',
    group,
    run: (app) => void app.training.goOn(),
  },
  {
    id: 'train.undo',
    keys: 'Shift+T',
    label: 'Undo the training: the network of before (again: redo)',
    group,
    run: (app) => app.training.undo(),
  },
  {
    id: 'review.begin',
    keys: 'Q',
    label: 'Questions: the candidates it is least sure of',
    group,
    run: (app) => void app.review.begin(),
  },
  {
    id: 'review.yes',
    keys: 'Y',
    label: 'Yes, a particle',
    group,
    when: isAsked,
    run: (app) => void app.review.answer(true),
  },
  {
    id: 'review.no',
    keys: 'N',
    label: 'No particle',
    group,
    when: isAsked,
    run: (app) => void app.review.answer(false),
  },
  {
    id: 'review.skip',
    keys: 'S',
    label: 'Skip the question',
    group,
    when: isAsked,
    run: (app) => void app.review.skip(),
  },
  {
    id: 'review.back',
    keys: 'Backspace',
    label: 'Take the last answer back',
    group,
    when: isAsked,
    run: (app) => void app.review.back(),
  },
];
