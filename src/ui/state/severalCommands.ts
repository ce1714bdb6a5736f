import { type Command, needsMicrograph } from './keys.ts';

export const severalCommands: readonly Command[] = [
  {
    id: 'view.several',
    keys: 'Shift+M',
    label: 'Several micrographs side by side, moved together',
    group: 'Look',
    blocked: needsMicrograph,
    run: ({ several }) => several.toggle(),
  },
  {
    id: 'view.severalFit',
    keys: 'F',
    label: 'Fit the micrographs side by side',
    group: 'Look',
    when: ({ several }) => several.isOpen(),
    run: ({ several }) => several.fit(),
  },
];
