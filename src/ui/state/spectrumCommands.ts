import { type Command, needsMicrograph } from './keys.ts';

export const spectrumCommands: readonly Command[] = [
  {
    id: 'spectrum.open',
    keys: 'Shift+F',
    label: 'Power spectrum',
    group: 'Look',
    blocked: needsMicrograph,
    run: ({ spectrum }) => spectrum.setOpen(!spectrum.isOpen()),
  },
  {
    id: 'spectrum.pin',
    keys: '9',
    label: 'Keep the spectrum’s box where it is, or let it follow the cursor again',
    group: 'Look',
    when: ({ spectrum }) => spectrum.isOpen() && spectrum.scope() === 'cursor',
    run: ({ spectrum }) => spectrum.setPinned(!spectrum.isPinned()),
  },
];
