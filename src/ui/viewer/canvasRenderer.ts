import { halfTable } from '../../core/dtype.ts';
import { GpuUnavailableError } from '../../core/errors.ts';
import type { Pick } from '../../dataset/picks.ts';
import type { ContrastWindow, TilePixels } from '../../rpc/contract.ts';
import { type DrawnPicks, drawPicks } from './canvasPicks.ts';
import { type ColourMapName, colourMap } from './colourMaps.ts';
import { colourTable } from './contrast.ts';
import { cssColour, type PickMarks } from './pickStyle.ts';
import type { PaneScene, Renderer, Scene } from './renderer.ts';
import type { StoredTile } from './tileStore.ts';
import { directions, toScreen } from './transform.ts';

interface CanvasTile extends StoredTile {
  readonly pixels: TilePixels;
  /** The tile as it is seen, and the contrast and colours it was drawn with. */
  drawn: HTMLCanvasElement | undefined;
  look: string;
}

interface Look {
  readonly inverted: boolean;
  readonly gamma: number;
  readonly colours: ColourMapName;
}

/** The same picture without a GPU: tiles get their colours from a table and are drawn on a 2-D canvas. */
export class CanvasRenderer implements Renderer<CanvasTile> {
  private readonly context: CanvasRenderingContext2D;
  private readonly tables = new Map<string, Uint32Array>();
  private drawn: DrawnPicks = { picks: [], candidates: [], marks: undefined };

  constructor(private readonly canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) throw new GpuUnavailableError('This browser can’t draw on a canvas.');
    this.context = context;
  }

  upload(pixels: TilePixels): CanvasTile {
    // Halves and the colours made of them.
    return { pixels, drawn: undefined, look: '', bytes: pixels.width * pixels.height * 6 };
  }

  release(tile: CanvasTile): void {
    tile.drawn = undefined;
  }

  setPicks(picks: readonly Pick[], candidates: readonly Pick[], marks?: PickMarks): void {
    this.drawn = { picks, candidates, marks };
  }

  draw(scene: Scene<CanvasTile>): void {
    this.begin(scene);
    for (const pane of scene.panes) this.drawPane(scene, pane);
  }

  /** An empty canvas of the scene's size. */
  begin(scene: Scene<CanvasTile>): void {
    const { context, canvas } = this;
    const width = Math.max(1, Math.round(scene.canvas.width * scene.pixelRatio));
    const height = Math.max(1, Math.round(scene.canvas.height * scene.pixelRatio));
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = cssColour(scene.background);
    context.fillRect(0, 0, width, height);
  }

  /** Over what is there: a pane's tiles, and its picks where the scene shows them. */
  drawPane(scene: Scene<CanvasTile>, pane: PaneScene<CanvasTile>): void {
    const { context } = this;
    context.save();
    context.scale(scene.pixelRatio, scene.pixelRatio);
    context.beginPath();
    context.rect(pane.clip.x, pane.clip.y, pane.clip.width, pane.clip.height);
    context.clip();
    context.imageSmoothingEnabled = !pane.squares;
    this.drawTiles(scene, pane);
    if (scene.picks.visible) drawPicks(context, pane.view, pane.rect, scene.picks, this.drawn);
    context.restore();
  }

  destroy(): void {
    this.tables.clear();
    this.drawn = { picks: [], candidates: [], marks: undefined };
  }

  private drawTiles(scene: Scene<CanvasTile>, pane: PaneScene<CanvasTile>): void {
    const { context } = this;
    const way = directions(pane.view);
    // Whole device pixels: neighbours meet without a seam.
    const whole = (length: number): number => Math.round(length * scene.pixelRatio) / scene.pixelRatio;
    for (const { tile, placement } of pane.tiles) {
      const { rect, uMax, vMax } = placement;
      const from = toScreen(pane.view, pane.rect, rect);
      const to = toScreen(pane.view, pane.rect, { x: rect.x + rect.width, y: rect.y + rect.height });
      const [left, top] = [whole(from.x), whole(from.y)];
      context.save();
      context.translate(left, top);
      context.scale(way.x, way.y);
      context.drawImage(
        this.drawnTile(tile, pane.contrast, scene),
        0,
        0,
        tile.pixels.width * uMax,
        tile.pixels.height * vMax,
        0,
        0,
        Math.abs(whole(to.x) - left),
        Math.abs(whole(to.y) - top),
      );
      context.restore();
    }
  }

  private drawnTile(tile: CanvasTile, contrast: ContrastWindow, look: Look): HTMLCanvasElement {
    const key = `${contrast.black} ${contrast.white} ${look.inverted} ${look.gamma} ${look.colours}`;
    if (tile.drawn && tile.look === key) return tile.drawn;
    const table = this.table(key, contrast, look);
    const { width, height, data } = tile.pixels;
    const drawn = tile.drawn ?? document.createElement('canvas');
    drawn.width = width;
    drawn.height = height;
    const image = new ImageData(width, height);
    const words = new Uint32Array(image.data.buffer);
    for (let i = 0; i < data.length; i++) words[i] = table[data[i] ?? 0] ?? 0;
    drawn.getContext('2d')?.putImageData(image, 0, 0);
    tile.drawn = drawn;
    tile.look = key;
    return drawn;
  }

  private table(key: string, contrast: ContrastWindow, { inverted, gamma, colours }: Look): Uint32Array {
    const known = this.tables.get(key);
    if (known) return known;
    // Two panes have two windows at a time; older ones were steps of a slider.
    if (this.tables.size >= 4) this.tables.clear();
    const table = colourTable(halfTable(), contrast, inverted, gamma, colourMap(colours));
    this.tables.set(key, table);
    return table;
  }
}
