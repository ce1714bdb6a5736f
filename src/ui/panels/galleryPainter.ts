import type { Pick } from '../../dataset/picks.ts';
import type { SheetImage } from '../state/gallery.ts';
import type { Thumbnail } from '../state/thumbnails.ts';
import { cssColour, pickColours } from '../viewer/pickStyle.ts';
import type { Point, Size } from '../viewer/transform.ts';
import { type TileGeometry, tileGap, tileRect, tilesInSight } from './galleryGeometry.ts';

/** Everything that a frame of the gallery is made of. */
export interface GalleryScene {
  readonly canvas: Size;
  readonly pixelRatio: number;
  readonly scroll: number;
  readonly geometry: TileGeometry;
  readonly picks: readonly Pick[];
  readonly find: (pick: Pick) => Thumbnail<SheetImage> | undefined;
  readonly chosen: ReadonlySet<Pick>;
  readonly cursor: number | undefined;
  /** Whether the keyboard is here. */
  readonly hasFocus: boolean;
  readonly highlighted: Pick | undefined;
  /** Whether a pick is above the threshold. */
  readonly isKept: (pick: Pick) => boolean;
  /** Before which place the threshold lies. */
  readonly thresholdAt: number | undefined;
  readonly inverted: boolean;
  /** Corners of the rubber band, from the top of all rows. */
  readonly band: readonly [Point, Point] | undefined;
  /** By the names of the page's custom properties. */
  readonly colour: (name: string) => string;
}

/** How much of the ground lies over what is below the threshold. */
const dimming = 0.66;
/** Tiles narrower than this have no room for a score, CSS px. */
const leastForScore = 56;

export function drawGallery(context: CanvasRenderingContext2D, scene: GalleryScene): void {
  const { canvas, pixelRatio, scroll, geometry, picks } = scene;
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  const { first, end } = tilesInSight(geometry, picks.length, scroll, canvas.height);
  for (let i = first; i < end; i++) {
    const pick = picks[i];
    if (pick) drawTile(context, scene, pick, i);
  }
  drawThreshold(context, scene);
  if (scene.band) drawBand(context, scene, scene.band);
}

function drawTile(context: CanvasRenderingContext2D, scene: GalleryScene, pick: Pick, index: number): void {
  const { geometry, scroll, colour } = scene;
  const rect = tileRect(geometry, index);
  const [x, y, side] = [rect.x, rect.y - scroll, rect.width];
  const isKept = scene.isKept(pick);
  const isChosen = scene.chosen.has(pick);
  context.fillStyle = colour('--raised');
  context.fillRect(x, y, side, side);
  const picture = scene.find(pick);
  if (picture) {
    const { sheet, index: row, sidePx } = picture;
    context.drawImage(sheet, 0, row * sidePx, sidePx, sidePx, x, y, side, side);
    if (scene.inverted) {
      context.globalCompositeOperation = 'difference';
      context.fillStyle = '#fff';
      context.fillRect(x, y, side, side);
      context.globalCompositeOperation = 'source-over';
    }
  }
  if (!isKept) {
    context.fillStyle = colour('--ground');
    context.globalAlpha = dimming;
    context.fillRect(x, y, side, side);
    context.globalAlpha = 1;
  }
  if (isChosen) {
    context.fillStyle = colour('--accent');
    context.globalAlpha = 0.24;
    context.fillRect(x, y, side, side);
    context.globalAlpha = 1;
  }
  if (side >= leastForScore) drawScore(context, pick, x, y, side);
  if (pick.origin === 'manual') {
    context.fillStyle = cssColour(pickColours.manual);
    context.beginPath();
    context.arc(x + side - 7, y + 7, 3, 0, 2 * Math.PI);
    context.fill();
  }
  const isUnder = scene.highlighted === pick;
  if (isChosen || isUnder) {
    context.strokeStyle = colour(isChosen ? '--accent' : '--text');
    context.lineWidth = isChosen ? 2 : 1.5;
    context.strokeRect(x + 1, y + 1, side - 2, side - 2);
  }
  if (scene.hasFocus && scene.cursor === index) {
    context.strokeStyle = colour('--text');
    context.lineWidth = 2;
    context.strokeRect(x - 1, y - 1, side + 2, side + 2);
  }
}

function drawScore(context: CanvasRenderingContext2D, pick: Pick, x: number, y: number, side: number): void {
  const text = pick.origin === 'manual' ? 'by hand' : pick.score.toPrecision(2);
  context.font = '10px system-ui, sans-serif';
  context.textBaseline = 'alphabetic';
  const width = context.measureText(text).width + 6;
  context.fillStyle = 'rgb(12 13 15 / 0.6)';
  context.fillRect(x, y + side - 14, width, 14);
  context.fillStyle = '#f2f4f6';
  context.fillText(text, x + 3, y + side - 4);
}

/** A line through the gaps: all before it is on one side of the threshold, all after it on the other. */
function drawThreshold(context: CanvasRenderingContext2D, scene: GalleryScene): void {
  const { thresholdAt, geometry, scroll, canvas } = scene;
  if (thresholdAt === undefined) return;
  const last = tileRect(geometry, thresholdAt - 1);
  const half = tileGap / 2;
  const top = last.y - half - scroll;
  const bottom = last.y + last.height + half - scroll;
  if (bottom < 0 || top > canvas.height) return;
  const turn = last.x + last.width + half;
  const right = geometry.left + geometry.columns * (geometry.tilePx + tileGap) - half;
  context.strokeStyle = scene.colour('--pick');
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(geometry.left - half, bottom);
  context.lineTo(turn, bottom);
  if (turn < right - 1) {
    context.lineTo(turn, top);
    context.lineTo(right, top);
  }
  context.stroke();
}

function drawBand(
  context: CanvasRenderingContext2D,
  { scroll, colour }: GalleryScene,
  [a, b]: readonly [Point, Point],
): void {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y) - scroll];
  const [width, height] = [Math.abs(a.x - b.x), Math.abs(a.y - b.y)];
  context.fillStyle = colour('--accent-soft');
  context.fillRect(x, y, width, height);
  context.strokeStyle = colour('--accent');
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, width, height);
}
