import { halfTable } from '../../core/dtype.ts';
import { GpuUnavailableError } from '../../core/errors.ts';
import { isShown, type Pick } from '../../dataset/picks.ts';
import type { ContrastWindow, TilePixels } from '../../rpc/contract.ts';
import { greyTable } from './contrast.ts';
import { cssColour, type DrawnAs, leastScreenRadius, type PickStyle, pickColours } from './pickStyle.ts';
import { type PaneScene, type Renderer, type Scene, showsPixels } from './renderer.ts';
import type { StoredTile } from './tileStore.ts';
import { toScreen, type View } from './transform.ts';

interface CanvasTile extends StoredTile {
  readonly pixels: TilePixels;
  /** The tile in greys, and the contrast it was drawn with. */
  grey: HTMLCanvasElement | undefined;
  contrast: string;
}

/** Lengths of dashes and gaps, as parts of the radius; as the shader draws them. */
const dashes: Partial<Readonly<Record<DrawnAs, readonly number[]>>> = {
  imported: [0.4, 0.23],
  candidate: [0.26, 0.26],
};

/** The same picture without a GPU: tiles become greys through a table and are drawn on a 2-D canvas. */
export class CanvasRenderer implements Renderer<CanvasTile> {
  private readonly context: CanvasRenderingContext2D;
  private readonly tables = new Map<string, Uint8ClampedArray>();
  private picks: readonly Pick[] = [];
  private candidates: readonly Pick[] = [];

  constructor(private readonly canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) throw new GpuUnavailableError('This browser can’t draw on a canvas.');
    this.context = context;
  }

  upload(pixels: TilePixels): CanvasTile {
    // Halves and the greys made of them.
    return { pixels, grey: undefined, contrast: '', bytes: pixels.width * pixels.height * 6 };
  }

  release(tile: CanvasTile): void {
    tile.grey = undefined;
  }

  setPicks(picks: readonly Pick[], candidates: readonly Pick[]): void {
    this.picks = picks;
    this.candidates = candidates;
  }

  draw(scene: Scene<CanvasTile>): void {
    const { context, canvas } = this;
    const width = Math.max(1, Math.round(scene.canvas.width * scene.pixelRatio));
    const height = Math.max(1, Math.round(scene.canvas.height * scene.pixelRatio));
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const [r, g, b] = scene.background;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = cssColour([r, g, b]);
    context.fillRect(0, 0, width, height);
    context.imageSmoothingEnabled = !showsPixels(scene.view, scene.pixelRatio);
    for (const pane of scene.panes) {
      context.save();
      context.scale(scene.pixelRatio, scene.pixelRatio);
      context.beginPath();
      context.rect(pane.clip.x, pane.clip.y, pane.clip.width, pane.clip.height);
      context.clip();
      this.drawTiles(scene, pane);
      if (scene.picks.visible) this.drawPicks(scene.view, pane, scene.picks);
      context.restore();
    }
  }

  destroy(): void {
    this.tables.clear();
    this.picks = [];
    this.candidates = [];
  }

  private drawTiles(scene: Scene<CanvasTile>, pane: PaneScene<CanvasTile>): void {
    for (const { tile, placement } of pane.tiles) {
      const { rect, uMax, vMax } = placement;
      const corner = toScreen(scene.view, pane.rect, rect);
      this.context.drawImage(
        this.greyTile(tile, pane.contrast, scene.inverted),
        0,
        0,
        tile.pixels.width * uMax,
        tile.pixels.height * vMax,
        corner.x,
        corner.y,
        rect.width * scene.view.scale,
        rect.height * scene.view.scale,
      );
    }
  }

  private drawPicks(view: View, pane: PaneScene<CanvasTile>, style: PickStyle): void {
    const { context } = this;
    const radius = Math.max(style.radius * view.scale, leastScreenRadius);
    const shown = this.picks.filter((pick) => isShown(pick, style.threshold));
    const drawn: readonly (readonly [Pick, DrawnAs])[] = [
      ...this.candidates.map((candidate) => [candidate, 'candidate'] as const),
      ...shown.map((pick) => [pick, pick.origin] as const),
    ];
    for (const [pick, kind] of drawn) {
      const at = toScreen(view, pane.rect, { x: pick.x + 0.5, y: pick.y + 0.5 });
      const near = radius + 4;
      if (at.x < pane.rect.x - near || at.x > pane.rect.x + pane.rect.width + near) continue;
      if (at.y < pane.rect.y - near || at.y > pane.rect.y + pane.rect.height + near) continue;
      const highlighted = pick === style.highlighted;
      const line = style.lineWidth * (highlighted ? 1.8 : 1);
      context.setLineDash((dashes[kind] ?? []).map((part) => part * radius));
      context.beginPath();
      context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
      context.lineWidth = line + 1.5;
      context.strokeStyle = 'rgb(0 0 0 / 0.55)';
      context.stroke();
      context.lineWidth = line;
      context.strokeStyle = highlighted ? '#ffffff' : cssColour(pickColours[kind]);
      context.stroke();
      if (kind === 'manual' && radius > 6) {
        context.fillStyle = cssColour(pickColours.manual);
        context.fillRect(at.x - 1.5, at.y - 1.5, 3, 3);
      }
    }
  }

  private greyTile(tile: CanvasTile, contrast: ContrastWindow, inverted: boolean): HTMLCanvasElement {
    const key = `${contrast.black} ${contrast.white} ${inverted}`;
    if (tile.grey && tile.contrast === key) return tile.grey;
    const table = this.table(key, contrast, inverted);
    const { width, height, data } = tile.pixels;
    const grey = tile.grey ?? document.createElement('canvas');
    grey.width = width;
    grey.height = height;
    const image = new ImageData(width, height);
    for (let i = 0; i < data.length; i++) {
      const value = table[data[i] ?? 0] ?? 0;
      image.data[4 * i] = value;
      image.data[4 * i + 1] = value;
      image.data[4 * i + 2] = value;
      image.data[4 * i + 3] = 255;
    }
    grey.getContext('2d')?.putImageData(image, 0, 0);
    tile.grey = grey;
    tile.contrast = key;
    return grey;
  }

  private table(key: string, contrast: ContrastWindow, inverted: boolean): Uint8ClampedArray {
    const known = this.tables.get(key);
    if (known) return known;
    // Two panes have two windows at a time; older ones were steps of a slider.
    if (this.tables.size >= 4) this.tables.clear();
    const table = greyTable(halfTable(), contrast, inverted);
    this.tables.set(key, table);
    return table;
  }
}
