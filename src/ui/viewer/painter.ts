import type { Pick } from '../../dataset/picks.ts';
import type { OpenedMicrograph, ShownKind } from '../../rpc/contract.ts';
import type { App } from '../state/app.ts';
import { lensAt } from '../state/lens.ts';
import type { FilterPreview } from '../state/liveFilter.ts';
import { samplingOf } from '../state/look.ts';
import type { Theme } from '../state/view.ts';
import { imageSource } from './imageSource.ts';
import { type Pane, paneAt } from './panes.ts';
import type { PickMarks } from './pickStyle.ts';
import type { PaneScene, PlacedTile, Renderer } from './renderer.ts';
import { placeBlock, placeTile, planTiles, type TileAddress } from './tileGrid.ts';
import { type ImageSource, type StoredTile, type TileRequest, TileStore } from './tileStore.ts';
import { type View, visibleRect } from './transform.ts';

/** Draws the state of the app with one renderer and fetches the tiles for it. */
export interface Painter {
  /** Draws one frame and asks for what it lacks. @returns how many tiles of the view are still to come. */
  draw(): number;
  setPicks(picks: readonly Pick[], candidates: readonly Pick[], marks?: PickMarks): void;
  /** Lets go of all tiles: another micrograph is on the screen. */
  forget(): void;
  destroy(): void;
}

/** Tiles kept for drawing: enough for both pictures of a 4K screen several times over. */
const budgetBytes = 192 * 2 ** 20;
export const lineWidth = 1.75;

