import { expect, test } from 'vitest';
import type { AppUpdateEvents } from '../../../../src/platform/browser/appUpdate.ts';
import { createUpdate } from '../../../../src/ui/state/update.ts';

function start(problem?: Error) {
  const done: string[] = [];
  let events: AppUpdateEvents | undefined;
  const update = createUpdate({
    register: async (listeners) => {
      events = listeners;
      return { apply: () => done.push('applied') };
    },
    settle: async () => {
      await Promise.resolve();
      if (problem) throw problem;
      done.push('saved');
    },
    onFailure: (error) => done.push(String(error)),
  });
  if (!events) throw new Error('It was not registered.');
  return { update, events, done };
}

test('nothing is offered until a new version waits, and nothing more once it is put off', () => {
  const { update, events } = start();
  expect(update.offered()).toBeUndefined();
  events.onWaiting();
  expect(update.offered()).toBe('waiting');
  update.dismiss();
  expect(update.offered()).toBeUndefined();
});

test('a version that another tab has let in says so, and is not taken for one that waits', () => {
  const { update, events } = start();
  events.onReplaced();
  events.onWaiting();
  expect(update.offered()).toBe('replaced');
});

test('the session is saved before the new version takes over', async () => {
  const { update, done } = start();
  await update.reload();
  expect(done).toEqual(['saved', 'applied']);
});

test('what could not be saved keeps the old version, and is said', async () => {
  const { update, done } = start(new Error('The disk is full.'));
  await update.reload();
  expect(done).toEqual(['Error: The disk is full.']);
});

test('without a service worker a reload still saves', async () => {
  let saved = false;
  const update = createUpdate({
    register: async () => undefined,
    settle: async () => {
      saved = true;
    },
    onFailure: () => {},
  });
  await update.reload();
  expect(saved).toBe(true);
});
