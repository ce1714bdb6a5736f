import { type Accessor, batch, createEffect, createMemo, createSignal, on } from 'solid-js';
import type { Pick } from '../../dataset/picks.ts';
import type { ImageKind, ThumbnailSheet } from '../../rpc/contract.ts';
import { type GalleryOrder, orderedPicks, thresholdPlace } from './galleryOrder.ts';
import { createGallerySelection, type GallerySelection } from './gallerySelection.ts';
import type { WorkDependencies } from './jobs.ts';
import { createPickContrasts } from './pickContrasts.ts';
import { createThumbnails, type ThumbnailLook, type Thumbnails } from './thumbnails.ts';

/** Picks above the threshold, all candidates, or what was thrown out. */
export type GalleryShows = 'kept' | 'all' | 'thrown';

/** A sheet of pictures as something to draw from. */
export type SheetImage = CanvasImageSource;

/** The boxes of the picks of the micrograph on the screen, side by side. */
export interface Gallery {
  readonly isOpen: Accessor<boolean>;
  setOpen(isOpen: boolean): void;
  readonly shows: Accessor<GalleryShows>;
  setShows(shows: GalleryShows): void;
  readonly order: Accessor<GalleryOrder>;
  setOrder(order: GalleryOrder): void;
  readonly isReversed: Accessor<boolean>;
  setReversed(isReversed: boolean): void;
  /** What is shown around a pick; 1.5 diameters until the user says otherwise. */
  readonly boxAngstrom: Accessor<number>;
  setBoxAngstrom(box: number | undefined): void;
  /** Undefined is off. */
  readonly lowpassAngstrom: Accessor<number | undefined>;
  setLowpassAngstrom(lowpass: number | undefined): void;
  /** The filtered picture is for looking alone. */
  readonly kind: Accessor<ImageKind>;
  setKind(kind: ImageKind): void;
  /** Each picture by its own contrast, or all by the same. */
  readonly isContrastOwn: Accessor<boolean>;
  setContrastOwn(isOwn: boolean): void;
  /** Side of a tile, CSS px. */
  readonly tilePx: Accessor<number>;
  setTilePx(tilePx: number): void;
  /** In the order shown. */
  readonly picks: Accessor<readonly Pick[]>;
  /** Before which of them the threshold lies, where they are sorted by score. */
  readonly thresholdAt: Accessor<number | undefined>;
  readonly thrownOut: Accessor<readonly Pick[]>;
  readonly selection: GallerySelection;
  readonly thumbnails: Thumbnails<SheetImage>;
  /** How pictures are to look; undefined without a pixel size. */
  look(pixelRatio: number): ThumbnailLook | undefined;
  /** The selected picks go; undo brings them back, and so does the gallery of what was thrown out. */
  throwOut(): void;
  bringBack(): void;
  /** Shows a pick in the micrograph. */
  goTo(pick: Pick): void;
}

export const tileLimits = { min: 32, max: 192 } as const;
const usualBoxDiameters = 1.5;
/** A particle that is gone to is at least this wide on the screen, CSS px. */
const leastWidthOnScreen = 60;

