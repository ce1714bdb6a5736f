import type { ContrastWindow, OpenedMicrograph, TilePixels } from '../../../rpc/contract.ts';
import type { Renderer, Scene } from '../renderer.ts';
import { placeTile, planTiles } from '../tileGrid.ts';
import { type StoredTile, type TileRequest, TileStore } from '../tileStore.ts';
import { type Size, type View, visibleRect } from '../transform.ts';

/** What a cell shows at one moment. */
export interface CellScene {
  readonly opened: OpenedMicrograph;
  readonly view: View;
  readonly canvas: Size;
  readonly contrast: ContrastWindow;
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
  return {
    draw: ({ opened, view, canvas, contrast, sampling, look }) => {
      const source = { id: opened.id, kind: 'raw', version: opened.version } as const;
      const pixelRatio = window.devicePixelRatio;
      const plan = planTiles(
        visibleRect(view, canvas),
        sampling.detail,
        opened,
        opened.pyramid,
        (address) => store.has(source, address),
        (address) => store.hasFailed(source, address),
      );
      store.request(plan.wanted.map((address) => ({ source, address })));
      const tiles = plan.draw.flatMap((address) => {
        const tile = store.use(source, address);
        return tile ? [{ tile, placement: placeTile(address, opened, opened.pyramid) }] : [];
      });
      const rect = { x: 0, y: 0, ...canvas };
      const panes = [{ rect, clip: rect, view, squares: sampling.squares, tiles, contrast }];
      renderer.draw({ canvas, pixelRatio, panes, ...look });
      return plan.missing;
    },
    setPicks: (picks, candidates) => renderer.setPicks(picks, candidates),
    destroy: () => {
      store.clear();
      renderer.destroy();
    },
  };
}
