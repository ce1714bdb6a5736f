import { describe, expect, test } from 'vitest';
import type { App } from '../../../src/ui/state/app.ts';
import { commands } from '../../../src/ui/state/commands.ts';
import { commandOf } from '../../../src/ui/state/keyboard.ts';
import { createKeymapChoice, keymaps, keysOf } from '../../../src/ui/state/keymaps.ts';
import { type Command, matchesKeys } from '../../../src/ui/state/keys.ts';

interface Pressed {
  readonly code?: string;
  readonly shift?: boolean;
  readonly control?: boolean;
  readonly alt?: boolean;
}

function pressed(key: string, { code = '', shift, control, alt }: Pressed = {}): KeyboardEvent {
  const event = {
    ...{ key, code, shiftKey: shift === true, ctrlKey: control === true },
    ...{ altKey: alt === true, metaKey: false },
  };
  return event as unknown as KeyboardEvent;
}

describe('a text of keys', () => {
  test.each<[string, KeyboardEvent, boolean]>([
    ['N', pressed('n'), true],
    ['N', pressed('N', { shift: true }), false],
    ['Shift+N', pressed('N', { shift: true }), true],
    ['Ctrl+Z', pressed('z', { control: true }), true],
    ['Ctrl+Z', pressed('Z', { control: true, shift: true }), false],
    ['Ctrl+Shift+Z', pressed('Z', { control: true, shift: true }), true],
    ['?', pressed('?', { shift: true }), true],
    ['+', pressed('=', {}), true],
    ['−', pressed('-', {}), true],
    ['3', pressed('3', { code: 'Digit3' }), true],
    ['3', pressed('#', { code: 'Digit3', shift: true }), false],
    ['Shift+3', pressed('#', { code: 'Digit3', shift: true }), true],
    ['Alt+C', pressed('ç', { code: 'KeyC', alt: true }), true],
    ['Esc', pressed('Escape'), true],
    ['Enter', pressed('Enter', { control: true }), false],
  ])('%s', (keys, event, expected) => expect(matchesKeys(keys, event)).toBe(expected));
});

/** Two commands with `when` on one key, which are never on at the same time; each pair with its reason. */
const exclusive: readonly (readonly [string, string, string])[] = [
  ['selection.clear', 'tour.stop', 'the tour comes first'],
  ['grid.accept', 'review.yes', 'the grid covers the question, and comes first'],
  ['grid.undo', 'mask.undo', 'the grid covers the mask, and comes first'],
  ['grid.redo', 'mask.redo', 'as undo'],
  ['grid.leave', 'tour.stop', 'the grid covers what the tour is about'],
  ['grid.leave', 'selection.clear', 'the grid covers the picks'],
  ['view.leave', 'selection.clear', 'what lies over the picture goes first'],
  ['view.leave', 'grid.leave', 'nothing of the view is left while the grid covers it'],
  ['view.leave', 'tour.stop', 'nothing of the view is left while the tour is on'],
];

describe.each(keymaps)('the keymap $label', (keymap) => {
  test('has no key that means two things at once', () => {
    const users = new Map<string, Command[]>();
    for (const command of commands) {
      for (const keys of keysOf(command, keymap)) users.set(keys, [...(users.get(keys) ?? []), command]);
    }
    const isExcluded = (a: Command, b: Command): boolean =>
      exclusive.some(([one, other]) => [a.id, b.id].every((id) => id === one || id === other));
    const clashes = [...users].flatMap(([keys, all]) =>
      all.flatMap((a, i) =>
        all
          .slice(i + 1)
          .filter((b) => (a.when === undefined) === (b.when === undefined) && !isExcluded(a, b))
          .map((b) => `${keys}: ${a.id} and ${b.id}`),
      ),
    );
    expect(clashes).toEqual([]);
  });

  test('names commands that there are', () => {
    const ids = commands.map(({ id }) => id);
    expect(Object.keys(keymap.keys).filter((id) => !ids.includes(id))).toEqual([]);
  });
});

test('ids are unique, and say subject and deed', () => {
  const ids = commands.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z][a-zA-Z0-9]*\.[a-zA-Z0-9]+$/.test(id))).toEqual([]);
});

describe('a key that means something else for a while', () => {
  const run = (): void => undefined;
  const always: Command = { id: 'a.always', keys: 'N', label: 'always', group: 'Page', run };
  const isOn = { review: true };
  const during: Command = { ...always, id: 'a.during', when: () => isOn.review };
  const [keymap] = keymaps;
  const app = {} as unknown as App;

  test('means that first', () => {
    if (!keymap) throw new Error('There is no keymap.');
    isOn.review = true;
    expect(commandOf([always, during], keymap, app, pressed('n'))?.id).toBe('a.during');
    isOn.review = false;
    expect(commandOf([always, during], keymap, app, pressed('n'))?.id).toBe('a.always');
  });
});

test('the chosen keymap is remembered, and an unknown one is not believed', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const last = keymaps.at(-1);
  if (!last) throw new Error('There is no keymap.');
  createKeymapChoice(storage).choose(last.name);
  expect(createKeymapChoice(storage).current()).toBe(last);
  for (const key of kept.keys()) kept.set(key, 'emacs');
  expect(createKeymapChoice(storage).current()).toBe(keymaps[0]);
});
