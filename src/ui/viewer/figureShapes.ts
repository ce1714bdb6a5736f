/** Where the lines of a measuring figure lie on a pane, CSS px: on the page and in a saved view alike. */
import { type Figure, regionOf } from '../state/measuring.ts';
import { type Point, type Rect, toScreen, type View } from './transform.ts';

/** How they look; CSS px, sRGB. */
export const figureStyle = {
  colour: '#8fd6fa',
  line: 2,
  rim: 4,
  rimOpacity: 0.6,
  fill: '#6cc4f0',
  fillOpacity: 0.16,
  knob: 3.5,
  font: 14,
} as const;

export interface FigureShape {
  readonly from: Point;
  readonly to: Point;
  readonly middle: Point;
  /** Of a line profile: the corners of the band that is averaged. */
  readonly band: readonly Point[];
  /** Of a region: its whole pixels. */
  readonly region: Rect;
}

/** @param widthPx of a profile's band, px of the file. */
export function figureShape(figure: Figure, view: View, pane: Rect, widthPx: number): FigureShape {
  const at = ({ x, y }: Point): Point => toScreen(view, pane, { x: x + 0.5, y: y + 0.5 });
  const [from, to] = [at(figure.from), at(figure.to)];
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const half = (widthPx * view.scale) / 2;
  const [nx, ny] = [(-(to.y - from.y) / length) * half, ((to.x - from.x) / length) * half];
  const { x, y, width, height } = regionOf(figure);
  const first = toScreen(view, pane, { x, y });
  const last = toScreen(view, pane, { x: x + width, y: y + height });
  return {
    from,
    to,
    middle: { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 },
    band: [
      { x: from.x + nx, y: from.y + ny },
      { x: to.x + nx, y: to.y + ny },
      { x: to.x - nx, y: to.y - ny },
      { x: from.x - nx, y: from.y - ny },
    ],
    region: {
      x: Math.min(first.x, last.x),
      y: Math.min(first.y, last.y),
      width: Math.abs(last.x - first.x),
      height: Math.abs(last.y - first.y),
    },
  };
}

export const pointsText = (points: readonly Point[]): string =>
  points.map(({ x, y }) => `${x},${y}`).join(' ');
