import type { ContrastWindow, OpenedMicrograph, TilePixels } from '../../../rpc/contract.ts';
import type { CellPreview } from '../../state/severalFilter.ts';
import type { PlacedTile, Renderer, Scene } from '../renderer.ts';
import { placeBlock, placeTile, planTiles } from '../tileGrid.ts';
import { type StoredTile, type TileRequest, TileStore } from '../tileStore.ts';
import { type Size, type View, visibleRect } from '../transform.ts';

/** What a cell shows at one moment. */
export interface CellScene {
  readonly opened: OpenedMicrograph;
  readonly view: View;
  readonly canvas: Size;
  /** Of the raw picture. */
  readonly contrast: ContrastWindow;
  /** Drawn over the raw picture, with the contrast of its own. */
  readonly preview: CellPreview | undefined;
  /** Whether pixels are drawn as squares, and how many device px of detail a pixel of the image deserves. */
  readonly sampling: { readonly squares: boolean; readonly detail: number };
  readonly look: Pick<Scene<StoredTile>, 'inverted' | 'gamma' | 'colours' | 'background' | 'picks'>;
}

/** Draws one micrograph of several, with tiles of its own. */
export interface CellPainter {
  /** @returns how many tiles are still to come. */
  draw(scene: CellScene): number;
  setPicks: Renderer<StoredTile>['setPicks'];
  destroy(): void;
}

/** Six of them take as much as the viewer alone. */
const budgetBytes = 32 * 2 ** 20;

export function createCellPainter<T extends StoredTile>(
  renderer: Renderer<T>,
  fetch: (request: TileRequest) => Promise<TilePixels>,
  invalidate: () => void,
  onFailure: (error: unknown) => void,
): CellPainter {
  const store = new TileStore<T>({
    fetch,
    upload: (pixels) => renderer.upload(pixels),
    release: (tile) => renderer.release(tile),
    budgetBytes,
    maxInFlight: 4,
    onArrival: invalidate,
    onFailure,
  });
  let live: { readonly preview: CellPreview; readonly placed: PlacedTile<T> } | undefined;
  const dropLive = (): void => {
    if (live) renderer.release(live.placed.tile);
    live = undefined;
  };
  const liveTiles = (preview: CellPreview | undefined, opened: OpenedMicrograph): PlacedTile<T>[] => {
    if (live && live.preview !== preview) dropLive();
    if (!preview) return [];
    live ??= {
      preview,
      placed: {
        tile: renderer.upload(preview.pixels),
        placement: placeBlock(preview.block, preview.pixels, opened, opened.pyramid),
      },
    };
    return [live.placed];
  };
  return {
    draw: ({ opened, view, canvas, contrast, preview, sampling, look }) => {
      const source = { id: opened.id, kind: 'raw', version: opened.version } as const;
      const pixelRatio = globalThis.devicePixelRatio;
      const plan = planTiles(
        visibleRect(view, canvas),
        sampling.detail,
        opened,
        opened.pyramid,
        (address) => store.has(source, address),
        (address) => store.hasFailed(source, address),
      );
      store.request(plan.wanted.map((address) => ({ source, address })));
      const raw = plan.draw.flatMap((address) => {
        const tile = store.use(source, address);
        return tile ? [{ tile, placement: placeTile(address, opened, opened.pyramid) }] : [];
      });
      const rect = { x: 0, y: 0, ...canvas };
      // Where the view has moved on, the raw picture stands in.
      const tiles = [...raw, ...liveTiles(preview, opened)];
      const window = preview?.pixels.contrast ?? contrast;
      const panes = [{ rect, clip: rect, view, squares: sampling.squares, tiles, contrast: window }];
      renderer.draw({ canvas, pixelRatio, panes, ...look });
      return plan.missing;
    },
    setPicks: (picks, candidates) => renderer.setPicks(picks, candidates),
    destroy: () => {
      dropLive();
      store.clear();
      renderer.destroy();
    },
  };
}
