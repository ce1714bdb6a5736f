import { createEffect, createSignal, onCleanup } from 'solid-js';
import { localTexts } from '../state/texts.ts';
import type { ThemeChoice, ViewState } from '../state/view.ts';

const key = 'cryolite-theme';

/** Starts with the theme of last time, else follows the system as it changes, and keeps what the user chooses. */
export function rememberTheme(view: ViewState): void {
  const query = window.matchMedia('(prefers-color-scheme: light)');
  const [system, setSystem] = createSignal<'dark' | 'light'>(query.matches ? 'light' : 'dark');
  const follow = (): void => {
    setSystem(query.matches ? 'light' : 'dark');
  };
  query.addEventListener('change', follow);
  onCleanup(() => query.removeEventListener('change', follow));
  view.setThemeChoice(stored() ?? 'system');
  createEffect(() => {
    const choice = view.themeChoice();
    const theme = choice === 'system' ? system() : choice;
    view.setTheme(theme);
    document.documentElement.dataset.theme = theme;
    localTexts.setItem(key, choice);
  });
}

function stored(): ThemeChoice | undefined {
  const value = localTexts.getItem(key);
  return value === 'dark' || value === 'light' || value === 'system' ? value : undefined;
}
