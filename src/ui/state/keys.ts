/** Commands, and the keys that they are given by. */
import type { App } from './app.ts';

/** In the order of the sheet. */
export const commandGroups = ['Open', 'Micrographs', 'Look', 'Pick', 'Train', 'Batch', 'Page'] as const;
export type CommandGroup = (typeof commandGroups)[number];

/** One thing that the page can do. Sheet, palette, tooltips and keyboard are made from these. */
export interface Command {
  /** Its name for good, "view.fit": keymaps and the palette's memory go by it. */
  readonly id: string;
  /** The key as it is shown, "Ctrl+Shift+Z"; where it is missing the palette alone runs it. See `matchesKeys`. */
  readonly keys?: string;
  /** Further keys that do the same. */
  readonly alsoKeys?: readonly string[];
  readonly label: string;
  readonly group: CommandGroup;
  /** The key means this only then, and before what it always means. */
  readonly when?: (app: App) => boolean;
  /** Why it can't be done now, as a short sentence; undefined when it can. */
  readonly blocked?: (app: App) => string | undefined;
  run(app: App): void;
}

/** A reason to be blocked that many commands share. */
export function needsMicrograph(app: App): string | undefined {
  return app.document.opened() ? undefined : 'Open a micrograph first';
}

/** What a text of keys asks of an event. */
interface Chord {
  readonly control: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  /** "Z", "7", "Enter", "[" */
  readonly base: string;
}

function chordOf(keys: string): Chord {
  let base = keys;
  const take = (modifier: string): boolean => {
    if (!base.startsWith(`${modifier}+`)) return false;
    base = base.slice(modifier.length + 1);
    return true;
  };
  const control = take('Ctrl');
  const alt = take('Alt');
  const shift = take('Shift');
  return { control, alt, shift, base };
}

/** What the sheet writes, to what the browser calls it. */
const named: Readonly<Record<string, readonly string[]>> = {
  Esc: ['Escape'],
  Space: [' '],
  '+': ['+', '='],
  '−': ['-'],
  '←': ['ArrowLeft'],
  '→': ['ArrowRight'],
  '↑': ['ArrowUp'],
  '↓': ['ArrowDown'],
};

/**
 * Whether an event is the key of a text: modifiers in the order Ctrl, Alt, Shift, then a letter, a digit, a sign or a
 * named key. Command counts as Ctrl. Digits go by the place on the keyboard, as Shift makes signs of them; for other
 * signs Shift makes no difference, as layouts differ in which of them need it.
 */
export function matchesKeys(keys: string, event: KeyboardEvent): boolean {
  const { control, alt, shift, base } = chordOf(keys);
  if ((event.ctrlKey || event.metaKey) !== control || event.altKey !== alt) return false;
  const isSign = base.length === 1 && !/[A-Z0-9←→↑↓]/.test(base);
  if (!(isSign && !shift) && event.shiftKey !== shift) return false;
  if (/^\d$/.test(base)) return event.code === `Digit${base}` || event.code === `Numpad${base}`;
  // Alt makes other characters of letters on some systems: there the place tells.
  if (alt && /^[A-Z]$/.test(base)) return event.code === `Key${base}`;
  const wanted = named[base] ?? [base];
  return wanted.some((key) => key.toLowerCase() === event.key.toLowerCase());
}
