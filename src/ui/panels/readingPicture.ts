/** A micrograph in small, to lay picks on: one picture for all readings of a file. */
import { halfTable } from '../../core/dtype.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { ContrastWindow, ImageKind, OpenedMicrograph } from '../../rpc/contract.ts';
import { greyTable } from '../viewer/contrast.ts';
import { cssColour, leastScreenRadius, pickColours } from '../viewer/pickStyle.ts';
import { levelFor, placeTile, tilesInRect } from '../viewer/tileGrid.ts';
import type { Point, Rect, Size } from '../viewer/transform.ts';

/** A part of the micrograph as greys, `scale` canvas pixels a pixel of the file. */
export interface Backdrop {
  readonly canvas: HTMLCanvasElement;
  /** Of the micrograph, px. */
  readonly part: Rect;
  readonly scale: number;
}

/** Particles that lie beside each other in a close-up: each is then large enough to be seen. */
const ACROSS = 9;

/**
 * A part of the micrograph in which single particles can be seen: no emptier than is usual for these points, and as
 * near to the middle as that allows. The whole where it is hardly larger.
 * @param points centres under the best reading. @param aspect width over height.
 */
export function closeUp(points: readonly Point[], image: Size, diameterPx: number, aspect: number): Rect {
  const width = Math.min(image.width, image.height * aspect, ACROSS * diameterPx);
  const size = { width, height: width / aspect };
  if (width * 1.5 > image.width) return { x: 0, y: 0, ...image };
  const place = ({ x, y }: Point): Rect => ({
    x: Math.min(image.width - size.width, Math.max(0, x - size.width / 2)),
    y: Math.min(image.height - size.height, Math.max(0, y - size.height / 2)),
    ...size,
  });
  const step = Math.ceil(points.length / 200);
  const parts = [...points.filter((_, i) => i % step === 0)].map((point) => {
    const part = place(point);
    const count = points.filter((other) => isIn(part, other)).length;
    const off = Math.hypot(
      part.x + part.width / 2 - image.width / 2,
      part.y + part.height / 2 - image.height / 2,
    );
    return { part, count, off };
  });
  const usual = parts.map(({ count }) => count).sort((a, b) => a - b)[parts.length >> 1] ?? 0;
  const [best] = parts.filter(({ count }) => count >= usual).sort((a, b) => a.off - b.off);
  return best?.part ?? place({ x: image.width / 2, y: image.height / 2 });
}

/** Reads the tiles of a part and draws them in greys. @param across canvas pixels that the part is wide. */
export async function drawBackdrop(
  compute: ComputeClient,
  opened: OpenedMicrograph,
  kind: ImageKind,
  part: Rect,
  across: number,
  look: { readonly contrast: ContrastWindow; readonly inverted: boolean },
): Promise<Backdrop> {
  const scale = across / part.width;
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(across);
  canvas.height = Math.round(part.height * scale);
  const context = canvas.getContext('2d');
  const table = greyTable(halfTable(), look.contrast, look.inverted);
  const { pyramid } = opened;
  const addresses = tilesInRect(part, levelFor(scale, pyramid), opened, pyramid);
  await Promise.all(
    addresses.map(async (address) => {
      const { level, column, row } = address;
      const { width, height, data } = await compute.tile(opened.id, kind, level, column, row);
      const grey = new ImageData(width, height);
      for (const [i, bits] of data.entries()) {
        const value = table[bits] ?? 0;
        grey.data.set([value, value, value, 255], 4 * i);
      }
      const tile = document.createElement('canvas');
      tile.width = width;
      tile.height = height;
      tile.getContext('2d')?.putImageData(grey, 0, 0);
      const { rect, uMax, vMax } = placeTile(address, opened, pyramid);
      // Edges on whole canvas pixels: between two tiles that end inside of one, a seam would show.
      const left = Math.round((rect.x - part.x) * scale);
      const top = Math.round((rect.y - part.y) * scale);
      const right = Math.round((rect.x + rect.width - part.x) * scale);
      const bottom = Math.round((rect.y + rect.height - part.y) * scale);
      const [w, h] = [width * uMax, height * vMax];
      context?.drawImage(tile, 0, 0, w, h, left, top, right - left, bottom - top);
    }),
  );
  return { canvas, part, scale };
}

/** Draws the picture and circles around the places. @param ratio canvas pixels a CSS pixel. */
export function drawReading(
  canvas: HTMLCanvasElement,
  backdrop: Backdrop,
  places: readonly Point[],
  diameterPx: number,
  ratio: number,
): void {
  canvas.width = backdrop.canvas.width;
  canvas.height = backdrop.canvas.height;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.drawImage(backdrop.canvas, 0, 0);
  const { part, scale } = backdrop;
  const radius = Math.max((diameterPx / 2) * scale, (leastScreenRadius - 1) * ratio);
  const reach = radius / scale;
  const wide = {
    x: part.x - reach,
    y: part.y - reach,
    width: part.width + 2 * reach,
    height: part.height + 2 * reach,
  };
  context.beginPath();
  for (const { x, y } of places.filter((place) => isIn(wide, place))) {
    const at = { x: (x + 0.5 - part.x) * scale, y: (y + 0.5 - part.y) * scale };
    context.moveTo(at.x + radius, at.y);
    context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  }
  const line = Math.min(1.4, Math.max(0.8, radius / ratio / 5)) * ratio;
  // As the viewer draws them, with a dark line below, so that they show on white, too; small ones would be all dark.
  if (radius > 6 * ratio) {
    context.lineWidth = line + ratio;
    context.strokeStyle = 'rgb(0 0 0 / 0.5)';
    context.stroke();
  }
  context.lineWidth = line;
  context.strokeStyle = cssColour(pickColours.imported);
  context.stroke();
}

function isIn({ x, y, width, height }: Rect, point: Point): boolean {
  return point.x >= x && point.y >= y && point.x < x + width && point.y < y + height;
}
