import { type Command, needsMicrograph } from './keys.ts';

/** What is done with boxes. */
export const galleryCommands: readonly Command[] = [
  {
    id: 'gallery.toggle',
    keys: 'Shift+C',
    label: 'Gallery: the boxes of all picks',
    group: 'Pick',
    blocked: needsMicrograph,
    run: (app) => app.gallery.setOpen(!app.gallery.isOpen()),
  },
  {
    id: 'extract.open',
    keys: 'Shift+E',
    label: 'Extract particles into a stack',
    group: 'Pick',
    blocked: needsMicrograph,
    run: (app) => app.extraction.setOpen(true),
  },
];
