import type { App } from './app.ts';
import { chooseGain, choosePicksFile, chooseReferenceFile } from './chooseFiles.ts';
import { type Command, needsMicrograph } from './keys.ts';
import { isMovie } from './reading.ts';

function needsPicks(app: App): string | undefined {
  return needsMicrograph(app) ?? (app.picks.shown().length > 0 ? undefined : 'There are no picks');
}

/** What is written to files and read from them. */
export const fileCommands: readonly Command[] = [
  {
    id: 'export.picks',
    keys: 'Ctrl+S',
    label: 'Export the picks for the chosen program',
    group: 'Pick',
    blocked: needsPicks,
    run: (app) => void app.exports.picks(),
  },
  {
    id: 'picks.import',
    label: 'Import picks: coordinates of another program',
    group: 'Pick',
    blocked: needsMicrograph,
    run: choosePicksFile,
  },
  {
    id: 'picks.clear',
    label: 'Remove all picks of the micrograph',
    group: 'Pick',
    blocked: needsPicks,
    run: (app) => app.picks.clear(),
  },
  {
    id: 'evaluation.reference',
    label: 'Open coordinates to judge the picks by',
    group: 'Pick',
    blocked: needsMicrograph,
    run: chooseReferenceFile,
  },
  {
    id: 'mask.clear',
    label: 'Clear the contamination mask',
    group: 'Pick',
    blocked: (app) => (app.mask.isEmpty() ? 'Nothing is masked' : undefined),
    run: (app) => app.mask.clear(),
  },
  {
    id: 'mask.save',
    label: 'Save the contamination mask',
    group: 'Pick',
    blocked: (app) => (app.mask.isEmpty() ? 'Nothing is masked' : undefined),
    run: (app) => void app.maskFiles.save(),
  },
  {
    id: 'movie.gain',
    label: 'Open a gain reference for the movie',
    group: 'Open',
    blocked: (app) => (isMovie(app.document.opened()) ? undefined : 'Open a movie first'),
    run: (app) => void chooseGain(app),
  },
  {
    id: 'filter.save',
    label: 'Save the filtered or denoised picture as MRC',
    group: 'Look',
    blocked: (app) => (app.document.filtered() ? undefined : 'Filter the micrograph first'),
    run: (app) => void app.exports.saveFiltered(),
  },
  {
    id: 'train.save',
    label: 'Save the trained network',
    group: 'Train',
    blocked: (app) => (app.training.trained() ? undefined : 'Nothing was trained yet'),
    run: (app) => void app.training.save(),
  },
  {
    id: 'open.closeAll',
    label: 'Close all micrographs; their picks are kept',
    group: 'Open',
    blocked: (app) => (app.library.items.length > 0 ? undefined : 'The list is empty'),
    run: (app) => void app.sources.closeAll(),
  },
];
