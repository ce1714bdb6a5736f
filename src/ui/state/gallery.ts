import { type Accessor, batch, createEffect, createMemo, createSignal, on } from 'solid-js';
import { isShown, type Pick } from '../../dataset/picks.ts';
import type { ImageKind, ThumbnailSheet } from '../../rpc/contract.ts';
import { type GalleryOrder, orderedPicks, thresholdPlace } from './galleryOrder.ts';
import { createGalleryOthers, type OthersDependencies } from './galleryOthers.ts';
import { createPickContrasts } from './pickContrasts.ts';
import { createSelection, type Selection } from './selection.ts';
import type { Stage } from './stage.ts';
import { createThumbnails, type ThumbnailLook, type Thumbnails } from './thumbnails.ts';

/** Picks above the threshold, all candidates, or what was thrown out. */
export type GalleryShows = 'kept' | 'all' | 'thrown';

/** A sheet of pictures as something to draw from. */
export type SheetImage = CanvasImageSource;

/** The boxes of picks, side by side. */
export interface Gallery {
  readonly isOpen: Accessor<boolean>;
  setOpen(isOpen: boolean): void;
  /** Fills the window. */
  readonly isTall: Accessor<boolean>;
  setTall(isTall: boolean): void;
  /** The picks of all micrographs of the list, or of the one on the screen. */
  readonly ofList: Accessor<boolean>;
  setOfList(ofList: boolean): void;
  readonly counts: Accessor<Readonly<Record<GalleryShows, number>>>;
  /** Whether a pick is above the threshold of its micrograph. */
  isKept(pick: Pick): boolean;
  /** The micrograph of a pick, where it is not the one on the screen. */
  micrographOf(pick: Pick): string | undefined;
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
  readonly selection: Selection<Pick>;
  readonly thumbnails: Thumbnails<SheetImage>;
  /** Why there are no pictures, in a sentence. */
  readonly problem: Accessor<string | undefined>;
  /** How pictures are to look; undefined without a pixel size. */
  look(pixelRatio: number): ThumbnailLook | undefined;
  /** The selected picks go; undo brings them back, and so does the gallery of what was thrown out. */
  throwOut(): void;
  bringBack(): void;
  /** Shows a pick in its micrograph. */
  goTo(pick: Pick): Promise<void>;
}

export const tileLimits = { min: 32, max: 192 } as const;
const usualBoxDiameters = 1.5;
/** A particle that is gone to is at least this wide on the screen, CSS px. */
const leastWidthOnScreen = 60;

