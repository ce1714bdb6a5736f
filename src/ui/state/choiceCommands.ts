import { type KeymapName, keymaps } from './keymaps.ts';
import type { Command } from './keys.ts';
import type { ThemeChoice } from './view.ts';

const themes: Readonly<Record<ThemeChoice, string>> = {
  system: 'Light or dark as the system is',
  dark: 'Dark',
  light: 'Light',
};

/** Choices about the page that no panel has. */
export const choiceCommands: readonly Command[] = [
  ...(Object.keys(themes) as ThemeChoice[]).map(
    (choice): Command => ({
      id: `theme.${choice}`,
      label: `Theme: ${themes[choice]}`,
      group: 'Page',
      run: (app) => app.view.setThemeChoice(choice),
    }),
  ),
  ...keymaps.map(
    ({ name, label }): Command => ({
      id: `keymap.${name satisfies KeymapName}`,
      label: `Keymap: ${label}`,
      group: 'Page',
      run: (app) => app.keymap.choose(name),
    }),
  ),
];