export function createPainter<T extends StoredTile>(
  app: App,
  renderer: Renderer<T>,
  invalidate: () => void,
): Painter {
  const { compute, document, look, notices, parameters, view } = app;
  const store = new TileStore<T>({
    fetch: ({ source, address }) =>
      compute.tile(source.id, source.kind, address.level, address.column, address.row),
    upload: (pixels) => renderer.upload(pixels),
    release: (tile) => renderer.release(tile),
    budgetBytes,
    onArrival: invalidate,
    onFailure: (error) => notices.failure(error),
  });

  /** The last pictures that were on the screen whole. Each stays until the one that replaces it has come. */
  const settled = new Map<ShownKind, ImageSource>();

  const lateTiles = <R>(kind: ShownKind, id: number, tilesOf: (of: ImageSource) => R[]): R[] => {
    const before = settled.get(kind);
    return before?.id === id ? tilesOf(before) : [];
  };

  /** The tile that stands in for the filtered picture while a slider moves. */
  let live: { readonly preview: FilterPreview; readonly placed: PlacedTile<T> } | undefined;
  const dropLive = (): void => {
    if (live) renderer.release(live.placed.tile);
    live = undefined;
  };
  const liveTiles = (pane: Pane, opened: OpenedMicrograph): PlacedTile<T>[] => {
    const preview = app.liveFilter.preview();
    if (live && live.preview !== preview) dropLive();
    if (!preview || preview.id !== opened.id || pane.kind !== 'filtered') return [];
    live ??= {
      preview,
      placed: {
        tile: renderer.upload(preview.pixels),
        placement: placeBlock(preview.block, preview.pixels, opened, opened.pyramid),
      },
    };
    return [live.placed];
  };

  const drawPane = (
    pane: Pane,
    shown: View,
    wanted: TileRequest[][],
  ): { readonly scene: PaneScene<T>; readonly pending: number } => {
    const opened = document.opened();
    const scale = shown.scale * window.devicePixelRatio;
    const { squares, detail } = samplingOf(look.sampling(), scale);
    const { rect, clip, kind } = pane;
    const scene = { rect, clip, view: shown, squares, contrast: view.contrast(kind) };
    if (!opened) return { scene: { ...scene, tiles: [] }, pending: 0 };
    const source = imageSource(document, kind);
    const preview = liveTiles(pane, opened);
    const plan = (of: ImageSource) =>
      planTiles(
        visibleRect(shown, rect),
        detail,
        opened,
        opened.pyramid,
        (address) => store.has(of, address),
        (address) => store.hasFailed(of, address),
      );
    const tilesOf = (of: ImageSource, addresses: readonly TileAddress[]): PlacedTile<T>[] =>
      addresses.flatMap((address) => {
        const tile = store.use(of, address);
        return tile ? [{ tile, placement: placeTile(address, opened, opened.pyramid) }] : [];
      });
    if (!source) {
      // The picture is being made: the one before it stays meanwhile.
      const late = lateTiles(kind, opened.id, (of) => tilesOf(of, plan(of).draw));
      return { scene: { ...scene, tiles: [...late, ...preview] }, pending: 1 };
    }
    const next = plan(source);
    wanted.push(next.wanted.map((address) => ({ source, address })));
    // A slider that still moves is ahead of the picture that there is.
    const isBehind = preview.length > 0 && app.liveFilter.preview()?.before === document.made('filtered');
    if (next.missing === 0) {
      settled.set(kind, source);
      if (preview.length > 0 && !isBehind) queueMicrotask(app.liveFilter.clear);
      const tiles = tilesOf(source, next.draw);
      return { scene: { ...scene, tiles: isBehind ? [...tiles, ...preview] : tiles }, pending: 0 };
    }
    const isFine = ({ level }: TileAddress): boolean => level === next.level;
    const fine = tilesOf(source, next.draw.filter(isFine));
    const coarse = tilesOf(
      source,
      next.draw.filter((address) => !isFine(address)),
    );
    // A coarse tile of the new picture must not blur the old one.
    const late = lateTiles(kind, opened.id, (of) =>
      of.version === source.version ? [] : tilesOf(of, plan(of).draw),
    );
    const over = isBehind ? [...fine, ...preview] : [...preview, ...fine];
    return { scene: { ...scene, tiles: [...coarse, ...late, ...over] }, pending: next.missing };
  };

  /** The lens, as a pane of its own over the one under the cursor. */
  const lensPane = (): { readonly pane: Pane; readonly view: View } | undefined => {
    const cursor = view.cursor();
    const under = cursor && app.lens.isOn() ? paneAt(view.panes(), cursor) : undefined;
    if (!cursor || !under) return undefined;
    const { rect, view: larger } = lensAt(cursor, under, view.view(), view.canvas());
    return { pane: { kind: under.kind, rect, clip: rect }, view: larger };
  };

  const draw = (): number => {
    const wanted: TileRequest[][] = [];
    const lens = lensPane();
    const drawn = view.panes().map((pane) => drawPane(pane, view.view(), wanted));
    if (lens) drawn.push(drawPane(lens.pane, lens.view, wanted));
    const pending = drawn.reduce((sum, one) => sum + one.pending, 0);
    store.request(interleave(wanted));
    renderer.draw({
      canvas: view.canvas(),
      pixelRatio: window.devicePixelRatio,
      panes: drawn.map(({ scene }) => scene),
      inverted: view.inverted(),
      gamma: look.gamma(),
      colours: look.colours(),
      background: backgroundOf(view.theme()),
      picks: {
        // Comparing draws marks of its own in their place.
        visible: view.picksVisible() && !app.comparison.sets(),
        radius: app.pickLook.radiusPx(),
        // Seen from afar.
        lineWidth: app.presentation.isOn() ? lineWidth * Math.max(1, view.canvas().height / 900) : lineWidth,
        threshold: parameters.values.threshold,
        highlighted: view.highlighted(),
        look: app.pickLook.look(),
      },
    });
    return pending;
  };

  return {
    draw,
    setPicks: (all, candidates, marks) => renderer.setPicks(all, candidates, marks),
    forget: () => {
      dropLive();
      settled.clear();
      store.clear();
    },
    destroy: () => {
      dropLive();
      store.clear();
      renderer.destroy();
    },
  };
}

/** Around the picture, sRGB. */
export function backgroundOf(theme: Theme): readonly [number, number, number] {
  return theme === 'light' ? [0.86, 0.865, 0.875] : [0.055, 0.06, 0.068];
}

/** Radius of a pick on the image, px; without a pixel size, one that can be seen. */
export function pickRadius(diameterAngstrom: number, pixelSizeAngstrom: number | undefined): number {
  return pixelSizeAngstrom === undefined ? 20 : diameterAngstrom / pixelSizeAngstrom / 2;
}

/** Takes from the lists in turn, so that both panes fill at the same time. */
function interleave<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.map((list) => list[i])).flatMap((row) =>
    row.filter((item) => item !== undefined),
  );
}
