import { onCleanup, onMount } from 'solid-js';

/**
 * For what opens over the page without holding up the rest: the focus goes into it, so that Tab goes on there, and back
 * to where it was when it closes, unless it is elsewhere by then.
 * @param root can have the focus itself
 * @param whole a selector of what it is a part of that comes and goes: a focus elsewhere in that stays where it is
 */
export function borrowFocus(root: () => HTMLElement | undefined, whole?: string): void {
  const before = document.activeElement;
  onMount(() => {
    const isBusy = whole !== undefined && root()?.closest(whole)?.contains(document.activeElement);
    if (!isBusy) root()?.focus({ preventScroll: true });
  });
  onCleanup(() => {
    const now = document.activeElement;
    const isHere = now === document.body || root()?.contains(now);
    if (isHere && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  });
}
