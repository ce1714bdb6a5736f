import { afterEach, expect, test, vi } from 'vitest';
import { createKeymapChoice } from '../../../src/ui/state/keymaps.ts';
import { createPalette } from '../../../src/ui/state/palette.ts';
import { localTexts } from '../../../src/ui/state/texts.ts';
import { createTour } from '../../../src/ui/state/tour.ts';

afterEach(() => {
  Reflect.deleteProperty(globalThis, 'localStorage');
  vi.unstubAllGlobals();
});

test('a browser that refuses every touch of its storage stops nothing', () => {
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get: () => {
      throw new DOMException('Cookies are blocked.', 'SecurityError');
    },
  });
  const palette = createPalette();
  palette.remember('view.fit');
  expect(palette.recent()).toEqual(['view.fit']);
  const keymap = createKeymapChoice();
  keymap.choose('relion');
  expect(keymap.current().name).toBe('relion');
  const tour = createTour(() => {});
  tour.stop();
  expect(tour.isNew()).toBe(false);
});

test('what is kept comes back', () => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
  localTexts.setItem('a', '1');
  expect([localTexts.getItem('a'), localTexts.getItem('b')]).toEqual(['1', null]);
});
