import { createRoot, createSignal } from 'solid-js';
import { describe, expect, test, vi } from 'vitest';
import { createLandings } from '../../../src/ui/state/landing.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import type { OpenFolder } from '../../../src/ui/state/sources.ts';
import { createWatch } from '../../../src/ui/state/watch.ts';

/** Patient: the machine may be busy. */
const soon = (probe: () => void): Promise<void> => vi.waitFor(probe, 20_000);

describe('a file that appears', () => {
  const seen = (path: string, bytes: number, modified = 1) => ({ path, bytes, modified });

  test('is whole when two looks in a row find the same of it', () => {
    const landings = createLandings();
    expect(landings.look([seen('a', 5), seen('b', 5), seen('c', 0)])).toEqual([]);
    expect(landings.waiting).toBe(3);
    expect(landings.look([seen('a', 9), seen('b', 5), seen('c', 0)])).toEqual(['b']);
    expect(landings.look([seen('a', 9, 2), seen('c', 4)])).toEqual([]);
    expect(landings.look([seen('a', 9, 2), seen('c', 4)])).toEqual(['a', 'c']);
    expect(landings.waiting).toBe(0);
  });

  test('and goes again begins anew', () => {
    const landings = createLandings();
    landings.look([seen('a', 5)]);
    landings.look([]);
    expect(landings.look([seen('a', 5)])).toEqual([]);
  });
});

/** A folder of files that can be written into, or taken away. */
function fakeFolder(name: string) {
  const files = new Map<string, string>();
  let isGone = false;
  const handle = {
    kind: 'directory',
    name,
    async *values() {
      if (isGone) throw new Error('NotFoundError');
      for (const [file, text] of files) {
        yield { kind: 'file', name: file, getFile: async () => new File([text], file, { lastModified: 1 }) };
      }
    },
  } as unknown as FileSystemDirectoryHandle;
  const remove = () => {
    isGone = true;
  };
  return { handle, files, remove };
}

describe('watching a folder', () => {
  function setUp() {
    const folder = fakeFolder('Grid');
    folder.files.set('old.mrc', 'known before');
    return createRoot((dispose) => {
      const library = createLibrary();
      library.add('s', [{ name: 'old.mrc', folder: 'Grid', getFile: async () => new File([], 'old.mrc') }]);
      const [folders, setFolders] = createSignal<readonly OpenFolder[]>([
        { sourceId: 's', handle: folder.handle },
      ]);
      const errors: string[] = [];
      const processed: string[] = [];
      const watch = createWatch({
        sources: { folders, land: library.add },
        library,
        notices: { error: (text) => errors.push(text), failure: () => {} },
        process: (keys) => {
          processed.push(...keys);
          // A batch of them takes minutes.
          return new Promise(() => {});
        },
        pauseMilliseconds: 1,
      });
      return { watch, library, folder, setFolders, errors, processed, dispose };
    });
  }

  test('adds what is whole, works on it where that is wished, and stops when told', async () => {
    const { watch, library, folder, processed, dispose } = setUp();
    watch.start();
    expect([watch.isOn(), watch.folder()]).toEqual([true, 'Grid']);
    folder.files.set('new1.mrc', 'whole');
    folder.files.set('notes.txt', 'no micrograph');
    await soon(() => expect(library.plain().map(({ name }) => name)).toEqual(['old.mrc', 'new1.mrc']));
    expect(watch.report()).toMatchObject({ landed: 1, latest: 'new1.mrc' });
    expect(processed).toEqual([]);
    watch.setProcesses(true);
    folder.files.set('new2.mrc', 'whole');
    await soon(() => expect(processed).toEqual(['s/Grid/new2.mrc']));
    folder.files.set('new3.mrc', 'whole');
    await soon(() => expect(processed).toEqual(['s/Grid/new2.mrc', 's/Grid/new3.mrc']));
    watch.stop();
    expect(watch.isOn()).toBe(false);
    folder.files.set('new4.mrc', 'whole');
    await new Promise((done) => setTimeout(done, 30));
    expect(library.plain()).toHaveLength(4);
    dispose();
  });

  test('ends with one sentence where the folder has gone, and silently where the list was emptied', async () => {
    const { watch, folder, setFolders, errors, dispose } = setUp();
    watch.start();
    folder.remove();
    await soon(() => expect(watch.isOn()).toBe(false));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/^Grid is not watched any more: it was moved or disconnected/);
    watch.start();
    setFolders([]);
    expect([watch.isOn(), watch.isPossible()]).toEqual([false, false]);
    dispose();
  });
});
