/** Which key gives which command, for hands that come from other programs. */
import { type Accessor, createSignal } from 'solid-js';
import { localTexts, type TextStorage } from './texts.ts';

export type KeymapName = 'cryolite' | 'relion' | 'eman2';

export interface Keymap {
  readonly name: KeymapName;
  readonly label: string;
  /** What it changes, in a sentence. */
  readonly about: string;
  /** Keys of commands by their ids; an empty list takes the key away. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly pointer: PointerHabits;
  /** What the mouse does otherwise than in Cryolite's own, in a sentence or two. */
  readonly mouse?: string;
}

/** What the mouse does on the picture while picks are added. */
export interface PointerHabits {
  /** A click adds a pick without a tool being chosen first. */
  readonly addsAtFirst: boolean;
  readonly middleRemoves: boolean;
  /** A click with Shift removes the pick under it; else Shift paints. */
  readonly shiftRemoves: boolean;
  readonly rightPans: boolean;
  /** A drag that begins on a pick moves it; else the picture. */
  readonly dragMoves: boolean;
}

const ownHabits: PointerHabits = {
  addsAtFirst: false,
  middleRemoves: false,
  shiftRemoves: false,
  rightPans: false,
  dragMoves: false,
};

const cryolite: Keymap = {
  name: 'cryolite',
  label: 'Cryolite',
  about: 'The keys of this page.',
  keys: {},
  pointer: ownHabits,
};

/** RELION's manual picker is worked by the mouse and a menu; what stands in the menu has keys here. */
const relion: Keymap = {
  name: 'relion',
  label: 'RELION',
  about: 'The mouse as in RELION’s manual picker; its menu (save, load, clear coordinates) on keys.',
  keys: { 'picks.import': ['Ctrl+O'], 'picks.clear': ['Ctrl+Delete'] },
  pointer: { ...ownHabits, addsAtFirst: true, middleRemoves: true, shiftRemoves: true },
  mouse:
    'A left click adds a pick; a middle click, or a left click with Shift, removes it. A drag or Space pans.',
};

/** W, A, S, D and F1 are the same in e2display. */
const eman2: Keymap = {
  name: 'eman2',
  label: 'EMAN2',
  about: 'The mouse as in e2boxer; panning by W A S D and help on F1 are the same in both.',
  keys: {},
  pointer: { ...ownHabits, addsAtFirst: true, shiftRemoves: true, rightPans: true, dragMoves: true },
  mouse:
    'A left click adds a pick, a left click with Shift removes it, a drag that begins on a pick moves it. A right drag pans.',
};

export const keymaps: readonly Keymap[] = [cryolite, relion, eman2];

/** The part of a command that keymaps look at. */
interface Keyed {
  readonly id: string;
  readonly keys?: string;
  readonly alsoKeys?: readonly string[];
}

/** The keys of a command under a keymap, the one to be shown first. */
export function keysOf(command: Keyed, keymap: Keymap): readonly string[] {
  const own = keymap.keys[command.id];
  if (own) return own;
  return command.keys === undefined ? [] : [command.keys, ...(command.alsoKeys ?? [])];
}

const storageKey = 'cryolite-keymap';

export interface KeymapChoice {
  readonly current: Accessor<Keymap>;
  /** Kept in the browser. */
  choose(name: KeymapName): void;
}

export function createKeymapChoice(storage: TextStorage = localTexts): KeymapChoice {
  const named = (name: string | null): Keymap | undefined => keymaps.find((keymap) => keymap.name === name);
  const [current, setCurrent] = createSignal(named(storage.getItem(storageKey)) ?? cryolite);
  return {
    current,
    choose: (name) => {
      setCurrent(named(name) ?? cryolite);
      storage.setItem(storageKey, name);
    },
  };
}
