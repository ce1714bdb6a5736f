/** Commands, and what a key event is. */
import type { App } from './app.ts';

/** One thing that a key does. The sheet of shortcuts and the tooltips are made from these. */
export interface Command {
  /** What the sheet shows: "Ctrl+Z". */
  readonly keys: string;
  readonly label: string;
  readonly group: 'Open' | 'Look' | 'Pick' | 'Train' | 'Page';
  matches(event: KeyboardEvent): boolean;
  /** Where it is missing the key always means this. */
  readonly when?: (app: App) => boolean;
  run(app: App, event: KeyboardEvent): void;
}

export const plain = (event: KeyboardEvent): boolean => !event.ctrlKey && !event.metaKey && !event.altKey;

/** A key by itself; Shift makes no difference. */
export const key = (wanted: string) => (event: KeyboardEvent) =>
  plain(event) && event.key.toLowerCase() === wanted;

export const control = (wanted: string, shift: boolean) => (event: KeyboardEvent) =>
  (event.ctrlKey || event.metaKey) && event.shiftKey === shift && event.key.toLowerCase() === wanted;
