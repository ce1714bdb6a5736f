/**
 * Where the picture lies on the screen. Image points (u, v) are measured from the outer corner of the first stored
 * pixel, so pixel i covers [i, i + 1] and its centre, where picks have their coordinates, is at i + 0.5. Screen
 * points are CSS pixels from the canvas's upper left corner.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

/** How the picture is mirrored on the screen; the image's own points stay what they are. */
export interface Flip {
  /** Left and right change places. */
  readonly x: boolean;
  /** Top and bottom change places. */
  readonly y: boolean;
}

/** The image point at the middle of the pane, CSS pixels per image pixel, and whether it is mirrored. */
export interface View {
  readonly u: number;
  readonly v: number;
  readonly scale: number;
  readonly flip?: Flip;
}

/** Which way the image's axes run on the screen: 1, or −1 where they are mirrored. */
export function directions({ flip }: View): Point {
  return { x: flip?.x ? -1 : 1, y: flip?.y ? -1 : 1 };
}

/** The whole image in the pane, with a margin of CSS pixels around it. */
export function fitView(image: Size, pane: Size, margin = 16): View {
  const width = Math.max(1, pane.width - 2 * margin);
  const height = Math.max(1, pane.height - 2 * margin);
  return {
    u: image.width / 2,
    v: image.height / 2,
    scale: Math.min(width / image.width, height / image.height),
  };
}

/** The smallest and largest scale that are of use: a quarter of the fit, and 48 CSS pixels to an image pixel. */
export function scaleLimits(image: Size, pane: Size): { readonly min: number; readonly max: number } {
  const fit = fitView(image, pane).scale;
  return { min: Math.min(fit / 4, 1), max: Math.max(48, fit) };
}

/** Image point under a screen point. */
export function toImage(view: View, pane: Rect, screen: Point): Point {
  const way = directions(view);
  return {
    x: view.u + (way.x * (screen.x - pane.x - pane.width / 2)) / view.scale,
    y: view.v + (way.y * (screen.y - pane.y - pane.height / 2)) / view.scale,
  };
}

/** Screen point of an image point. */
export function toScreen(view: View, pane: Rect, image: Point): Point {
  const way = directions(view);
  return {
    x: pane.x + pane.width / 2 + way.x * (image.x - view.u) * view.scale,
    y: pane.y + pane.height / 2 + way.y * (image.y - view.v) * view.scale,
  };
}

/** Zooms so that the image point under the screen point stays under it. */
export function zoomTo(view: View, pane: Rect, anchor: Point, scale: number): View {
  const point = toImage(view, pane, anchor);
  const moved = toScreen({ ...view, scale }, pane, point);
  return panBy({ ...view, scale }, anchor.x - moved.x, anchor.y - moved.y);
}

/** Moves the picture by CSS pixels. */
export function panBy(view: View, dx: number, dy: number): View {
  const way = directions(view);
  return { ...view, u: view.u - (way.x * dx) / view.scale, v: view.v - (way.y * dy) / view.scale };
}

/** Keeps the scale in its limits and the middle of the pane on the image, so that it is never lost from sight. */
export function clampView(view: View, image: Size, pane: Size): View {
  const { min, max } = scaleLimits(image, pane);
  return {
    ...view,
    u: clamp(view.u, 0, image.width),
    v: clamp(view.v, 0, image.height),
    scale: clamp(view.scale, min, max),
  };
}

/** The part of the image that the pane shows, in image points; may reach outside the image. */
export function visibleRect(view: View, pane: Size): Rect {
  const width = pane.width / view.scale;
  const height = pane.height / view.scale;
  return { x: view.u - width / 2, y: view.v - height / 2, width, height };
}

/** Pick coordinates (centre of a pixel is whole) of an image point. */
export function toPixel(point: Point): Point {
  return { x: point.x - 0.5, y: point.y - 0.5 };
}

/** Zoom factor of one wheel event; a pinch on a touchpad comes as a wheel with the control key. */
export function wheelFactor(event: {
  readonly deltaY: number;
  readonly deltaMode: number;
  readonly ctrlKey: boolean;
}): number {
  const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
  const delta = clamp(event.deltaY * lines, -240, 240);
  return Math.exp(-delta * (event.ctrlKey ? 0.01 : 0.002));
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
