import { expect, test } from 'vitest';
import { tipParts, tooltip } from '../../../src/ui/controls/tipParts.ts';

test('a title is taken apart as it was put together', () => {
  const words = 'Smoothes (by a Gaussian), in Å';
  expect(tipParts(tooltip(words, 'Ctrl+('))).toEqual({ words, keys: 'Ctrl+(' });
  expect(tipParts(tooltip(words, undefined))).toEqual({ words, keys: undefined });
  expect(tipParts('Two lines\nof it  (X)')).toEqual({ words: 'Two lines\nof it', keys: 'X' });
});
