import { batch, createRoot, createSignal } from 'solid-js';
import { describe, expect, test, vi } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { fingerprint } from '../../../src/dataset/fingerprint.ts';
import type { Pick } from '../../../src/dataset/picks.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { browserFileSource } from '../../../src/platform/browser/fileSource.ts';
import type { ComputeClient } from '../../../src/rpc/client.ts';
import { createAutosave, memorySessionStore } from '../../../src/ui/state/autosave.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createGallery } from '../../../src/ui/state/gallery.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { createMask } from '../../../src/ui/state/mask.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks, notesOfSession } from '../../../src/ui/state/picks.ts';
import { createStage } from '../../../src/ui/state/stage.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { createViewState } from '../../../src/ui/state/view.ts';
import { fakeCompute, image, parameters as values } from './fixtures.ts';

const found = (x: number, y: number, score: number): Pick => ({ x, y, score, origin: 'cnn' });

describe('the gallery of a list', () => {
  /** Two micrographs of 8 × 8 px, a.mrc on the screen; picks far from each other: what goes is not found again near there. */
  async function setUp(parts: Partial<ComputeClient> = {}) {
    const files = await Promise.all(
      ['a.mrc', 'b.mrc'].map(async (name, i) => {
        const sink = memorySink();
        const pixels = new Float32Array(64).fill(i);
        await writeMrc(sink, { width: 8, height: 8, pixelSizeAngstrom: 2 }, [pixels]);
        const file = new File([sink.bytes()], name);
        return { file, name, fingerprint: await fingerprint(browserFileSource(file), 0) };
      }),
    );
    const [first, second] = files;
    if (!first || !second) throw new Error('There are no files.');
    const store = memorySessionStore();
    const base = { provenance: undefined, updatedAt: 0 };
    const parametersOfB = { ...values, threshold: 0.5, diameterAngstrom: 60 };
    const sessionOfB = { ...base, fingerprint: second.fingerprint, name: 'b.mrc', parameters: parametersOfB };
    await store.save({ ...sessionOfB, picks: [found(20, 10, 0.7), found(300, 200, 0.3)] });
    return createRoot((dispose) => {
      const notices = createNotices();
      const tasks = createTasks(notices);
      const parameters = createParameters();
      parameters.set({ ...values, threshold: 0.3 });
      const picks = createPicks(parameters);
      const library = createLibrary();
      const keys = library.add(
        's',
        files.map(({ name, file }) => ({ name, folder: '', getFile: async () => file })),
      );
      const [shown, setShown] = createSignal(0);
      const document = {
        key: () => keys[shown()],
        opened: () => ({ ...image, id: 10 + shown(), ...(shown() === 0 ? first : second) }),
        filtered: () => undefined,
        picture: () => 'raw',
        // One that can't be opened leaves the other on the screen.
        select: async () => {},
      } as unknown as Document;
      const view = createViewState();
      const saved = Promise.resolve(store);
      const autosave = createAutosave(saved, parameters, picks, createMask(parameters), notices);
      /** As opening does it: what is on the screen is saved, then the other one comes. */
      const show = async (index: 0 | 1): Promise<void> => {
        const of = files[shown()];
        if (of) {
          const session = { ...base, fingerprint: of.fingerprint, name: of.name, picks: picks.all() };
          await store.save({ ...session, parameters: parameters.snapshot(), rejected: picks.rejected() });
        }
        const next = files[index];
        const known = next && (await store.load(next.fingerprint));
        batch(() => {
          picks.load(next?.fingerprint ?? '', known?.picks ?? [], known && notesOfSession(known));
          if (known) parameters.set(known.parameters);
          setShown(index);
        });
      };
      picks.load(first.fingerprint, [found(300, 50, 0.9), found(100, 400, 0.4)]);
      const gallery = createGallery(
        {
          ...{ compute: fakeCompute(parts), document, parameters, picks, tasks, notices, library, autosave },
          view,
          store: saved,
          stage: createStage(),
        },
        () => ({}) as unknown as CanvasImageSource,
      );
      const of = { first: first.fingerprint, second: second.fingerprint };
      return { gallery, picks, library, keys, store, tasks, notices, parameters, show, of, view, dispose };
    });
  }
  const xs = (all: readonly Pick[] | undefined): number[] =>
    (all ?? []).map(({ x }) => x).sort((p, q) => p - q);

  test('other micrographs come with what was left on them; what is thrown out is saved, comes back, and is undone there', async () => {
    const { gallery, picks, library, keys, store, of, dispose } = await setUp();
    const [, key = ''] = keys;
    gallery.setOpen(true);
    gallery.setOfList(true);
    await vi.waitFor(() => expect(gallery.counts()).toEqual({ kept: 3, all: 4, thrown: 0 }));
    gallery.setShows('all');
    const names = (): readonly (string | undefined)[] => gallery.picks().map(gallery.micrographOf);
    expect(names()).toEqual([undefined, 'b.mrc', undefined, 'b.mrc']);
    // 0.4 is kept here, 0.3 is not there.
    expect(gallery.picks().map(gallery.isKept)).toEqual([true, true, true, false]);
    gallery.selection.several([0, 1, 3], false);
    gallery.throwOut();
    expect([xs(picks.all()), xs(gallery.picks())]).toEqual([[100], [100]]);
    await vi.waitFor(async () => expect((await store.load(of.second))?.picks).toEqual([]));
    expect(library.find(key)?.pickCount).toBe(0);
    gallery.setShows('thrown');
    expect(gallery.counts().thrown).toBe(3);
    gallery.selection.all();
    gallery.bringBack();
    expect(gallery.counts()).toEqual({ kept: 3, all: 4, thrown: 0 });
    await vi.waitFor(async () => expect(xs((await store.load(of.second))?.picks)).toEqual([20, 300]));
    expect(library.find(key)?.pickCount).toBe(1);
    // On the screen it has the same picks and their past.
    picks.load(of.second, []);
    expect(xs(picks.all())).toEqual([20, 300]);
    picks.undo();
    expect([picks.all(), picks.undoAction()]).toEqual([[], 'remove 2 picks']);
    dispose();
  });

  test('a pick is gone to on its own micrograph or not at all', async () => {
    const { gallery, view, dispose } = await setUp();
    gallery.setOpen(true);
    gallery.setOfList(true);
    await vi.waitFor(() => expect(gallery.counts().all).toBe(4));
    const foreign = gallery.picks().find((pick) => gallery.micrographOf(pick) === 'b.mrc');
    if (!foreign) throw new Error('The other micrograph has no picks.');
    const before = view.view();
    await gallery.goTo(foreign);
    expect([view.view(), view.highlighted()]).toEqual([before, undefined]);
    dispose();
  });

  test('what was thrown out comes back where it was, from another micrograph and after the gallery was closed', async () => {
    const { gallery, picks, store, show, of, dispose } = await setUp();
    gallery.setOpen(true);
    gallery.setOfList(true);
    await vi.waitFor(() => expect(gallery.counts().all).toBe(4));
    gallery.setShows('all');
    // All of a.mrc.
    gallery.selection.these(gallery.picks().filter((pick) => gallery.micrographOf(pick) === undefined));
    gallery.throwOut();
    await show(1);
    gallery.setOpen(false);
    gallery.setOpen(true);
    gallery.setOfList(true);
    gallery.setShows('thrown');
    await vi.waitFor(() => expect(xs(gallery.picks())).toEqual([100, 300]));
    expect(gallery.picks().map(gallery.micrographOf)).toEqual(['a.mrc', 'a.mrc']);
    gallery.selection.all();
    gallery.bringBack();
    expect([xs(picks.all()), gallery.thrownOut()]).toEqual([[20, 300], []]);
    await vi.waitFor(async () => expect(xs((await store.load(of.first))?.picks)).toEqual([100, 300]));
    expect((await store.load(of.first))?.rejected).toEqual([]);
    // Of a.mrc and of b.mrc alike, with what was saved of b.mrc untouched.
    expect(xs((await store.load(of.second))?.picks)).toEqual([20, 300]);
    dispose();
  });

  test('a change writes the picks alone: what was saved meanwhile stays', async () => {
    const { gallery, store, of, dispose } = await setUp();
    gallery.setOpen(true);
    gallery.setOfList(true);
    await vi.waitFor(() => expect(gallery.counts().all).toBe(4));
    const before = await store.load(of.second);
    if (before) await store.save({ ...before, parameters: { ...before.parameters, threshold: 0.6 } });
    gallery.selection.these(gallery.picks().filter((pick) => pick.x === 20));
    gallery.throwOut();
    await vi.waitFor(async () => expect(xs((await store.load(of.second))?.picks)).toEqual([300]));
    expect((await store.load(of.second))?.parameters).toMatchObject({ threshold: 0.6, diameterAngstrom: 60 });
    dispose();
  });

  test('sorted by contrast, each is measured on its own micrograph', async () => {
    const asked: unknown[] = [];
    const { gallery, dispose } = await setUp({
      open: async (file) => ({ ...image, id: 7, name: file.name }),
      close: async () => {},
      particleContrasts: async (id, places, diameterPx) => {
        asked.push([id, places.map(({ x }) => x).sort((p, q) => p - q), diameterPx]);
        return Float32Array.from(places, ({ x }) => (id === 7 ? 1000 : 0) + x);
      },
    });
    gallery.setOpen(true);
    gallery.setOfList(true);
    await vi.waitFor(() => expect(gallery.counts().all).toBe(4));
    gallery.setShows('all');
    gallery.setOrder('contrast');
    await vi.waitFor(() => expect(gallery.picks().map(({ x }) => x)).toEqual([300, 20, 300, 100]));
    expect(gallery.picks().map(gallery.micrographOf)).toEqual(['b.mrc', 'b.mrc', undefined, undefined]);
    expect(asked).toEqual([
      [10, [100, 300], 80],
      [7, [20, 300], 40],
    ]);
    dispose();
  });

  test('left while it is looked through, it does not come later', async () => {
    const { gallery, tasks, dispose } = await setUp();
    gallery.setOpen(true);
    gallery.setOfList(true);
    gallery.setOfList(false);
    await vi.waitFor(() => expect(tasks.isRunning('gallery')).toBe(false));
    expect(gallery.counts().all).toBe(2);
    dispose();
  });

  test('says what is missing where no box can be cut', async () => {
    const { gallery, parameters, dispose } = await setUp();
    gallery.setOpen(true);
    expect(gallery.problem()).toBeUndefined();
    parameters.set({ pixelSizeAngstrom: undefined });
    expect([gallery.look(1), gallery.problem()]).toEqual([undefined, expect.stringContaining('pixel size')]);
    dispose();
  });
});
