/** The view as a picture of its own: drawn anew on a canvas that nobody sees, at the size that is wanted. */
import type { JobOptions } from '../../core/progress.ts';
import type { MaskBitmap } from '../../dataset/maskBitmap.ts';
import { GLYPHS } from '../../dataset/pickClasses.ts';
import type { Filament, Pick, Place } from '../../dataset/picks.ts';
import { isShown } from '../../dataset/picks.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { Document } from '../state/document.ts';
import { type Look, samplingOf } from '../state/look.ts';
import { type Figure, regionOf } from '../state/measuring.ts';
import { distanceText, sizeText } from '../state/measuringWords.ts';
import type { ViewState } from '../state/view.ts';
import { CanvasRenderer } from './canvasRenderer.ts';
import { figureShape } from './figureShapes.ts';
import { imageSource } from './imageSource.ts';
import { maskPath } from './maskShapes.ts';
import {
  cssColour,
  dashesOf,
  leastMarked,
  leastScreenRadius,
  type PickMarks,
  type PickStyle,
  pickColours,
} from './pickStyle.ts';
import type { PaneScene, Scene } from './renderer.ts';
import { levelFor, placeTile, type TileAddress, tilesInRect } from './tileGrid.ts';
import { type Point, type Size, toScreen, visibleRect } from './transform.ts';
import type { DrawnFigure, DrawnLine, DrawnMark, DrawnMask } from './viewSvg.ts';

/** What no browser's canvas exceeds: its side, and its area in pixels. */
const canvasLimits = { side: 16384, area: 200 * 2 ** 20 } as const;
/** Tiles that are asked for at once. */
const tilesAtOnce = 6;
const noPicks: PickStyle = {
  visible: false,
  radius: 0,
  lineWidth: 0,
  threshold: 0,
  highlighted: undefined,
  look: { shape: 'circle', classes: [], offset: { x: 0, y: 0 } },
};

export interface DrawParts {
  readonly compute: ComputeClient;
  readonly document: Document;
  readonly view: ViewState;
  readonly look: Look;
}

export interface DrawPicks {
  readonly picks: readonly Pick[];
  readonly style: PickStyle;
  readonly marks: PickMarks;
}

/** The largest ratio that a canvas of this size can have. */
export function largestRatio(canvas: Size): number {
  const bySide = canvasLimits.side / Math.max(canvas.width, canvas.height);
  return Math.min(bySide, Math.sqrt(canvasLimits.area / (canvas.width * canvas.height)));
}

/**
 * Draws the panes as they are on the screen.
 * @param ratio canvas pixels per CSS px of the view.
 * @param marks what is drawn over the picture; undefined for the picture alone.
 */
export async function drawView(
  { compute, document, view, look }: DrawParts,
  ratio: number,
  marks: DrawPicks | undefined,
  { signal, onProgress }: JobOptions,
): Promise<HTMLCanvasElement> {
  const opened = document.opened();
  if (!opened) throw new Error('There is no micrograph on the screen.');
  const canvas = globalThis.document.createElement('canvas');
  const renderer = new CanvasRenderer(canvas);
  renderer.setPicks(marks?.picks ?? [], [], marks?.marks);
  const scene: Scene<ReturnType<CanvasRenderer['upload']>> = {
    canvas: view.canvas(),
    pixelRatio: ratio,
    panes: [],
    inverted: view.inverted(),
    gamma: look.gamma(),
    colours: look.colours(),
    background: view.theme() === 'light' ? [0.86, 0.865, 0.875] : [0.055, 0.06, 0.068],
    picks: { ...(marks?.style ?? noPicks), visible: false },
  };
  const shown = view.view();
  const { squares, detail } = samplingOf(look.sampling(), shown.scale * ratio);
  const panes = view.panes().map((pane) => ({
    source: imageSource(document, pane.kind),
    scene: {
      rect: pane.rect,
      clip: pane.clip,
      view: shown,
      squares,
      contrast: view.contrast(pane.kind),
    },
    tiles: tilesInRect(
      visibleRect(shown, pane.rect),
      levelFor(detail, opened.pyramid),
      opened,
      opened.pyramid,
    ),
  }));
  const total = panes.reduce((sum, { tiles }) => sum + tiles.length, 0);
  let done = 0;
  renderer.begin(scene);
  try {
    for (const { source, scene: pane, tiles } of panes) {
      if (!source) continue;
      const one = async (address: TileAddress): Promise<void> => {
        signal?.throwIfAborted();
        const { id, kind } = source;
        const tile = renderer.upload(
          await compute.tile(id, kind, address.level, address.column, address.row),
        );
        const placed = { tile, placement: placeTile(address, opened, opened.pyramid) };
        renderer.drawPane(scene, { ...pane, tiles: [placed] });
        renderer.release(tile);
        onProgress?.({ stage: 'Drawing the view', done: ++done, total });
      };
      for (let i = 0; i < tiles.length; i += tilesAtOnce)
        await Promise.all(tiles.slice(i, i + tilesAtOnce).map(one));
      if (marks) {
        const over: PaneScene<ReturnType<CanvasRenderer['upload']>> = { ...pane, tiles: [] };
        renderer.drawPane({ ...scene, picks: { ...scene.picks, visible: true } }, over);
      }
    }
  } finally {
    renderer.destroy();
  }
  return canvas;
}

