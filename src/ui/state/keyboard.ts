import type { App } from './app.ts';
import { commands } from './commands.ts';
import { type Keymap, keysOf } from './keymaps.ts';
import { type Command, matchesKeys } from './keys.ts';

/** The command that an event gives; what depends on the moment comes before what a key always means. */
export function commandOf(
  commands: readonly Command[],
  keymap: Keymap,
  app: App,
  event: KeyboardEvent,
): Command | undefined {
  const meant = commands.filter(
    (command) =>
      (command.when?.(app) ?? true) && keysOf(command, keymap).some((keys) => matchesKeys(keys, event)),
  );
  return meant.find(({ when }) => when) ?? meant[0];
}

/** What a key of Cryolite's own keymap is in another; undefined where the command has none there. */
export function currentKeys(keymap: Keymap, keys: string): string | undefined {
  const command = commands.find((one) => one.keys === keys || one.alsoKeys?.includes(keys));
  if (!command || command.keys !== keys) return keys;
  return keysOf(command, keymap)[0];
}

/** Listens on the window. Keys typed into a field stay there. @returns a function that stops it. */
export function listenToKeys(app: App): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || pressesControl(event)) return;
    const command = commandOf(commands, app.keymap.current(), app, event);
    if (!command || (isTyping(event.target) && !isForEverywhere(command))) return;
    // What is asked in a dialog comes first; it is put away by the key that opened it.
    const opener = app.palette.isOpen() ? 'page.palette' : app.help.shown() ? 'page.keys' : undefined;
    if (document.querySelector('.dialog') && command.id !== opener) return;
    event.preventDefault();
    if (command.blocked?.(app) === undefined) command.run(app);
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}

/** A key of the palette means nothing to a field. */
function isForEverywhere(command: Command): boolean {
  return command.id === 'page.palette' || command.id === 'page.micrographs';
}

/** On a button Enter presses that, and arrow keys go on to the next of several radio buttons. */
function pressesControl({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (key === 'Enter') return target.closest('button, a, summary, input') !== null;
  return key.startsWith('Arrow') && target.matches('input[type="radio"]');
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !['range', 'checkbox', 'radio'].includes(target.type);
}
