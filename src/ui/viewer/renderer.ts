import type { Pick } from '../../dataset/picks.ts';
import type { ContrastWindow, TilePixels } from '../../rpc/contract.ts';
import type { PickStyle } from './pickStyle.ts';
import type { TilePlacement } from './tileGrid.ts';
import type { StoredTile } from './tileStore.ts';
import type { Rect, Size, View } from './transform.ts';

/** A tile and where to draw it. */
export interface PlacedTile<T extends StoredTile> {
  readonly tile: T;
  readonly placement: TilePlacement;
}

/** One picture of a frame; tiles are drawn in the order given. */
export interface PaneScene<T extends StoredTile> {
  readonly rect: Rect;
  /** The part of `rect` that is drawn. */
  readonly clip: Rect;
  readonly tiles: readonly PlacedTile<T>[];
  readonly contrast: ContrastWindow;
}

/** Everything that is on the canvas at one moment. Lengths are CSS px, times `pixelRatio` for device px. */
export interface Scene<T extends StoredTile> {
  readonly canvas: Size;
  readonly pixelRatio: number;
  readonly view: View;
  readonly panes: readonly PaneScene<T>[];
  readonly inverted: boolean;
  /** Background around the picture, sRGB 0 to 1. */
  readonly background: readonly [number, number, number];
  readonly picks: PickStyle;
}

/** Draws on one canvas, by WebGPU or without. */
export interface Renderer<T extends StoredTile> {
  upload(pixels: TilePixels): T;
  release(tile: T): void;
  /**
   * What to draw from now on: picks, below the threshold too, as the scene says what is shown; and a template's
   * candidates, all of them.
   */
  setPicks(picks: readonly Pick[], candidates: readonly Pick[]): void;
  draw(scene: Scene<T>): void;
  destroy(): void;
}

/** Whether pixels are drawn as squares: from two device pixels a pixel they are what the user looks for. */
export function showsPixels(view: View, pixelRatio: number): boolean {
  return view.scale * pixelRatio >= 2;
}
