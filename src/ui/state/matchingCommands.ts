import type { Command } from './keys.ts';

/** The hidden input that opens references to match. */
export const matchingInputId = 'matching-input';

/** Opens the browser's dialog for class averages or a density map. */
export function chooseMatchingFile(): void {
  document.getElementById(matchingInputId)?.click();
}

export const matchingCommands: readonly Command[] = [
  {
    id: 'matching.open',
    keys: 'Shift+J',
    label: 'Open class averages or a map to match',
    group: 'Pick',
    run: (app) => {
      if (app.parameters.values.method !== 'matching') app.parameters.set({ method: 'matching' });
      // The panel has its input once the method is chosen.
      queueMicrotask(chooseMatchingFile);
    },
  },
];
