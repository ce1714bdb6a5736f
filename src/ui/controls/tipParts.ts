import { shownKeys } from './shownKeys.ts';

/** A title: what a control does, and behind two spaces the key that does the same, as it is in the chosen keymap. */
export function tooltip(words: string, keys: string | undefined): string {
  const shown = shownKeys(keys);
  return shown ? `${words}  (${shown})` : words;
}

/** The two parts of a title again. */
export function tipParts(title: string): { readonly words: string; readonly keys: string | undefined } {
  const found = /^(.*) {2}\((.+)\)$/s.exec(title);
  return { words: found?.[1] ?? title, keys: found?.[2] };
}
