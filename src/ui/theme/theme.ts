import { createEffect } from 'solid-js';
import type { ViewState } from '../state/view.ts';

const key = 'cryolite-theme';

/** Starts with the theme of last time, else the system's, and keeps what the user chooses. */
export function rememberTheme(view: ViewState): void {
  const system = window.matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  const kept = stored();
  view.setTheme(kept ?? system);
  createEffect((first: boolean) => {
    const theme = view.theme();
    document.documentElement.dataset.theme = theme;
    if (!first) store(theme);
    return false;
  }, true);
}

function stored(): 'dark' | 'light' | undefined {
  try {
    const value = localStorage.getItem(key);
    return value === 'dark' || value === 'light' ? value : undefined;
  } catch {
    // Storage is refused: the system's choice will do.
    return undefined;
  }
}

function store(theme: string): void {
  try {
    localStorage.setItem(key, theme);
  } catch {
    // As above; the choice lasts until the page is closed.
  }
}
