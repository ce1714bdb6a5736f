import { expect, test } from 'vitest';
import { createStage } from '../../../src/ui/state/stage.ts';

test('the centre shows one thing at a time', () => {
  const stage = createStage();
  expect(stage.shown()).toBe('picture');
  stage.toggle('gallery');
  expect(stage.shown()).toBe('gallery');
  stage.toggle('grid');
  expect(stage.shown()).toBe('grid');
  stage.toggle('grid');
  expect(stage.shown()).toBe('picture');
});
