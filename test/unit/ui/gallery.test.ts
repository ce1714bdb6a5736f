import { createRoot, createSignal } from 'solid-js';
import { describe, expect, test } from 'vitest';
import { isShown, type Pick } from '../../../src/dataset/picks.ts';
import type { ThumbnailRequest, ThumbnailSheet } from '../../../src/rpc/contract.ts';
import { memorySessionStore } from '../../../src/ui/state/autosave.ts';
import { boxSidePx, goodSidePx, usualBoxAngstrom } from '../../../src/ui/state/boxSize.ts';
import { createClasses } from '../../../src/ui/state/classes.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createGallery, type Gallery, type GalleryShows } from '../../../src/ui/state/gallery.ts';
import { orderedPicks, thresholdPlace } from '../../../src/ui/state/galleryOrder.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { createSelection } from '../../../src/ui/state/selection.ts';
import { createStage } from '../../../src/ui/state/stage.ts';
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
      return { selection: createSelection(shown), setShown };
    });

  test('one, with others, a range from the last one, all below, all', () => {
    const { selection } = setUp();
    selection.only(1);
    expect(selection.members()).toEqual([c]);
    selection.through(3);
    expect(selection.members()).toEqual([c, d, a]);
    selection.through(0);
    expect(selection.members()).toEqual([b, c]);
    selection.toggle(0);
    expect(selection.members()).toEqual([c]);
    selection.several([3], true);
    expect(selection.members()).toEqual([c, a]);
    selection.several([3], false);
    expect(selection.members()).toEqual([a]);
    selection.only(2);
    selection.below();
    expect(selection.members()).toEqual([d, a]);
    selection.all();
    expect(selection.chosen().size).toBe(4);
    selection.clear();
    expect(selection.members()).toEqual([]);
  });

  test('what is not shown any more is not selected; the cursor stays with its pick, or waits where it was', () => {
    const { selection, setShown } = setUp();
    selection.only(1);
    selection.through(2);
    setShown([a, d, b]);
    expect(selection.members()).toEqual([d]);
    expect(selection.cursor()).toBe(1);
    selection.leave();
    setShown([a, b]);
    expect([selection.cursor(), selection.members()]).toEqual([1, []]);
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
          stage: createStage(),
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
      expect([gallery.thrownOut(), gallery.selection.members()]).toEqual([[d, a], []]);
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
