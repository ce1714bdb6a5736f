import { type Accessor, createEffect, createSignal, on } from 'solid-js';
import type { ComputeClient } from '../../rpc/client.ts';
import type { FilteredBlock, LiveFilter, TileBlock } from '../../rpc/contract.ts';
import { levelFor, tilesInRect } from '../viewer/tileGrid.ts';
import { type Rect, visibleRect } from '../viewer/transform.ts';
import type { AppliedFilter, Document } from './document.ts';
import { wishedFilter } from './filtering.ts';
import type { Jobs } from './jobs.ts';
import { createLatest } from './latest.ts';
import type { Notices } from './notices.ts';
import type { Parameters } from './parameters.ts';
import type { ViewState } from './view.ts';

/** What stands in for the filtered picture while a slider moves. */
export interface FilterPreview {
  /** Handle of the micrograph. */
  readonly id: number;
  readonly block: TileBlock;
  readonly pixels: FilteredBlock;
  /** The filtered picture that there was when the slider moved. */
  readonly before: AppliedFilter | undefined;
}

/** A filter that follows its slider: what is in sight, at the size of the screen; and all of it once the slider rests. */
export interface LiveFiltering {
  readonly preview: Accessor<FilterPreview | undefined>;
  /** A cut-off was moved: shows it. */
  follow(): void;
  /** The slider was let go: filters the whole picture. */
  settle(): void;
  /** The filtered picture itself is on the screen. */
  clear(): void;
}

export interface LiveFilterDependencies {
  readonly compute: ComputeClient;
  readonly document: Document;
  readonly parameters: Parameters;
  readonly view: ViewState;
  readonly jobs: Jobs;
  readonly notices: Notices;
}

/** Sides of what is filtered: what a slider can wait for. */
const mostTiles = 8;

export function createLiveFilter(dependencies: LiveFilterDependencies): LiveFiltering {
  const { compute, document, parameters, view, jobs, notices } = dependencies;
  const [preview, setPreview] = createSignal<FilterPreview>();
  let isMoving = false;

  const latest = createLatest(async (filter: LiveFilter) => {
    const opened = document.opened();
    const block = opened && blockInSight(view, opened);
    if (!opened || !block) return;
    try {
      const pixels = await compute.filterBlock(opened.id, filter, block);
      if (document.opened()?.id !== opened.id || !isMoving) return;
      if (!view.panes().some(({ kind }) => kind === 'filtered')) view.setMode('filtered');
      view.renewAutomaticContrast('filtered', pixels.contrast);
      setPreview({ id: opened.id, block, pixels, before: document.made('filtered') });
    } catch (error) {
      if (document.opened()?.id === opened.id) notices.failure(error);
    }
  });
  const clear = (): void => {
    isMoving = false;
    latest.drop();
    setPreview(undefined);
  };
  createEffect(on(() => document.opened()?.id, clear, { defer: true }));

  return {
    preview,
    clear,
    follow: () => {
      const filter = wishedFilter(parameters.values);
      if (filter?.method !== 'lengths' && filter?.method !== 'gaussian') return;
      isMoving = true;
      void latest.ask(filter);
    },
    settle: () => {
      latest.drop();
      if (!wishedFilter(parameters.values)) return clear();
      void jobs.filter();
    },
  };
}

/** A picture in tiles. */
interface Tiled {
  readonly width: number;
  readonly height: number;
  readonly pyramid: { readonly tileSize: number; readonly levels: number };
}

/** The tiles that all panes need together: they may be of unlike widths. */
export function blockInSight(
  view: Pick<ViewState, 'view' | 'panes'>,
  opened: Tiled,
  pixelRatio?: number,
): TileBlock | undefined {
  const parts = view.panes().map(({ rect }) => visibleRect(view.view(), rect));
  return blockOfParts(parts, view.view().scale, opened, pixelRatio);
}

/** The tiles of parts of a picture, at a level that is fine enough for the screen and small enough to follow a slider. */
export function blockOfParts(
  parts: readonly Rect[],
  scale: number,
  opened: Tiled,
  pixelRatio = globalThis.devicePixelRatio ?? 1,
): TileBlock | undefined {
  for (let level = levelFor(scale * pixelRatio, opened.pyramid); level < opened.pyramid.levels; level++) {
    const tiles = parts.flatMap((part) => tilesInRect(part, level, opened, opened.pyramid));
    if (tiles.length === 0) return undefined;
    const column = Math.min(...tiles.map((tile) => tile.column));
    const row = Math.min(...tiles.map((tile) => tile.row));
    const columns = Math.max(...tiles.map((tile) => tile.column)) - column + 1;
    const rows = Math.max(...tiles.map((tile) => tile.row)) - row + 1;
    if (columns <= mostTiles && rows <= mostTiles) return { level, column, row, columns, rows };
  }
  return undefined;
}