export function createGallery(
  dependencies: WorkDependencies,
  upload: (sheet: ThumbnailSheet) => SheetImage,
): Gallery {
  const { compute, document, parameters, picks, view } = dependencies;
  const { values } = parameters;
  const [isOpen, setOpen] = createSignal(false);
  const [shows, setShows] = createSignal<GalleryShows>('kept');
  const [order, setOrder] = createSignal<GalleryOrder>('score');
  const [isReversed, setReversed] = createSignal(false);
  const [ownBox, setOwnBox] = createSignal<number>();
  const [lowpass, setLowpass] = createSignal<number | undefined>(20);
  const [wantedKind, setKind] = createSignal<ImageKind>('raw');
  const [isContrastOwn, setContrastOwn] = createSignal(true);
  const [tilePx, setTilePx] = createSignal(72);
  /** By micrograph, what was thrown out here; what undo has brought back since is still among it. */
  const [thrown, setThrown] = createSignal<ReadonlyMap<string, readonly Pick[]>>(new Map());

  const kind = (): ImageKind => (document.filtered() ? wantedKind() : 'raw');
  const boxAngstrom = createMemo(() => ownBox() ?? Math.round(usualBoxDiameters * values.diameterAngstrom));
  const contrasts = createPickContrasts(compute, document, parameters);
  const thrownOut = createMemo((): readonly Pick[] => {
    const here = thrown().get(document.opened()?.fingerprint ?? '') ?? [];
    if (here.length === 0) return here;
    const known = new Set(picks.all());
    return here.filter((pick) => !known.has(pick));
  });
  const listed = createMemo(() => ({ kept: picks.shown, all: picks.all, thrown: thrownOut })[shows()]());
  const ordered = createMemo((): readonly Pick[] => {
    if (!isOpen()) return [];
    const strength = order() === 'contrast' ? contrasts.of(listed()) : undefined;
    return orderedPicks(listed(), order(), isReversed(), (pick) => strength?.(pick) ?? 0);
  });
  const selection = createGallerySelection(ordered);
  const thumbnails = createThumbnails<SheetImage>(async (places, look, range) => {
    const opened = document.opened();
    if (!opened) throw new Error('No micrograph is open.');
    const request = { ...look, range, places: places.map(({ x, y }) => ({ x, y })) };
    return await compute.particleThumbnails(opened.id, kind(), request);
  }, upload);
  createEffect(
    on(
      () => document.opened()?.id,
      () => {
        thumbnails.clear();
        selection.clear();
      },
    ),
  );

  return {
    isOpen,
    setOpen,
    shows,
    setShows: (next) =>
      batch(() => {
        setShows(next);
        selection.clear();
      }),
    order,
    setOrder,
    isReversed,
    setReversed,
    boxAngstrom,
    setBoxAngstrom: setOwnBox,
    lowpassAngstrom: lowpass,
    setLowpassAngstrom: setLowpass,
    kind,
    setKind,
    isContrastOwn,
    setContrastOwn,
    tilePx,
    setTilePx: (next) => setTilePx(Math.min(tileLimits.max, Math.max(tileLimits.min, next))),
    picks: ordered,
    thresholdAt: () => (order() === 'score' ? thresholdPlace(ordered(), values.threshold) : undefined),
    thrownOut,
    selection,
    thumbnails,
    look: (pixelRatio) => {
      const opened = document.opened();
      const { pixelSizeAngstrom } = values;
      if (!opened || pixelSizeAngstrom === undefined) return undefined;
      const boxPx = Math.max(8, 2 * Math.round(boxAngstrom() / pixelSizeAngstrom / 2));
      const lowpassPx = (lowpass() ?? 0) / pixelSizeAngstrom;
      // Sizes in steps, so that a drag of the slider does not make all of them anew at every pixel.
      const sidePx = [32, 48, 72, 96, 144, 192].find((side) => side >= tilePx() * pixelRatio) ?? 256;
      const version = kind() === 'raw' ? document.picture() : (document.filtered()?.version ?? '');
      const key = [opened.id, version, boxPx, sidePx, lowpassPx, isContrastOwn()].join('/');
      return { key, boxPx, sidePx, lowpassPx, isContrastOwn: isContrastOwn() };
    },
    throwOut: () => {
      const opened = document.opened();
      const known = new Set(picks.all());
      const gone = selection.picks().filter((pick) => known.has(pick));
      if (!opened || gone.length === 0) return;
      batch(() => {
        selection.leave();
        const before = thrown().get(opened.fingerprint) ?? [];
        setThrown(new Map(thrown()).set(opened.fingerprint, [...new Set([...before, ...gone])]));
        picks.remove(gone);
      });
    },
    bringBack: () => {
      const back = selection.picks();
      batch(() => {
        selection.leave();
        picks.restore(back);
      });
    },
    goTo: (pick) => {
      const width = values.diameterAngstrom / (values.pixelSizeAngstrom ?? 1);
      const scale = Math.max(view.view().scale, leastWidthOnScreen / width);
      view.setPicksVisible(true);
      view.move({ u: pick.x + 0.5, v: pick.y + 0.5, scale });
      view.setHighlighted(pick);
    },
  };
}
