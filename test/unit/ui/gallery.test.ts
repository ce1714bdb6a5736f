import { batch, createRoot, createSignal } from 'solid-js';
import { describe, expect, test, vi } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { fingerprint } from '../../../src/dataset/fingerprint.ts';
import { isShown, type Pick } from '../../../src/dataset/picks.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { browserFileSource } from '../../../src/platform/browser/fileSource.ts';
import type { ComputeClient } from '../../../src/rpc/client.ts';
import type { ThumbnailRequest, ThumbnailSheet } from '../../../src/rpc/contract.ts';
import { createAutosave, memorySessionStore } from '../../../src/ui/state/autosave.ts';
import { boxSidePx, goodSidePx, usualBoxAngstrom } from '../../../src/ui/state/boxSize.ts';
import { createClasses } from '../../../src/ui/state/classes.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createGallery, type Gallery, type GalleryShows } from '../../../src/ui/state/gallery.ts';
import { orderedPicks, thresholdPlace } from '../../../src/ui/state/galleryOrder.ts';
import { createGallerySelection } from '../../../src/ui/state/gallerySelection.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { createMask } from '../../../src/ui/state/mask.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { createThumbnails } from '../../../src/ui/state/thumbnails.ts';
import { createViewState } from '../../../src/ui/state/view.ts';
import { fakeCompute, image, parameters as values } from './fixtures.ts';

const found = (x: number, y: number, score: number): Pick => ({ x, y, score, origin: 'cnn' });
const [a, b, c, d] = [found(9, 1, 0.2), found(2, 5, 0.9), found(4, 5, 0.6), found(1, 7, 0.4)] as const;
const byHand: Pick = { x: 5, y: 3, score: 1, origin: 'manual' };

describe('the order of a gallery', () => {
  const contrast = (pick: Pick): number => (pick === a ? 5 : pick.x / 10);
  test('by score, picks by hand leading; by contrast; by position; and each the other way round', () => {
    const all = [a, byHand, c, b, d];
    expect(orderedPicks(all, 'score', false, contrast)).toEqual([byHand, b, c, d, a]);
    expect(orderedPicks(all, 'contrast', false, contrast)).toEqual([a, byHand, c, b, d]);
    expect(orderedPicks(all, 'position', false, contrast)).toEqual([a, byHand, b, c, d]);
    for (const order of ['score', 'contrast', 'position'] as const) {
      const forth = orderedPicks(all, order, false, contrast);
      expect(orderedPicks(all, order, true, contrast)).toEqual(forth.toReversed());
    }
  });

  test('the threshold lies between the last kept and the first that is not', () => {
    const above = (threshold: number) => (pick: Pick) => isShown(pick, threshold);
    const sorted = orderedPicks([a, byHand, c, b, d], 'score', false, contrast);
    expect(thresholdPlace(sorted, above(0.5))).toBe(3);
    expect(thresholdPlace(sorted.toReversed(), above(0.5))).toBe(2);
    expect(thresholdPlace(sorted, above(0.1))).toBeUndefined();
    expect(thresholdPlace([], above(0.1))).toBeUndefined();
    // Of two micrographs with two thresholds.
    expect(thresholdPlace(sorted, (pick) => pick !== b)).toBeUndefined();
  });
});

