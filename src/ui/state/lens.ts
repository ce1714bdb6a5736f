import { type Accessor, createSignal } from 'solid-js';
import type { Pane } from '../viewer/panes.ts';
import { clamp, type Point, type Rect, type Size, toImage, type View } from '../viewer/transform.ts';

/** A square that follows the cursor and shows what is under it larger. */
export interface Lens {
  readonly isOn: Accessor<boolean>;
  toggle(): void;
  setOn(on: boolean): void;
}

/** Side of the lens, CSS px, and how much larger it shows things. */
export const lensSide = 232;
export const lensFactor = 4;

export function createLens(): Lens {
  const [isOn, setOn] = createSignal(false);
  return { isOn, setOn, toggle: () => setOn((on) => !on) };
}

/** Where the lens is, and what it shows: the point under the cursor is in its middle, unless the canvas ends. */
export function lensAt(
  cursor: Point,
  pane: Pane,
  view: View,
  canvas: Size,
): { readonly rect: Rect; readonly view: View } {
  const side = Math.min(lensSide, canvas.width, canvas.height);
  const place = (at: number, whole: number): number => Math.round(clamp(at - side / 2, 0, whole - side));
  const rect = {
    x: place(cursor.x, canvas.width),
    y: place(cursor.y, canvas.height),
    width: side,
    height: side,
  };
  const { x, y } = toImage(view, pane.rect, cursor);
  return { rect, view: { ...view, u: x, v: y, scale: view.scale * lensFactor } };
}
