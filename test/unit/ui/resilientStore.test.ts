import { describe, expect, it } from 'vitest';
import { CryoliteError } from '../../../src/core/errors.ts';
import type { SessionStore } from '../../../src/platform/browser/sessions.ts';
import { memorySessionStore } from '../../../src/ui/state/autosave.ts';
import { type NotKept, resilientStore } from '../../../src/ui/state/resilientStore.ts';
import { refusalToLeave, sessionNameOf, whenWords } from '../../../src/ui/state/sessionWords.ts';
import { fullSession } from '../../fixtures/session.ts';

const one = fullSession();
const other = { ...one, fingerprint: 'fedcba9876543210fedcba9876543210' };

/** A disk that can be full, and a tab that may lose the session. */
function setUp() {
  let problem: Error | undefined;
  let mayWrite = true;
  const inner = memorySessionStore();
  const written: string[] = [];
  const failing = async (write: () => Promise<void>, what: string): Promise<void> => {
    if (problem) throw problem;
    written.push(what);
    await write();
  };
  const disk: SessionStore = {
    ...inner,
    save: (session) => failing(() => inner.save(session), session.fingerprint),
    saveItems: (notes) => failing(() => inner.saveItems(notes), 'items'),
    remember: (source) => failing(() => inner.remember(source), source.id),
  };
  const reports: (NotKept | undefined)[] = [];
  const store = resilientStore(
    disk,
    () => mayWrite,
    (report) => reports.push(report),
  );
  return {
    ...{ inner, store, reports, written },
    fail: (error: Error | undefined) => {
      problem = error;
    },
    lose: () => {
      mayWrite = false;
    },
    disk,
  };
}
const full = new DOMException('no room', 'QuotaExceededError');

describe('a store on a full disk', () => {
  it('does not let what could be written late take the place of what came after it', async () => {
    const { store, inner, disk, fail } = setUp();
    fail(full);
    await store.save({ ...other, updatedAt: 1 });
    await store.save({ ...one, updatedAt: 1 });
    expect(await store.isKept(one.fingerprint)).toBe(false);
    fail(undefined);
    const { save } = disk;
    let newer: Promise<void> | undefined;
    disk.save = async (session) => {
      await save(session);
      // While the other is written, the user goes on with this one.
      if (session.fingerprint !== other.fingerprint || newer) return;
      newer = store.save({ ...one, updatedAt: 2 });
      await new Promise((done) => setTimeout(done, 5));
    };
    expect(await store.retry()).toBe(true);
    await newer;
    expect((await inner.load(one.fingerprint))?.updatedAt).toBe(2);
    expect((await store.load(one.fingerprint))?.updatedAt).toBe(2);
    expect(await store.isKept(one.fingerprint)).toBe(true);
    expect(await store.isKept('unknown')).toBe(true);
  });

  it('takes everything, gives it back, and says that it is not kept', async () => {
    const { store, inner, reports, fail } = setUp();
    await store.save({ ...one, updatedAt: 1 });
    fail(full);
    await store.save({ ...one, updatedAt: 2 });
    await store.saveItems([{ key: 'a', acceptance: 'rejected' }]);
    expect(reports).toEqual(['full', 'full']);
    expect((await store.load(one.fingerprint))?.updatedAt).toBe(2);
    expect((await inner.load(one.fingerprint))?.updatedAt).toBe(1);
    expect(await store.items()).toEqual([{ key: 'a', acceptance: 'rejected' }]);
    expect(store.unsaved().micrographs.map(({ updatedAt }) => updatedAt)).toEqual([2]);
    expect(store.unsaved().items).toHaveLength(1);
  });

  it('writes all of it as soon as there is room again', async () => {
    const { store, inner, reports, fail } = setUp();
    fail(full);
    await store.save(one);
    await store.saveItems([{ key: 'a' }]);
    expect(await store.retry()).toBe(false);
    fail(undefined);
    await store.save(other);
    expect(reports.at(-1)).toBeUndefined();
    expect(await inner.load(one.fingerprint)).toEqual(one);
    expect(await inner.items()).toEqual([{ key: 'a' }]);
    expect(store.unsaved()).toEqual({ micrographs: [], items: [] });
  });

  it('asks the disk once, not for everything that waits', async () => {
    const { store, written, fail } = setUp();
    fail(full);
    for (let i = 0; i < 20; i++) await store.save({ ...one, fingerprint: `${i}` });
    expect(await store.retry()).toBe(false);
    expect(written).toEqual([]);
    expect(store.unsaved().micrographs).toHaveLength(20);
  });
});

describe('a store whose session another tab has', () => {
  it('writes nothing any more, and works on in memory', async () => {
    const { store, inner, written, lose } = setUp();
    await store.save({ ...one, updatedAt: 1 });
    lose();
    await store.save({ ...one, updatedAt: 2 });
    const source = { id: 's', kind: 'folder', name: 'grid', handles: [], current: undefined } as const;
    await store.remember({ ...source, frame: 0, isOpen: true, openedAt: 3 });
    expect(written).toEqual([one.fingerprint]);
    expect((await inner.load(one.fingerprint))?.updatedAt).toBe(1);
    expect((await store.load(one.fingerprint))?.updatedAt).toBe(2);
    expect((await store.recent()).map(({ id }) => id)).toEqual(['s']);
    await store.forget('s');
    expect(await store.recent()).toEqual([]);
  });

  it('hears of it from a write that was refused, too', async () => {
    const { store, reports, fail } = setUp();
    fail(new CryoliteError('taken-over', 'Another tab has it.'));
    await store.save(one);
    expect(reports).toEqual(['elsewhere']);
  });
});

describe('words about sessions', () => {
  it('say why a session can’t be left', () => {
    expect(refusalToLeave({ kind: 'kept' }, 0, [])).toBeUndefined();
    expect(refusalToLeave({ kind: 'full' }, 2, [])).toMatch(/would be lost: export it first/);
    expect(refusalToLeave({ kind: 'taken', since: 1 }, 2, [])).toBeUndefined();
    expect(refusalToLeave({ kind: 'kept' }, 0, [{ label: 'Picking a.mrc' }])).toMatch(/^Picking a\.mrc is/);
  });

  it('tidy names, and tell times as people do', () => {
    expect(sessionNameOf('  Grid   3 ')).toBe('Grid 3');
    expect(() => sessionNameOf('  ')).toThrow(/needs a name/);
    const noon = new Date(2026, 10, 23, 12).getTime();
    expect(whenWords(noon - 3_600_000, noon)).toBe('today, 11:00');
    expect(whenWords(noon - 86_400_000, noon)).toBe('yesterday, 12:00');
    expect(whenWords(noon - 5 * 86_400_000, noon)).toBe('18 Nov 2026');
  });
});
