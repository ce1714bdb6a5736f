import type { GreyThumbnail } from '../../rpc/contract.ts';

/** A frame's share for thumbnails: a screen full of them comes within a few frames, none of which is held up. */
const millisecondsAFrame = 6;

const waiting = new Map<HTMLCanvasElement, () => GreyThumbnail>();
let frame = 0;

/** Draws a thumbnail on its canvas in one of the next frames. @param picture made when it is drawn */
export function paintSoon(canvas: HTMLCanvasElement, picture: () => GreyThumbnail): void {
  waiting.set(canvas, picture);
  if (frame === 0) frame = requestAnimationFrame(paintSome);
}

/** Its canvas has gone. */
export function paintNoMore(canvas: HTMLCanvasElement): void {
  waiting.delete(canvas);
}

function paintSome(): void {
  const end = performance.now() + millisecondsAFrame;
  for (const [canvas, picture] of waiting) {
    waiting.delete(canvas);
    paint(canvas, picture());
    if (performance.now() >= end) break;
  }
  frame = waiting.size > 0 ? requestAnimationFrame(paintSome) : 0;
}

function paint(canvas: HTMLCanvasElement, { width, height, data }: GreyThumbnail): void {
  canvas.width = width;
  canvas.height = height;
  // Numbers are put in and nothing else is drawn: the GPU has no part in it, and needs no memory for it.
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < data.length; i++) pixels[i] = 0xff000000 | ((data[i] ?? 0) * 0x010101);
  context.putImageData(image, 0, 0);
}
