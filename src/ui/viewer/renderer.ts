import type { Pick } from '../../dataset/picks.ts';
import type { ContrastWindow, TilePixels } from '../../rpc/contract.ts';
import type { ColourMapName } from './colourMaps.ts';
import type { PickMarks, PickStyle } from './pickStyle.ts';
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
  /** What of the image it shows. */
  readonly view: View;
  /** Whether pixels are drawn as squares, not blended. */
  readonly squares: boolean;
  readonly tiles: readonly PlacedTile<T>[];
  readonly contrast: ContrastWindow;
}

/** Everything that is on the canvas at one moment. Lengths are CSS px, times `pixelRatio` for device px. */
export interface Scene<T extends StoredTile> {
  readonly canvas: Size;
  readonly pixelRatio: number;
  readonly panes: readonly PaneScene<T>[];
  readonly inverted: boolean;
  /** Above 1 the middle greys are brighter. */
  readonly gamma: number;
  readonly colours: ColourMapName;
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
   * @param marks what is said of single picks.
   */
  setPicks(picks: readonly Pick[], candidates: readonly Pick[], marks?: PickMarks): void;
  draw(scene: Scene<T>): void;
  destroy(): void;
}
