import type { Pick } from '../../dataset/picks.ts';
import type { ShownKind } from '../../rpc/contract.ts';
import type { App } from '../state/app.ts';
import type { Pane } from './panes.ts';
import type { PaneScene, PlacedTile, Renderer } from './renderer.ts';
import { placeTile, planTiles, type TileAddress } from './tileGrid.ts';
import { type ImageSource, type StoredTile, type TileRequest, TileStore } from './tileStore.ts';
import { visibleRect } from './transform.ts';

/** Draws the state of the app with one renderer and fetches the tiles for it. */
export interface Painter {
  /** Draws one frame and asks for what it lacks. @returns how many tiles of the view are still to come. */
  draw(): number;
  setPicks(picks: readonly Pick[], candidates: readonly Pick[]): void;
  /** Lets go of all tiles: another micrograph is on the screen. */
  forget(): void;
  destroy(): void;
}

/** Tiles kept for drawing: enough for both pictures of a 4K screen several times over. */
const budgetBytes = 192 * 2 ** 20;
const lineWidth = 1.75;

export function createPainter<T extends StoredTile>(
  app: App,
  renderer: Renderer<T>,
  invalidate: () => void,
): Painter {
  const { compute, document, notices, parameters, view } = app;
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

  const sourceOf = (pane: Pane): ImageSource | undefined => {
    const opened = document.opened();
    if (!opened) return undefined;
    if (pane.kind === 'raw') return { id: opened.id, kind: 'raw', version: document.picture() };
    const filtered = document.filtered();
    return filtered && { id: opened.id, kind: pane.kind, version: filtered.version };
  };

  const lateTiles = <R>(kind: ShownKind, id: number, tilesOf: (of: ImageSource) => R[]): R[] => {
    const before = settled.get(kind);
    return before?.id === id ? tilesOf(before) : [];
  };

  const draw = (): number => {
    const opened = document.opened();
    const pixelRatio = window.devicePixelRatio;
    const wanted: TileRequest[][] = [];
    let pending = 0;
    const scenes = view.panes().map((pane): PaneScene<T> => {
      const source = sourceOf(pane);
      const scene = { rect: pane.rect, clip: pane.clip, contrast: view.contrast(pane.kind) };
      if (!opened) return { ...scene, tiles: [] };
      const plan = (of: ImageSource) =>
        planTiles(
          visibleRect(view.view(), pane.rect),
          view.view().scale * pixelRatio,
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
        pending += 1;
        return { ...scene, tiles: lateTiles(pane.kind, opened.id, (of) => tilesOf(of, plan(of).draw)) };
      }
      const next = plan(source);
      pending += next.missing;
      wanted.push(next.wanted.map((address) => ({ source, address })));
      if (next.missing === 0) {
        settled.set(pane.kind, source);
        return { ...scene, tiles: tilesOf(source, next.draw) };
      }
      const isFine = ({ level }: TileAddress): boolean => level === next.level;
      const fine = tilesOf(source, next.draw.filter(isFine));
      const coarse = tilesOf(
        source,
        next.draw.filter((address) => !isFine(address)),
      );
      // A coarse tile of the new picture must not blur the old one.
      const late = lateTiles(pane.kind, opened.id, (of) =>
        of.version === source.version ? [] : tilesOf(of, plan(of).draw),
      );
      return { ...scene, tiles: [...coarse, ...late, ...fine] };
    });
    store.request(interleave(wanted));
    renderer.draw({
      canvas: view.canvas(),
      pixelRatio,
      view: view.view(),
      panes: scenes,
      inverted: view.inverted(),
      background: view.theme() === 'light' ? [0.86, 0.865, 0.875] : [0.055, 0.06, 0.068],
      picks: {
        // Comparing draws marks of its own in their place.
        visible: view.picksVisible() && !app.comparison.sets(),
        radius: pickRadius(parameters.values.diameterAngstrom, parameters.values.pixelSizeAngstrom),
        lineWidth,
        threshold: parameters.values.threshold,
        highlighted: view.highlighted(),
      },
    });
    return pending;
  };

  return {
    draw,
    setPicks: (all, candidates) => renderer.setPicks(all, candidates),
    forget: () => {
      settled.clear();
      store.clear();
    },
    destroy: () => {
      store.clear();
      renderer.destroy();
    },
  };
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
