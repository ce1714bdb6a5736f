import { expect, test } from 'vitest';
import { commands } from '../../../src/ui/state/commands.ts';

/** The event of a key as the sheet writes it: "Ctrl+Shift+Z". */
function eventOf(keys: string): KeyboardEvent {
  const parts = keys.split('+').filter((part) => part !== '');
  const key = parts.at(-1) ?? '+';
  const event = {
    key: key === '−' ? '-' : key === 'Esc' ? 'Escape' : key,
    ctrlKey: parts.includes('Ctrl'),
    shiftKey: parts.includes('Shift'),
    metaKey: false,
    altKey: false,
  };
  return event as unknown as KeyboardEvent;
}

test('no key that always means one thing means another, too', () => {
  const letters = 'abcdefghijklmnopqrstuvwxyz'.split('').flatMap((letter) => [letter, `Shift+${letter}`]);
  const clashes = letters.flatMap((keys) => {
    const own = commands.filter((command) => !command.when && command.matches(eventOf(keys)));
    return own.length > 1 ? [`${keys}: ${own.map(({ label }) => label).join(' / ')}`] : [];
  });
  expect(clashes).toEqual([]);
});