describe('the selection', () => {
  const setUp = () =>
    createRoot(() => {
      const [shown, setShown] = createSignal<readonly Pick[]>([b, c, d, a]);
      return { selection: createGallerySelection(shown), setShown };
    });

  test('one, with others, a range from the last one, all below, all', () => {
    const { selection } = setUp();
    selection.only(1);
    expect(selection.picks()).toEqual([c]);
    selection.through(3);
    expect(selection.picks()).toEqual([c, d, a]);
    selection.through(0);
    expect(selection.picks()).toEqual([b, c]);
    selection.toggle(0);
    expect(selection.picks()).toEqual([c]);
    selection.several([3], true);
    expect(selection.picks()).toEqual([c, a]);
    selection.several([3], false);
    expect(selection.picks()).toEqual([a]);
    selection.only(2);
    selection.below();
    expect(selection.picks()).toEqual([d, a]);
    selection.all();
    expect(selection.chosen().size).toBe(4);
    selection.clear();
    expect(selection.picks()).toEqual([]);
  });

  test('what is not shown any more is not selected; the cursor stays with its pick, or waits where it was', () => {
    const { selection, setShown } = setUp();
    selection.only(1);
    selection.through(2);
    setShown([a, d, b]);
    expect(selection.picks()).toEqual([d]);
    expect(selection.cursor()).toBe(1);
    selection.leave();
    setShown([a, b]);
    expect([selection.cursor(), selection.picks()]).toEqual([1, []]);
    setShown([]);
    expect(selection.cursor()).toBeUndefined();
  });
});

describe('thumbnails', () => {
  const look = {
    key: 'k',
    kind: 'raw',
    boxAngstrom: 32,
    sidePx: 16,
    lowpassAngstrom: 0,
    isContrastOwn: false,
  } as const;
  const sheetOf = (places: readonly Pick[]): ThumbnailSheet => ({
    version: 'v',
    sidePx: 16,
    pixels: new Uint8ClampedArray(places.length * 256),
    range: [1, 2],
  });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

  test('come in batches, each once, all by the contrast of the first', async () => {
    const many = Array.from({ length: 100 }, (_, i) => found(i, 0, 0.5));
    const asked: { readonly count: number; readonly range: ThumbnailRequest['range'] }[] = [];
    const thumbnails = createThumbnails(
      async (places, _, range) => {
        asked.push({ count: places.length, range });
        return sheetOf(places);
      },
      ({ pixels }) => pixels.length,
    );
    thumbnails.want(many, look);
    await settle();
    expect(asked.reduce((sum, { count }) => sum + count, 0)).toBe(100);
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.map(({ range }) => range)).toEqual([undefined, ...asked.slice(1).map(() => [1, 2])]);
    expect(thumbnails.arrivals()).toBe(asked.length);
    const last = many.at(-1);
    expect(last && thumbnails.find(last)?.sidePx).toBe(16);
    thumbnails.want(many.slice(10, 20), look);
    await settle();
    expect(thumbnails.arrivals()).toBe(asked.length);
    // Another look: the old ones stay until the new ones are there, by a contrast of their own.
    thumbnails.want(many.slice(0, 1), { ...look, key: 'other' });
    expect(thumbnails.find(many[0] ?? a)).toBeDefined();
    await settle();
    expect(asked.at(-1)).toEqual({ count: 1, range: undefined });
  });

  test('what went out of sight before it was begun is not made; a failure is told once', async () => {
    const asked: (readonly Pick[])[] = [];
    let fails = false;
    const thumbnails = createThumbnails(
      async (places) => {
        asked.push(places);
        await settle();
        if (fails) throw new Error('It is gone.');
        return sheetOf(places);
      },
      () => 0,
    );
    thumbnails.want([a], look);
    thumbnails.want([b], look);
    thumbnails.want([c], look);
    await settle();
    await settle();
    await settle();
    expect(asked).toEqual([[a], [c]]);
    fails = true;
    thumbnails.want([d], look);
    await settle();
    await settle();
    expect([asked.length, thumbnails.problem()]).toEqual([3, 'It is gone.']);
  });
});

