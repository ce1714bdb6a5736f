/** How the contamination mask looks: on the page and in a saved view alike. */
import type { MaskBitmap } from '../../dataset/maskBitmap.ts';
import { maskOutline } from '../../dataset/maskOutline.ts';
import type { Point } from './transform.ts';

export const maskStyle = {
  /** Vermilion of Okabe and Ito (2008); hatching says the same without colour. */
  colour: '#e8743b',
  /** CSS px: between the lines of the hatching, their width, that of the outline and of its dark rim. */
  distance: 9,
  hatch: 1.6,
  outline: 1.5,
  rim: 3,
  rimOpacity: 0.5,
  /** Of the opacity, what the tint between the lines has: the picture must be seen. */
  tint: 0.16,
} as const;

/** Of the outline. @param opacity of the hatching. */
export const outlineOpacity = (opacity: number): number => Math.min(1, 0.35 + opacity);

/** The outline as an SVG path. @param place from image points to where it is drawn; without it, in image points. */
export function maskPath(bitmap: MaskBitmap, place: (at: Point) => Point = (at) => at): string {
  const text = (at: Point): string => {
    const { x, y } = place(at);
    return `${Number(x.toFixed(2))} ${Number(y.toFixed(2))}`;
  };
  return maskOutline(bitmap)
    .map((polygon) => `M${polygon.map(text).join('L')}Z`)
    .join('');
}
