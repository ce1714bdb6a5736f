import { createSignal } from 'solid-js';

type Translate = (keys: string) => string | undefined;

const [translate, setTranslate] = createSignal<Translate>((keys) => keys);

/** A key of Cryolite's own keymap as it is in the chosen one; undefined where that has none. */
export function shownKeys(keys: string | undefined): string | undefined {
  return keys === undefined ? undefined : translate()(keys);
}

/** From now on tooltips tell these keys. */
export function showKeysBy(next: Translate): void {
  setTranslate(() => next);
}