/** Picks of a pane as vectors, CSS px; those out of sight are left out. */
export function marksOf(view: ViewState, pane: number, { picks, style, marks }: DrawPicks): DrawnMark[] {
  const rect = view.panes()[pane]?.rect;
  if (!rect) return [];
  const { look, threshold } = style;
  const radius = Math.max(style.radius * view.view().scale, leastScreenRadius);
  return picks.flatMap((pick): DrawnMark[] => {
    if (!isShown(pick, threshold)) return [];
    const { x, y } = toScreen(view.view(), rect, { x: pick.x + 0.5, y: pick.y + 0.5 });
    const isNear =
      x > rect.x - radius &&
      y > rect.y - radius &&
      x < rect.x + rect.width + radius &&
      y < rect.y + rect.height + radius;
    if (!isNear) return [];
    const number = marks.classNumberOf(pick);
    const own = number > 0 || pick.origin === 'manual' ? look.classes[number]?.colour : undefined;
    const colour = cssColour(own ?? pickColours[pick.origin]);
    const isDot = look.shape === 'dot';
    const dashes = isDot ? [] : dashesOf(pick.origin).map((part) => part * radius);
    const mark = GLYPHS[look.classes[number]?.glyph ?? 0] ?? 'dot';
    const alone = number > 0 ? mark : 'dot';
    const inMiddle = own !== undefined && radius > leastMarked ? mark : undefined;
    return [{ x, y, radius, shape: look.shape, colour, dashes, glyph: isDot ? alone : inMiddle }];
  });
}

/** Filaments of a pane, CSS px. @param widthPx of the file. */
export function linesOf(
  view: ViewState,
  pane: number,
  filaments: readonly Filament[],
  widthPx: number,
  colourOf: (filament: Filament) => string,
): DrawnLine[] {
  const rect = view.panes()[pane]?.rect;
  if (!rect) return [];
  const shown = view.view();
  const at = ({ x, y }: Place) => toScreen(shown, rect, { x: x + 0.5, y: y + 0.5 });
  return filaments.map((filament) => ({
    from: at(filament.start),
    to: at(filament.end),
    width: widthPx * shown.scale,
    colour: colourOf(filament),
  }));
}

/** The contamination mask of a pane, CSS px. */
export function maskOf(
  view: ViewState,
  pane: number,
  bitmap: MaskBitmap | undefined,
  opacity: number,
): DrawnMask | undefined {
  const rect = view.panes()[pane]?.rect;
  if (!rect || !bitmap) return undefined;
  const at = (point: Point): Point => toScreen(view.view(), rect, point);
  return { path: maskPath(bitmap, at), corner: at({ x: 0, y: 0 }), opacity };
}

/** What is measured, on a pane, CSS px. @param widthPx of a profile's band, px of the file. */
export function figureOf(
  view: ViewState,
  pane: number,
  figure: Figure | undefined,
  widthPx: number,
  pixelSizeAngstrom: number | undefined,
): DrawnFigure | undefined {
  const rect = view.panes()[pane]?.rect;
  if (!rect || !figure) return undefined;
  const label =
    figure.kind === 'region'
      ? sizeText(regionOf(figure), pixelSizeAngstrom)
      : distanceText(figure, pixelSizeAngstrom);
  return { kind: figure.kind, shape: figureShape(figure, view.view(), rect, widthPx), label };
}