describe('what is thrown out', () => {
  test('goes by one step of the history, is listed, and comes back by undo or by hand', () => {
    createRoot(() => {
      const notices = createNotices();
      const parameters = createParameters();
      parameters.set({ ...values, threshold: 0.3 });
      const picks = createPicks(parameters);
      picks.load('f', [a, b, c, d]);
      const gallery = createGallery(
        {
          compute: fakeCompute({}),
          document: { key: () => 'k', opened: () => image, filtered: () => undefined } as unknown as Document,
          parameters,
          picks,
          view: createViewState(),
          tasks: createTasks(notices),
          notices,
          library: createLibrary(),
          store: Promise.resolve(memorySessionStore()),
          autosave: { change: async () => {} },
        },
        () => ({}) as unknown as CanvasImageSource,
      );
      gallery.setOpen(true);
      expect(gallery.picks()).toEqual([b, c, d]);
      gallery.setShows('all');
      expect([gallery.picks(), gallery.thresholdAt()]).toEqual([[b, c, d, a], 3]);
      gallery.selection.several([2, 3], false);
      gallery.throwOut();
      expect([picks.all(), picks.undoAction()]).toEqual([[b, c], 'remove 2 picks']);
      expect([gallery.thrownOut(), gallery.selection.picks()]).toEqual([[d, a], []]);
      picks.undo();
      expect([picks.all().length, gallery.thrownOut()]).toEqual([4, []]);
      picks.redo();
      gallery.setShows('thrown');
      expect(gallery.picks()).toEqual([d, a]);
      gallery.selection.only(0);
      gallery.bringBack();
      expect([picks.all(), gallery.thrownOut()]).toEqual([[b, c, d], [a]]);
    });
  });
});

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
      } as unknown as Document;
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
          picks.load(next?.fingerprint ?? '', known?.picks ?? [], undefined, known?.rejected);
          if (known) parameters.set(known.parameters);
          setShown(index);
        });
      };
      picks.load(first.fingerprint, [found(300, 50, 0.9), found(100, 400, 0.4)]);
      const gallery = createGallery(
        {
          ...{ compute: fakeCompute(parts), document, parameters, picks, tasks, notices, library, autosave },
          view: createViewState(),
          store: saved,
        },
        () => ({}) as unknown as CanvasImageSource,
      );
      const of = { first: first.fingerprint, second: second.fingerprint };
      return { gallery, picks, library, keys, store, tasks, notices, parameters, show, of, dispose };
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

test('classes that cannot be averaged say why, and the worker is not asked', async () => {
  await createRoot(async (dispose) => {
    const notices = createNotices();
    const parameters = createParameters();
    parameters.set({ ...values, pixelSizeAngstrom: undefined });
    const [ofList, setOfList] = createSignal(true);
    const [shows, setShows] = createSignal<GalleryShows>('thrown');
    const [shown, setShown] = createSignal<readonly Pick[]>([a, b]);
    const gallery = { ofList, shows, picks: shown, boxAngstrom: () => 180 } as unknown as Gallery;
    const classes = createClasses({
      compute: fakeCompute({}),
      document: { opened: () => image } as unknown as Document,
      ...{ gallery, parameters, notices, picks: createPicks(parameters), tasks: createTasks(notices) },
      view: createViewState(),
    });
    expect(classes.problem()).toMatch(/one micrograph/);
    setOfList(false);
    expect(classes.problem()).toMatch(/pixel size/);
    await classes.run();
    expect(notices.list().map(({ text }) => text)).toEqual([classes.problem()]);
    parameters.set({ pixelSizeAngstrom: 2 });
    expect(classes.problem()).toMatch(/thrown out/);
    setShows('all');
    expect(classes.problem()).toBe('4 classes need 8 boxes or more: the gallery has 2.');
    setShown(Array.from({ length: 8 }, (_, i) => found(i, 0, 1)));
    expect(classes.problem()).toBeUndefined();
    dispose();
  });
});

describe('box sizes', () => {
  test('are whole, good numbers of pixels, whatever the pixel size', () => {
    expect([goodSidePx(1), goodSidePx(90), goodSidePx(91), goodSidePx(202)]).toEqual([4, 90, 96, 216]);
    for (const pixel of [0.4, 0.83, 1.77, 2, 3.3]) {
      for (let diameter = 40; diameter < 400; diameter += 17) {
        const side = boxSidePx(usualBoxAngstrom(diameter, pixel), pixel);
        expect(side).toBe(goodSidePx((1.75 * diameter) / pixel));
      }
    }
    expect(boxSidePx(100, 2)).toBe(50);
    expect(boxSidePx(101, 2)).toBe(52);
  });
});
