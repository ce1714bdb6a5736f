import { onCleanup } from 'solid-js';

/** Calls when the page goes out of sight or away: what is not written then may never be. Inside a root. */
export function onLeaving(write: () => void): void {
  // Tests of states have no page.
  if (typeof window === 'undefined') return;
  const onHide = (): void => {
    if (document.visibilityState === 'hidden') write();
  };
  document.addEventListener('visibilitychange', onHide);
  window.addEventListener('pagehide', write);
  onCleanup(() => {
    document.removeEventListener('visibilitychange', onHide);
    window.removeEventListener('pagehide', write);
  });
}