export function createGallery(
  dependencies: OthersDependencies & { readonly stage: Stage },
  upload: (sheet: ThumbnailSheet) => SheetImage,
): Gallery {
  const { compute, document, parameters, picks, view, stage } = dependencies;
  const others = createGalleryOthers(dependencies);
  const { values } = parameters;
  const isOpen = createMemo(() => stage.shown() === 'gallery');
  const [isTall, setTall] = createSignal(false);
  const [ofList, setOfList] = createSignal(false);
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
  const shown = (): string => document.opened()?.fingerprint ?? '';
  const isKept = (pick: Pick): boolean =>
    isShown(pick, others.ownerOf(pick)?.session.parameters.threshold ?? values.threshold);

  const kind = (): ImageKind => {
    const wanted = wantedKind();
    return wanted !== 'raw' && document.made(wanted) ? wanted : 'raw';
  };
  const boxAngstrom = createMemo(() => ownBox() ?? Math.round(usualBoxDiameters * values.diameterAngstrom));
  const contrasts = createPickContrasts(compute, document, parameters, others);
  /** Those on the screen themselves where there are no others: a copy of 50,000 at every click would be felt. */
  const withOthers = (here: readonly Pick[], wanted: (pick: Pick) => boolean): readonly Pick[] =>
    others.all().length === 0
      ? here
      : [...here, ...others.all().flatMap((one) => one.candidates.filter(wanted))];
  const candidates = createMemo(() => withOthers(picks.distinct(), () => true));
  const kept = createMemo(() => withOthers(picks.shown(), isKept));
  const thrownOut = createMemo((): readonly Pick[] => {
    if (thrown().size === 0) return [];
    const known = new Set([...picks.all(), ...others.all().flatMap(({ session }) => session.picks)]);
    const micrographs = new Set([shown(), ...others.all().map(({ session }) => session.fingerprint)]);
    return [...thrown()].flatMap(([of, gone]) =>
      micrographs.has(of) ? gone.filter((pick) => !known.has(pick)) : [],
    );
  });
  const listed = (): readonly Pick[] => ({ kept, all: candidates, thrown: thrownOut })[shows()]();
  const ordered = createMemo((): readonly Pick[] => {
    if (!isOpen()) return [];
    const strength = order() === 'contrast' ? contrasts.of(listed()) : undefined;
    return orderedPicks(listed(), order(), isReversed(), (pick) => strength?.(pick) ?? 0);
  });
  const selection = createSelection(ordered);
  const thumbnails = createThumbnails<SheetImage>(
    async (
      places,
      { kind: asked, boxAngstrom: box, lowpassAngstrom: cut, sidePx, isContrastOwn: own },
      range,
    ) => {
      const owner = places[0] && others.ownerOf(places[0]);
      const opened = document.opened();
      const pixel = owner ? owner.session.parameters.pixelSizeAngstrom : values.pixelSizeAngstrom;
      if (pixel === undefined) {
        const name = owner?.name ?? opened?.name ?? 'the micrograph';
        throw new Error(`The pixel size of ${name} is not known: enter it in step 1.`);
      }
      const request = {
        places: places.map(({ x, y }) => ({ x, y })),
        boxPx: Math.max(8, 2 * Math.round(box / pixel / 2)),
        lowpassPx: cut / pixel,
        sidePx,
        isContrastOwn: own,
        range,
      };
      if (owner) return await others.using(owner, (id) => compute.particleThumbnails(id, 'raw', request));
      if (!opened) throw new Error('The micrograph was closed.');
      return await compute.particleThumbnails(opened.id, asked, request);
    },
    upload,
    others.ownerOf,
  );
  createEffect(
    on(
      () => document.opened()?.id,
      () => {
        if (ofList()) {
          // The one that was on the screen is one of the others now.
          void others.load();
          return;
        }
        thumbnails.clear();
        selection.clear();
      },
    ),
  );
  createEffect(
    on(
      isOpen,
      (open) => {
        if (open) return;
        setOfList(false);
        others.clear();
        thumbnails.clear();
      },
      { defer: true },
    ),
  );

  return {
    isOpen,
    setOpen: (next) => {
      if (next !== isOpen()) stage.toggle('gallery');
    },
    isTall,
    setTall,
    ofList,
    setOfList: (next) => {
      setOfList(next);
      selection.clear();
      if (next) void others.load();
      else others.clear();
    },
    counts: createMemo(() => ({
      kept: kept().length,
      all: candidates().length,
      thrown: thrownOut().length,
    })),
    isKept,
    micrographOf: (pick) => others.ownerOf(pick)?.name,
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
    thresholdAt: () => (order() === 'score' ? thresholdPlace(ordered(), isKept) : undefined),
    thrownOut,
    selection,
    thumbnails,
    problem: () =>
      values.pixelSizeAngstrom === undefined
        ? 'Enter the pixel size in step 1 to see the boxes: their sides are in Å.'
        : thumbnails.problem(),
    look: (pixelRatio) => {
      const opened = document.opened();
      if (!opened || values.pixelSizeAngstrom === undefined) return undefined;
      // Sizes in steps, so that a drag of the slider does not make all of them anew at every pixel.
      const sidePx = [32, 48, 72, 96, 144, 192].find((side) => side >= tilePx() * pixelRatio) ?? 256;
      const cut = kind();
      const version = cut === 'raw' ? document.picture() : (document.made(cut)?.version ?? '');
      const look = {
        kind: cut,
        boxAngstrom: boxAngstrom(),
        lowpassAngstrom: lowpass() ?? 0,
        sidePx,
        isContrastOwn: isContrastOwn(),
      };
      // Pictures of one pick differ by these; of other micrographs there are other picks.
      return { ...look, key: [version, values.pixelSizeAngstrom, ...Object.values(look)].join('/') };
    },
    throwOut: () => {
      const gone = selection.members();
      if (gone.length === 0 || shows() === 'thrown') return;
      batch(() => {
        selection.leave();
        const next = new Map(thrown());
        const own = gone.filter((pick) => !others.ownerOf(pick));
        others.claim(own, shown());
        for (const pick of gone) {
          const of = others.fingerprintOf(pick) ?? shown();
          next.set(of, [...(next.get(of) ?? []).filter((known) => known !== pick), pick]);
        }
        setThrown(next);
        if (own.length > 0) picks.remove(own);
        others.remove(gone);
      });
    },
    bringBack: () => {
      const back = selection.members();
      batch(() => {
        selection.leave();
        picks.restore(back.filter((pick) => others.fingerprintOf(pick) === shown()));
        others.restore(back);
      });
    },
    goTo: async (pick) => {
      const owner = others.ownerOf(pick);
      setTall(false);
      if (owner) await document.select(owner.key);
      // It could not be opened, or the user has gone elsewhere: the place is on no other micrograph.
      if (owner && document.key() !== owner.key) return;
      const width = values.diameterAngstrom / (values.pixelSizeAngstrom ?? 1);
      const scale = Math.max(view.view().scale, leastWidthOnScreen / width);
      view.setPicksVisible(true);
      view.move({ u: pick.x + 0.5, v: pick.y + 0.5, scale });
      view.setHighlighted(pick);
    },
  };
}
