import { afterEach, expect, test, vi } from 'vitest';
import { keepForOffline } from '../../../src/platform/browser/appUpdate.ts';

/** A browser with one registration, whose service workers come as the test says. */
function browser(hasController: boolean) {
  const registration = Object.assign(new EventTarget(), {
    waiting: null as { postMessage(message: unknown): void } | null,
    installing: null as EventTarget | null,
    update: async () => {},
  });
  const serviceWorker = Object.assign(new EventTarget(), {
    controller: hasController ? {} : null,
    register: async () => registration,
  });
  let reloads = 0;
  vi.stubEnv('PROD', true);
  vi.stubGlobal('navigator', { serviceWorker });
  vi.stubGlobal('document', {
    readyState: 'complete',
    visibilityState: 'visible',
    baseURI: 'https://site.test/cryolite/',
  });
  vi.stubGlobal('location', { reload: () => reloads++ });
  vi.useFakeTimers();
  const told: string[] = [];
  const kept = keepForOffline({
    onWaiting: () => told.push('waiting'),
    onReplaced: () => told.push('replaced'),
  });
  return {
    kept,
    told,
    registration,
    takeOver: () => {
      Object.assign(serviceWorker, { controller: {} });
      serviceWorker.dispatchEvent(new Event('controllerchange'));
    },
    reloads: () => reloads,
  };
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('the first service worker is of the version of the page; the next one, let in by another tab, is told', async () => {
  const { kept, told, takeOver } = browser(false);
  await kept;
  takeOver();
  expect(told).toEqual([]);
  takeOver();
  expect(told).toEqual(['replaced']);
});

test('a page that was kept before hears of the first replacement', async () => {
  const { kept, told, takeOver } = browser(true);
  await kept;
  takeOver();
  expect(told).toEqual(['replaced']);
});

test('what waits takes over when it is asked to, and only then is the page loaded anew', async () => {
  const { kept, told, registration, takeOver, reloads } = browser(true);
  const messages: unknown[] = [];
  registration.installing = new EventTarget();
  const update = await kept;
  registration.dispatchEvent(new Event('updatefound'));
  registration.waiting = { postMessage: (message) => messages.push(message) };
  registration.installing.dispatchEvent(new Event('statechange'));
  expect(told).toEqual(['waiting']);
  update?.apply();
  expect(messages).toEqual([{ type: 'SKIP_WAITING' }]);
  expect(reloads()).toBe(0);
  takeOver();
  expect(reloads()).toBe(1);
  expect(told).toEqual(['waiting']);
});
