import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { createRoot } from 'solid-js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ComputeClient } from '../../../src/rpc/client.ts';
import { createKeeping } from '../../../src/ui/state/keeping.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createSessions } from '../../../src/ui/state/sessions.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => vi.unstubAllGlobals());

/** @param held names of locks that tabs have. */
function setUp(held: string[]) {
  const locks = {
    request: (_name: string, _options: unknown, hold: (lock: object) => unknown) => Promise.resolve(hold({})),
    query: async () => ({ held: held.map((name) => ({ name })), pending: [] }),
  };
  vi.stubGlobal('navigator', { locks });
  return createRoot(() => {
    const keeping = createKeeping({ flush: async () => {} });
    const notices = createNotices();
    const tasks = createTasks(notices);
    const left: string[] = [];
    const sessions = createSessions({
      ...{ keeping, notices, tasks, flush: async () => {}, leave: (id: string) => left.push(id) },
      compute: {} as ComputeClient,
    });
    return { keeping, notices, tasks, sessions, left };
  });
}
const texts = (notices: ReturnType<typeof createNotices>): string[] => notices.list().map(({ text }) => text);

test('a session that another tab works on is not deleted under its hands', async () => {
  const held: string[] = [];
  const { keeping, notices, sessions } = setUp(held);
  const found = await keeping.sessions;
  const other = await found?.list.create('other');
  if (!found || !other) throw new Error('There is no storage.');
  held.push(`cryolite-session-${other.id}`);
  await sessions.remove(other.id);
  expect(texts(notices)).toEqual(['The session is open in another tab: close that tab, then delete it.']);
  expect((await found.list.find(other.id))?.deletedAt).toBeUndefined();
  held.pop();
  await sessions.remove(other.id);
  expect((await found.list.find(other.id))?.deletedAt).toBeGreaterThan(0);
});

test('no session is left in the list that could not be gone over to', async () => {
  const { keeping, notices, tasks, sessions, left } = setUp([]);
  const found = await keeping.sessions;
  void tasks.run('batch', 'Batch', () => new Promise(() => {}));
  await sessions.create('new');
  expect(texts(notices)[0]).toMatch(/^Batch is still going on/);
  expect([await found?.list.all(), left].map((all) => all?.length)).toEqual([1, 0]);
});
