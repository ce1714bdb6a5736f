import { type Command, key } from './keys.ts';

/** Keys of what is done with boxes; with Shift they come before what the letters mean without it. */
export const galleryCommands: readonly Command[] = [
  {
    keys: 'Shift+C',
    label: 'Gallery: the boxes of all picks',
    group: 'Pick',
    matches: (event) => key('c')(event) && event.shiftKey,
    run: (app) => app.gallery.setOpen(!app.gallery.isOpen()),
  },
  {
    keys: 'Shift+E',
    label: 'Extract particles into a stack',
    group: 'Pick',
    matches: (event) => key('e')(event) && event.shiftKey,
    run: (app) => {
      if (app.document.opened()) app.extraction.setOpen(true);
    },
  },
];
