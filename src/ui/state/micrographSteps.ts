import type { App } from './app.ts';

/** Next or previous item of the list as it is shown, from the one that is being opened; what can't be opened is passed over. */
export function step(app: App, by: number): void {
  const keys = app.dataset.shown();
  const status = (at: number): string | undefined => app.library.find(keys[at])?.status;
  const opening = keys.findIndex((_, at) => status(at) === 'opening');
  let at = opening >= 0 ? opening : keys.indexOf(app.document.key() ?? '');
  do at += by;
  while (status(at) === 'failed');
  const next = keys[at];
  if (next !== undefined) void app.document.select(next);
}
